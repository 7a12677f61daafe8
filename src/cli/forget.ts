/**
 * `lmcp forget`: takes events of one source, one session or before a time out of the journal and out of what was learned.
 * It exists for poisoned sources and for what must not be kept; the terminal is the approval that no model can give.
 * Invariant: shows first and destroys only after a yes; exit code 0 says that what was asked is done, a dry run included.
 */
import { resolve } from 'node:path';
import { confirm, isCancel } from '@clack/prompts';
import { LmcpError } from '../errors/index.js';
import type { DaemonFile } from '../gateway/daemon-file.js';
import type { Progress } from '../runtime/index.js';
import { dataFolder } from '../runtime/paths.js';
import { inspectRepository } from '../servers/development/adapters/git/index.js';
import { type AskedSelection, selectionOf } from '../servers/learning/forget-request.js';
import type { ForgetReport } from '../servers/learning/forgetting.js';
import { lines } from './daemon-client.js';
import { warnOfOtherVersion } from './daemon-version.js';
import { ensureDaemon } from './ensure-daemon.js';
import { forgetLines } from './forget-text.js';
import { type Bar, bar } from './progress.js';

export interface ForgetOptions extends AskedSelection {
  readonly yes?: boolean;
  readonly dryRun?: boolean;
  readonly repo?: string;
  readonly data?: string;
  readonly json?: boolean;
}

export async function forget(options: ForgetOptions): Promise<void> {
  const { source, session, before } = options;
  checkSelection(options);
  const workspace = resolve(options.repo ?? '.');
  await inspectRepository(workspace);
  const daemon = await ensureDaemon(dataFolder(options.data), workspace);
  warnOfOtherVersion(daemon);
  const query = {
    workspace,
    ...(source !== undefined && { source }),
    ...(session !== undefined && { session }),
    ...(before !== undefined && { before }),
  };
  const shown = bar(options.json === true);
  const preview = await follow(daemon, query, shown);
  if (!options.json) {
    shown.end(`a dry run on ${preview.workspace}:`);
    process.stdout.write(`${forgetLines(preview.report).join('\n')}\n`);
  }
  const agreed = !options.dryRun && (options.yes === true || (await asked(preview.report, options)));
  const forgotten = agreed ? await follow(daemon, { ...query, dryRun: '0' }, shown) : null;
  if (!agreed && !options.dryRun) process.exitCode = 1;
  if (options.json) {
    const { workspace: id, report } = preview;
    const all = { workspace: id, done: agreed, preview: report, forgotten: forgotten?.report ?? null };
    process.stdout.write(`${JSON.stringify(all)}\n`);
  } else if (forgotten) {
    shown.end('forgotten:');
    process.stdout.write(`${forgetLines(forgotten.report).join('\n')}\n`);
  } else if (!options.dryRun) {
    process.stderr.write('Nothing was forgotten.\n');
  }
}

/** Wrong usage is told before a daemon is started for it. */
function checkSelection(options: AskedSelection): void {
  try {
    selectionOf(options);
  } catch (error) {
    if (!(error instanceof LmcpError)) throw error;
    throw new LmcpError('LMCP_USAGE', error.message);
  }
}

async function asked({ events }: ForgetReport, { json }: ForgetOptions): Promise<boolean> {
  if (json || !process.stdin.isTTY) {
    if (!json) process.stderr.write('This is no terminal: --yes forgets, --dry-run only shows.\n');
    return false;
  }
  const answer = await confirm({
    message: `Forget ${events.toLocaleString('en')} events for good? This cannot be undone.`,
    initialValue: false,
  });
  return !isCancel(answer) && answer;
}

interface Followed {
  readonly workspace: string;
  readonly report: ForgetReport;
}

async function follow(
  daemon: DaemonFile,
  query: Readonly<Record<string, string>>,
  shown: Bar,
): Promise<Followed> {
  for await (const line of lines(daemon, { method: 'POST', path: '/api/forget', query })) {
    if (line.done === true) return line as unknown as Followed;
    const { what, done, total } = line.progress as Progress;
    shown.at(done, total, what);
  }
  throw new LmcpError('LMCP_NO_DAEMON', 'The daemon ended before it was done; forget again to finish.');
}
