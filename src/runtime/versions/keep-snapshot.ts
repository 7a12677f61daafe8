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

/** Stores what the seat holds now. @param where `here`: at this very place; `further` will do for a restart, along the same lineage */
export async function keepSnapshot(
  source: VersionSource,
  seat: Seat,
  versions: LearnerVersions,
  where: 'here' | 'further' = 'further',
): Promise<Kept> {
  let held = seat.state();
  const current = () => {
    held = seat.state();
    return held;
  };
  const kept = await storeState(source, { seat, versions, where }, current);
  seat.kept(held, kept.id);
  return kept;
}

/** The snapshot of what the seat holds now; it is taken only if the seat has learned something since the last. */
export async function keepVersion(source: VersionSource, seat: Seat, history: VersionHistory): Promise<Kept> {
  const stored = await storedBase(source, seat);
  const { base, learned, folded } = seat.state();
  if (base && base.id === stored?.id && learned === 0) return { id: base.id, folded, took: 0 };
  return keepSnapshot(source, seat, history.of(seat.task), 'here');
}

/** The snapshot that a state came from, if it is there yet: forgetting, damage and pruning take snapshots away from under a seat. */
export async function storedBase(
  { journal, workspace }: VersionSource,
  seat: Seat,
  { base, folded }: Pick<SeatState, 'base' | 'folded'> = seat.state(),
): Promise<SeatState['base']> {
  if (!base) return undefined;
  const infos = (await journal.snapshots(workspace, seat.task)).filter(({ id }) => id === base.id);
  const course = { lineage: closed(folded), forgotten: seat.course.forgotten };
  return usable(infos, course, lastOf(folded)).length > 0 ? base : undefined;
}

/** @param held gives the state when it is its turn: it is read at once, between two events. */
export async function storeState(
  source: VersionSource,
  {
    seat,
    versions,
    where = 'here',
  }: { readonly seat: Seat; readonly versions: LearnerVersions; readonly where?: 'here' | 'further' },
  held: () => Storable,
): Promise<Kept> {
  const { journal, workspace, slowly, now } = source;
  const { keep, places } = await protectedOnes(source, seat, versions);
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
  const kept = { keep, places: where === 'here' ? [...places, folded] : places };
  const { consumes } = seat;
  const id = await journal.putSnapshot(workspace, { ...told, ...kept, scorecard, consumes, state });
  return { id, folded, took };
}

/** Of each branch that was left, and each tag, the snapshot nearest to its head, at its place; and the one the seat goes on from. */
async function protectedOnes(
  { journal, workspace }: VersionSource,
  seat: Seat,
  { left, tags }: LearnerVersions,
): Promise<{ readonly keep: readonly string[]; readonly places: readonly Ranges[] }> {
  const infos = await journal.snapshots(workspace, seat.task);
  const { forgotten } = seat.course;
  const named = [...left.values(), ...tags.values()].flatMap((folded) =>
    usable(infos, { lineage: closed(folded), forgotten }, lastOf(folded)).slice(0, 1),
  );
  const { base } = seat.state();
  const ids = named.map(({ id }) => id);
  return {
    keep: [...new Set([...ids, ...(base ? [base.id] : [])])],
    places: named.map(({ folded }) => folded),
  };
}
