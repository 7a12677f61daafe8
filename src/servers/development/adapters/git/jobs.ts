/**
 * Pool jobs of the git adapter: bring the journal up to a repository's head.
 * They exist so that git and its output are never waited for in a thread that answers.
 * Invariant: idempotent. Run twice, or after a crash half way, the journal still tells each commit once.
 */

import { payloadOf } from '../../../../proto/index.js';
import type { Job, JobContext } from '../../../../runtime/index.js';
import { followHistory } from './follow-history.js';
import { inspectRepository, type Repository } from './inspect-repository.js';
import { mineHistory } from './mine-history.js';

export interface CatchUpResult {
  readonly head: string;
  readonly commits: number;
  readonly rewritten: boolean;
}

/** SHAs that landed in the journal and were not retracted, oldest first. */
async function toldBy(context: JobContext): Promise<Set<string>> {
  const shas = new Set<string>();
  for await (const { event } of context.read(['commitLanded', 'historyRewritten'])) {
    const landed = payloadOf(event, 'commitLanded');
    if (landed) shas.add(landed.sha);
    for (const sha of payloadOf(event, 'historyRewritten')?.unreachable ?? []) shas.delete(sha);
  }
  return shas;
}

interface Span {
  /** Null: the whole history. */
  readonly since: string | null;
  readonly head: string;
}

/** Appends what the span holds and the journal does not tell yet: a first import may have been cut off half way. */
async function mine(
  repository: Repository,
  span: Span,
  told: Set<string>,
  context: JobContext,
): Promise<number> {
  let appended = 0;
  await mineHistory({
    repository,
    head: span.head,
    ...(span.since === null ? {} : { since: span.since }),
    hash: context.hash,
    signal: context.signal,
    progress: (done, total) => context.progress({ what: 'history', done, total }),
    onBatch: async (events) => {
      const fresh = events.filter(
        ({ data }) => data?.case !== 'commitLanded' || !told.has(data.value.sha ?? ''),
      );
      if (fresh.length > 0) await context.append(fresh);
      appended += fresh.length;
    },
  });
  return appended;
}

/** Mines what is new since the journal's last commit; retracts what a rewrite made unreachable. */
export const catchUp: Job = async (argument, context): Promise<CatchUpResult> => {
  const { root, head: wanted } = argument as { root: string; head?: string };
  const repository = await inspectRepository(root);
  const head = wanted ?? repository.head;
  const told = await toldBy(context);
  const minedHead = [...told].at(-1);
  if (minedHead === undefined) {
    const commits = await mine(repository, { since: null, head }, told, context);
    return { head, commits, rewritten: false };
  }
  const step = await followHistory({
    repository,
    minedHead,
    head,
    minedShas: () => told,
    now: context.now,
    signal: context.signal,
  });
  if (step.kind === 'same') return { head, commits: 0, rewritten: false };
  if (step.kind === 'rewritten') await context.append([step.event]);
  const commits = await mine(repository, step, told, context);
  return { head, commits, rewritten: step.kind === 'rewritten' };
};
