/**
 * Finds the stored snapshot from which the least has to be folded to be at a lineage's end, and reads it.
 * It exists so that restarts, moved heads and rebuilds begin from the best that is left, or from nothing.
 * Invariant: a state is used only when it is the fold of a prefix of the lineage and knows nothing that was forgotten since.
 */
import { describeError, LmcpError } from '../../errors/index.js';
import type { AnyLearner } from '../../learning/index.js';
import type { SnapshotInfo } from '../messages.js';
import type { Course } from './feed.js';
import type { Folded } from './forgotten.js';
import { standsAt } from './lineage.js';
import type { Ranges } from './ranges.js';
import type { VersionSource } from './version-source.js';

/** A learner, what it has folded, and the snapshot it was read from. */
export interface Restored {
  readonly learner: AnyLearner;
  readonly folded: Ranges;
  readonly from: { readonly id: string; readonly parents: readonly string[] } | undefined;
}

/** Whether a state may go on along a course; then where it stands. @param last of the journal: a state cannot be ahead of it */
export function usableAt(state: Folded, { lineage, forgotten }: Course, last: number): number | undefined {
  const offset = standsAt(lineage, state.folded);
  return offset === undefined || offset > last || forgotten.taints(state) ? undefined : offset;
}

/** Stored snapshots that may go on along a course, the farthest first. */
export function usable(infos: readonly SnapshotInfo[], course: Course, last: number): SnapshotInfo[] {
  return infos
    .flatMap((info) => {
      const at = usableAt(info, course, last);
      return at === undefined ? [] : [{ info, at }];
    })
    .sort((a, b) => b.at - a.at)
    .map(({ info }) => info);
}

/** Reads the first of these that can be read into a new learner; a new one that has folded nothing when none can. */
export async function restore(
  { journal, workspace, log, slowly }: VersionSource,
  make: () => AnyLearner,
  candidates: readonly SnapshotInfo[],
): Promise<Restored> {
  for (const { id, folded, parents } of candidates) {
    const learner = make();
    const unused = (why: string) =>
      log(
        'warn',
        `${learner.task}: snapshot ${id.slice(0, 12)} not used (${why}); learning from the journal.`,
      );
    const found = await read(id);
    if (found instanceof LmcpError || found === undefined) {
      unused(found?.message ?? 'it is gone or damaged');
      continue;
    }
    try {
      await slowly(async () => learner.restore(found.state));
      return { learner, folded, from: { id, parents } };
    } catch (error) {
      unused(describeError(error).message);
    }
  }
  return { learner: make(), folded: [], from: undefined };

  /** A snapshot that cannot be used is another's turn; a journal that cannot be asked is a failure. */
  async function read(id: string) {
    try {
      return await journal.snapshot(workspace, id);
    } catch (error) {
      if (error instanceof LmcpError && error.code === 'LMCP_BAD_STATE') return error;
      throw error;
    }
  }
}
