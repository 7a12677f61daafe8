/**
 * Stores a seat's state as a snapshot: content, place, parents, scorecard.
 * It exists so that restarts, heads that are left and tags find their state again without folding.
 * Invariant: what is stored is one state between two events; heads of branches and tags are never pruned.
 */
import { closed } from './lineage.js';
import { lastOf, type Ranges } from './ranges.js';
import { usable } from './restore.js';
import type { Seat, SeatState } from './seat.js';
import type { LearnerVersions, VersionHistory } from './version-history.js';
import type { VersionSource } from './version-source.js';

export interface Kept {
  readonly id: string;
  readonly folded: Ranges;
  /** How long taking it held the thread, in milliseconds. */
  readonly took: number;
}

/** A state that can be stored. */
export type Storable = Pick<SeatState, 'learner' | 'folded' | 'forgotten' | 'parents'>;

/** Stores what the seat holds now. */
export async function keepSnapshot(
  source: VersionSource,
  seat: Seat,
  versions: LearnerVersions,
): Promise<Kept> {
  let held = seat.state();
  const kept = await storeState(source, { seat, versions }, () => {
    held = seat.state();
    return held;
  });
  seat.kept(held, kept.id);
  return kept;
}

/** The snapshot of what the seat holds now; it is taken only if the seat has learned something since the last. */
export async function keepVersion(source: VersionSource, seat: Seat, history: VersionHistory): Promise<Kept> {
  const { base, learned, folded } = seat.state();
  if (base && learned === 0) return { id: base.id, folded, took: 0 };
  return keepSnapshot(source, seat, history.of(seat.task));
}

/** @param held gives the state when it is its turn: it is read at once, between two events. */
export async function storeState(
  source: VersionSource,
  { seat, versions }: { readonly seat: Seat; readonly versions: LearnerVersions },
  held: () => Storable,
): Promise<Kept> {
  const { journal, workspace, slowly, now } = source;
  const keep = await protectedIds(source, seat, versions);
  const began = performance.now();
  const { place, scorecard, state } = await slowly(async () => {
    const { learner, ...place } = held();
    return { place, scorecard: learner.scorecards(), state: learner.snapshot() };
  });
  const took = performance.now() - began;
  const { folded, forgotten, parents } = place;
  const told = {
    learner: seat.task,
    offset: lastOf(folded),
    folded,
    forgotten,
    parents: [...parents],
    at: now(),
  };
  const id = await journal.putSnapshot(workspace, { ...told, scorecard, keep, state });
  return { id, folded, took };
}

/** Of each branch that was left, and each tag, the snapshot nearest to its head; and the one the seat goes on from. */
async function protectedIds(
  { journal, workspace }: VersionSource,
  seat: Seat,
  { left, tags }: LearnerVersions,
): Promise<string[]> {
  const infos = await journal.snapshots(workspace, seat.task);
  const { forgotten } = seat.course;
  const ids = [...left.values(), ...tags.values()].flatMap((folded) => {
    const nearest = usable(infos, { lineage: closed(folded), forgotten }, lastOf(folded))[0];
    return nearest ? [nearest.id] : [];
  });
  const { base } = seat.state();
  return [...new Set([...ids, ...(base ? [base.id] : [])])];
}
