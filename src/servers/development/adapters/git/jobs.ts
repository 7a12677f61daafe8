/**
 * Pool jobs of the git adapter: bring the journal up to a repository's head.
 * They exist so that git and its output are never waited for in a thread that answers.
 * Invariant: idempotent. Run twice, or after a crash half way, the journal still tells each commit once, and none that was
 * forgotten. Two of one workspace
 * must not run at once (`inTurn` sees to it): what the journal tells is read when a job begins.
 */
import { createHash } from 'node:crypto';
import { ForgottenKeys } from '../../../../journal/index.js';
import { payloadOf } from '../../../../proto/index.js';
import type { Job, JobContext } from '../../../../runtime/index.js';
import { followHistory } from './follow-history.js';
import { inspectRepository } from './inspect-repository.js';
import { type MiningRequest, mineHistory } from './mine-history.js';
import { missingCommits } from './missing-commits.js';

export interface CatchUpArgument {
  readonly root: string;
  /** Default: HEAD as it is now. */
  readonly head?: string;
  /** Whether this place may retract; others (work trees, further clones) only add. */
  readonly primary: boolean;
}

export interface CatchUpResult {
  readonly head: string;
  readonly commits: number;
  readonly rewritten: boolean;
}

/**
 * The source that the commits of one place name. A workspace may have several, with branches of their own: only the place that
 * told a commit can tell that it is gone.
 */
export function sourceOf(root: string): string {
  return `git:${createHash('sha256').update(root).digest('hex').slice(0, 8)}`;
}

/** What the journal tells of commits. */
interface Told {
  /** SHA → source of those that landed and were not retracted, oldest first. */
  readonly shas: Map<string, string>;
  /** Whether a commit was forgotten: it must not come back, and is told of in no retraction. */
  readonly isForgotten: (sha: string) => boolean;
  readonly someForgotten: boolean;
}

async function toldIn(context: JobContext): Promise<Told> {
  const shas = new Map<string, string>();
  const keys = new ForgottenKeys();
  for await (const { event } of context.read(['commitLanded', 'historyRewritten', 'eventsForgotten'])) {
    const landed = payloadOf(event, 'commitLanded');
    if (landed && !shas.has(landed.sha)) shas.set(landed.sha, event.source);
    for (const sha of payloadOf(event, 'historyRewritten')?.unreachable ?? []) shas.delete(sha);
    keys.add(event);
  }
  const isForgotten = (sha: string) => keys.has(`commit:${sha}`);
  // Until the journal is compacted, what was forgotten can still be read.
  for (const sha of keys.isEmpty ? [] : [...shas.keys()]) if (isForgotten(sha)) shas.delete(sha);
  return { shas, isForgotten, someForgotten: !keys.isEmpty };
}

/** Appends what the span holds and the journal does not tell yet: a first import may have been cut off half way. */
async function mine(
  span: Pick<MiningRequest, 'repository' | 'source' | 'since' | 'head' | 'only'>,
  { shas, isForgotten }: Told,
  context: JobContext,
): Promise<number> {
  let appended = 0;
  await mineHistory({
    ...span,
    hash: context.hash,
    signal: context.signal,
    progress: (done, total) => context.progress({ what: 'history', done, total }),
    onBatch: async (events) => {
      const fresh = events.filter(({ data }) => {
        const sha = (data?.case === 'commitLanded' && data.value.sha) || '';
        return !shas.has(sha) && !isForgotten(sha);
      });
      if (fresh.length > 0) await context.append(fresh);
      appended += fresh.length;
    },
  });
  return appended;
}

/** Mines what the journal does not tell yet; the primary place retracts what a rewrite of its own made unreachable. */
export const catchUp: Job = async (argument, context): Promise<CatchUpResult> => {
  const { root, head: wanted, primary } = argument as CatchUpArgument;
  const repository = await inspectRepository(root);
  const { signal } = context;
  const source = sourceOf(repository.root);
  const head = wanted ?? repository.head;
  const told = await toldIn(context);
  const { shas, isForgotten, someForgotten } = told;
  const own = [...shas].flatMap(([sha, by]) => (by === source ? [sha] : []));
  const minedHead = own.at(-1);
  if (shas.size === 0 && !someForgotten) {
    return { head, commits: await mine({ repository, source, head }, told, context), rewritten: false };
  }
  if (!primary || minedHead === undefined) {
    const known = { has: (sha: string) => shas.has(sha) || isForgotten(sha) };
    const only = await missingCommits({ repository, head, told: known, signal });
    return { head, commits: await mine({ repository, source, only }, told, context), rewritten: false };
  }
  const { now } = context;
  // Where some are forgotten, the last one told need not be the head that was mined: all that were told are looked at then.
  const request = { repository, minedHead, head, minedShas: own, now, source, signal };
  const step = await followHistory({ ...request, partly: someForgotten });
  if (step.kind === 'same') return { head, commits: 0, rewritten: false };
  const rewritten = step.kind === 'rewritten';
  if (rewritten) for (const event of step.events) await context.append([event]);
  const since = step.since === null ? {} : { since: step.since };
  const commits = await mine({ repository, source, head, ...since }, told, context);
  return { head, commits, rewritten };
};
