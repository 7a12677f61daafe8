/**
 * Compares the head mined last with the head of now: nothing new, an extension, or a rewritten history.
 * It exists so that a rebase or a force-pull under us retracts what is no longer reachable.
 * Invariant: what is retracted lies on no local branch any more; merely switching branches retracts nothing.
 */

import { LmcpError } from '../../../../errors/index.js';
import type { EventInit } from '../../../../runtime/index.js';
import type { Repository } from './inspect-repository.js';
import { type GitCall, runGit } from './run-git.js';

export type HistoryStep =
  | { readonly kind: 'same' }
  /** Mine `since..head`. */
  | { readonly kind: 'extended'; readonly since: string; readonly head: string }
  /** Append `events`, then mine `since..head` (all of `head` when `since` is null). */
  | {
      readonly kind: 'rewritten';
      readonly since: string | null;
      readonly head: string;
      readonly events: readonly EventInit[];
    };

async function isAncestor(
  repository: Repository,
  old: string,
  head: string,
  call: GitCall,
): Promise<boolean> {
  try {
    await runGit(place(repository), ['merge-base', '--is-ancestor', old, head], call);
    return true;
  } catch (error) {
    if (error instanceof LmcpError && error.data?.exitCode === 1) return false;
    throw error;
  }
}

const place = (repository: Repository) => ({ cwd: repository.root, gitDir: repository.gitDir });

/** Whether the object database still has that commit. */
async function has(repository: Repository, sha: string, call: GitCall): Promise<boolean> {
  try {
    await runGit(place(repository), ['cat-file', '-e', `${sha}^{commit}`], call);
    return true;
  } catch (error) {
    if (error instanceof LmcpError && error.code === 'LMCP_GIT_FAILED') return false;
    throw error;
  }
}

export interface FollowRequest {
  readonly repository: Repository;
  /** Head when history was mined last. */
  readonly minedHead: string;
  readonly head: string;
  /** SHAs that were mined, for the case that git has already thrown the old ones away. */
  readonly minedShas: Iterable<string>;
  /** Others were mined too and forgotten since: the head mined last need not reach all of `minedShas`. */
  readonly partly?: boolean;
  readonly now: () => number;
  /** What the events name as their source. Default `git`. */
  readonly source?: string;
  readonly signal?: AbortSignal;
}

/** @throws LMCP_GIT_FAILED, LMCP_GIT_TIMEOUT, LMCP_CANCELLED */
export async function followHistory(request: FollowRequest): Promise<HistoryStep> {
  const { repository, minedHead, head, partly = false, signal } = request;
  const call: GitCall = signal ? { signal } : {};
  if (minedHead === head && !partly) return { kind: 'same' };
  const known = await has(repository, minedHead, call);
  if (known && !partly && (await isAncestor(repository, minedHead, head, call))) {
    return { kind: 'extended', since: minedHead, head };
  }
  const unreachable =
    known && !partly
      ? lines(await runGit(place(repository), ['rev-list', minedHead, '--not', head, '--branches'], call))
      : await gone(request, call);
  if (known && unreachable.length === 0)
    return minedHead === head ? { kind: 'same' } : { kind: 'extended', since: minedHead, head };
  return {
    kind: 'rewritten',
    since: known ? minedHead : null,
    head,
    events: retractions(request, unreachable),
  };
}

/** Commits that one event retracts at most: its size stays far below what the journal takes. */
const retractedAtOnce = 16_384;

function retractions({ minedHead, head, now, source = 'git' }: FollowRequest, shas: string[]): EventInit[] {
  const at = now();
  const seconds = Math.floor(at / 1000);
  const time = { seconds: BigInt(seconds), nanos: Math.round((at - seconds * 1000) * 1e6) };
  const count = Math.ceil(shas.length / retractedAtOnce);
  return Array.from({ length: count }, (_, n) => {
    const unreachable = shas.slice(n * retractedAtOnce, (n + 1) * retractedAtOnce);
    const value = { oldHead: minedHead, newHead: head, unreachable };
    return { at: time, source, data: { case: 'historyRewritten', value } };
  });
}

const lines = (text: string): string[] => text.split('\n').filter((line) => line !== '');

/** Everything mined that neither the new head nor a branch reaches; used when the old head was pruned, or does not reach all. */
async function gone({ repository, head, minedShas }: FollowRequest, call: GitCall): Promise<string[]> {
  const list = await runGit(place(repository), ['rev-list', head, '--branches'], call);
  const reachable = new Set(lines(list));
  return [...minedShas].filter((sha) => !reachable.has(sha));
}
