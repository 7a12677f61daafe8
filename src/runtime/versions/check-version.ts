/**
 * Whether a tag or a branch could be made: its name and what it would name.
 * It exists so that a dry run refuses what the step itself would refuse.
 * Invariant: nothing changes.
 */
import { lastOf } from './ranges.js';
import type { VersionControl } from './version-control.js';

export interface NewName {
  readonly learner: string;
  readonly kind: 'tag' | 'branch';
  readonly name: string;
  /** Default: the head. */
  readonly ref?: string | undefined;
}

/** A state that would be named. */
export interface Named {
  /** Null where no snapshot of it is stored. */
  readonly id: string | null;
  readonly offset: number;
}

/** @throws LMCP_UNKNOWN_LEARNER, LMCP_UNKNOWN_VERSION, LMCP_AMBIGUOUS_VERSION, LMCP_BAD_NAME, LMCP_NAME_TAKEN, LMCP_TOO_MANY_NAMES */
export async function checkVersion(
  control: VersionControl,
  { learner, kind, name, ref = 'HEAD' }: NewName,
): Promise<Named> {
  const graph = await control.graph(control.seat(learner));
  if (kind === 'tag') graph.newTag(name);
  else graph.newName(name);
  const { id, folded } = graph.resolve(ref);
  return { id, offset: lastOf(folded) };
}
