/**
 * `lmcp models log|diff|rollback|branch|tag|merge`: the versions of the learners, and the ways to move on them.
 * It exists as git's verbs for what was learned.
 * Invariant: takes the same steps as the tool `models`; what it changes is undone by moving back.
 */
import { resolve } from 'node:path';
import { LmcpError } from '../errors/index.js';
import type { DaemonFile } from '../gateway/daemon-file.js';
import type { Progress, Versions } from '../runtime/index.js';
import { dataFolder } from '../runtime/paths.js';
import { inspectRepository } from '../servers/development/adapters/git/index.js';
import { checkStep, type Stepped, type VersionStep } from '../servers/learning/version-step.js';
import { call, lines } from './daemon-client.js';
import { warnOfOtherVersion } from './daemon-version.js';
import { ensureDaemon } from './ensure-daemon.js';
import { branchLines, compareLines, headLines, logLines, tagLines } from './models-text.js';
import { type Bar, bar } from './progress.js';

export interface ModelsOptions {
  readonly repo?: string;
  readonly data?: string;
  readonly json?: boolean;
}

interface Target {
  readonly daemon: DaemonFile;
  readonly workspace: string;
}

/** All learners' heads, or one learner's graph. */
export async function modelsLog(
  learner: string | undefined,
  options: ModelsOptions & { readonly limit?: string },
): Promise<void> {
  const limit = limitOf(options.limit);
  if (learner !== undefined) checkUsage({ action: 'log', learner });
  const all = await list(await target(options), learner);
  const [one] = all;
  tell(options, all, learner === undefined || !one ? headLines(all) : logLines(one, limit));
}

/** Without a name the branches, or the tags, are listed. */
export async function modelsNames(
  what: 'branch' | 'tag',
  learner: string,
  options: ModelsOptions,
): Promise<void> {
  checkUsage({ action: 'log', learner });
  const all = await list(await target(options), learner);
  tell(options, all, all.flatMap(what === 'branch' ? branchLines : tagLines));
}

export async function modelsStep(step: VersionStep, options: ModelsOptions): Promise<void> {
  checkUsage(step);
  const { daemon, workspace } = await target(options);
  const { action, learner, ref, name, dryRun } = step;
  const query = {
    workspace,
    action,
    learner,
    ...(ref !== undefined && { ref }),
    ...(name !== undefined && { name }),
    ...(dryRun && { dryRun: '1' }),
  };
  const stepped = await follow(daemon, query, bar(options.json === true));
  tell(options, stepped, [stepped.text, ...(stepped.compare ? compareLines(stepped.compare) : [])]);
}

/** Wrong usage is told before a daemon is started for it. @throws LMCP_USAGE */
export function checkUsage(step: VersionStep): void {
  try {
    checkStep(step);
  } catch (error) {
    if (!(error instanceof LmcpError)) throw error;
    throw new LmcpError('LMCP_USAGE', error.message);
  }
}

interface Done extends Stepped {
  readonly workspace: string;
  readonly learner: string;
}

/** A state that has no snapshot is folded anew: that may take a while, and is shown. */
async function follow(
  daemon: DaemonFile,
  query: Readonly<Record<string, string>>,
  shown: Bar,
): Promise<Done> {
  let seen = false;
  for await (const { done: over, progress, ...line } of lines(daemon, {
    method: 'POST',
    path: '/api/models',
    query,
  })) {
    if (over === true) {
      if (seen) shown.end('done');
      return line as unknown as Done;
    }
    const { what, done, total } = progress as Progress;
    shown.at(done, total, what);
    seen = true;
  }
  throw new LmcpError('LMCP_NO_DAEMON', 'The daemon ended before it was done.');
}

async function target(options: ModelsOptions): Promise<Target> {
  const workspace = resolve(options.repo ?? '.');
  await inspectRepository(workspace);
  const daemon = await ensureDaemon(dataFolder(options.data), workspace);
  warnOfOtherVersion(daemon);
  return { daemon, workspace };
}

async function list(
  { daemon, workspace }: Target,
  learner: string | undefined,
): Promise<readonly Versions[]> {
  const query = { workspace, ...(learner !== undefined && { learner }) };
  const answer = await call(daemon, { method: 'GET', path: '/api/models', query });
  return (answer as { learners: readonly Versions[] }).learners;
}

function tell({ json }: ModelsOptions, data: unknown, text: readonly string[]): void {
  process.stdout.write(json ? `${JSON.stringify(data)}\n` : `${text.join('\n')}\n`);
}

function limitOf(text = '50'): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new LmcpError('LMCP_USAGE', `--limit takes a number from 1, not "${text.slice(0, 40)}".`);
}
