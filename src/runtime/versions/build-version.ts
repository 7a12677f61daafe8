/**
 * Makes the state that is the fold of given events: from the nearest snapshot on their way, and from the journal.
 * It exists so that any version can be had, whether its snapshot is there, is damaged, or never was taken.
 * Invariant: the one that serves goes on serving meanwhile; equal ranges give equal states.
 */

import { foldRanges } from './fold-ranges.js';
import { Forgotten } from './forgotten.js';
import { closed } from './lineage.js';
import { lastOf, type Ranges } from './ranges.js';
import { type Restored, restore, usable } from './restore.js';
import type { Seat } from './seat.js';
import type { VersionHistory } from './version-history.js';
import type { VersionSource } from './version-source.js';

/** A state, the last `eventsForgotten` it knows of, and whether events had to be folded to get there. */
export interface Built extends Restored {
  readonly forgotten: number;
  readonly rebuilt: boolean;
}

/** @param on its learner, and what must not be in it */
export async function buildVersion(
  source: VersionSource,
  on: { readonly seat: Seat; readonly forgotten: Forgotten },
  folded: Ranges,
): Promise<Built> {
  const { seat, forgotten } = on;
  const course = { lineage: closed(folded), forgotten };
  const stored = usable(await source.journal.snapshots(source.workspace, seat.task), course, lastOf(folded));
  const nearest = await restore(source, seat.make, stored);
  const from = lastOf(nearest.folded);
  const to = lastOf(folded);
  if (from === to) return { ...nearest, folded, forgotten: forgotten.through, rebuilt: false };
  await foldRanges(source, [{ learner: nearest.learner, course, from, to }]);
  return {
    learner: nearest.learner,
    folded,
    from: nearest.from,
    forgotten: forgotten.through,
    rebuilt: true,
  };
}

/** What a learner must not know, by what the history says. */
export function forgottenOf(seat: Seat, history: VersionHistory): Forgotten {
  return new Forgotten(history.forgettings, seat.consumes);
}
