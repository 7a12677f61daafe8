/**
 * `lmcp learn [path]`: mine and index a repository, with progress, in the daemon that will answer from it.
 * It exists so that learning can be done before an agent asks, and watched.
 * Invariant: when it returns, every commit of HEAD is journalled and folded.
 */
import { resolve } from 'node:path';
import { dataFolder } from '../runtime/paths.js';
import { inspectRepository } from '../servers/development/adapters/git/index.js';
import { warnOfOtherVersion } from './daemon-version.js';
import { ensureDaemon } from './ensure-daemon.js';
import { followLearning } from './learn-progress.js';
import { bar } from './progress.js';
import { scorecardLines } from './scorecard-text.js';

export async function learn(path: string, options: { data?: string; json?: boolean }): Promise<void> {
  const root = resolve(path);
  await inspectRepository(root);
  const daemon = await ensureDaemon(dataFolder(options.data), root);
  warnOfOtherVersion(daemon);
  const shown = bar(options.json === true);
  const learned = await followLearning(daemon, root, shown);
  if (options.json) {
    process.stdout.write(`${JSON.stringify(learned)}\n`);
    return;
  }
  shown.end(
    `learned ${learned.workspace.root}: ${learned.state.offset.toLocaleString('en')} events in ${learned.seconds.toFixed(1)} s`,
  );
  for (const report of learned.scorecards) {
    if (report.n > 0) process.stdout.write(`${scorecardLines(report).join('\n')}\n`);
  }
}
