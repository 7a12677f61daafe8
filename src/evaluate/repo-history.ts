/**
 * A repository's history as numbered events, for evaluation: mined, never written to a journal.
 * It exists so that an evaluation folds the same events, in the same order, as a first import would.
 * Invariant: nothing of the repository is kept; events are handed on as they are mined, with their place in the window.
 */
import { createHash } from 'node:crypto';
import { create } from '@bufbuild/protobuf';
import { LmcpError } from '../errors/index.js';
import { type CommitLanded, EventSchema, payloadOf, type StoredEvent } from '../proto/index.js';
import {
  inspectRepository,
  mineHistory,
  type Repository,
  runGit,
} from '../servers/development/adapters/git/index.js';
import type { EvaluationRequest } from './result.js';

/** One commit on its way: whether it lies in the window that is asked about. */
export interface HistoryStep {
  readonly stored: StoredEvent;
  readonly commit: CommitLanded;
  readonly inWindow: boolean;
}

export interface History {
  readonly repository: Repository;
  /** Commits that are no merges, and how many of them lie in the window. */
  readonly nonMerge: number;
  readonly window: number;
}

/** Authors only need to be equal or not within one evaluation. */
const hash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32);

/**
 * Hands on HEAD's history, parents first. The window is the newest share of the non-merge commits in topological order.
 * @throws LMCP_USAGE, LMCP_NOT_A_REPOSITORY, LMCP_NO_COMMITS, LMCP_GIT_FAILED, LMCP_GIT_TIMEOUT, LMCP_CANCELLED
 */
export async function readHistory(
  { repo, last = 0.2, signal, onProgress }: EvaluationRequest,
  onCommit: (step: HistoryStep) => Promise<void> | void,
): Promise<History> {
  if (repo === undefined) throw new LmcpError('LMCP_USAGE', 'Give a repository with --repo PATH.');
  const repository = await inspectRepository(repo);
  const { root: cwd, gitDir } = repository;
  const nonMerge = Number(await runGit({ cwd, gitDir }, ['rev-list', '--count', '--no-merges', 'HEAD']));
  const first = Math.floor(nonMerge * (1 - last));
  let sequence = 0;
  let place = 0;
  await mineHistory({
    repository,
    hash,
    ...(signal ? { signal } : {}),
    ...(onProgress ? { progress: onProgress } : {}),
    onBatch: async (batch) => {
      for (const init of batch) {
        const event = create(EventSchema, init);
        const commit = payloadOf(event, 'commitLanded');
        if (!commit) continue;
        const merge = commit.parents.length > 1;
        sequence += 1;
        await onCommit({ stored: { sequence, event }, commit, inWindow: !merge && place >= first });
        if (!merge) place += 1;
      }
    },
  });
  return { repository, nonMerge, window: nonMerge - first };
}
