/**
 * Puts a seat on the course that the journal gives its learner: keeps its state, or takes the one that was prepared, or a stored one.
 * It exists because a restart, a moved head and a forgetting all ask the same: which state at hand is nearest to where it must go.
 * Invariant: a state that knows what was forgotten answers nothing any more once this has begun, and is not kept on disk.
 */
import { Forgotten } from './forgotten.js';
import { equal } from './ranges.js';
import { type Restored, restore, usable, usableAt } from './restore.js';
import type { Seat, SeatState } from './seat.js';
import type { VersionHistory } from './version-history.js';
import type { VersionSource } from './version-source.js';

/** A state that was made ready for a move. */
export interface Prepared extends Restored {
  readonly forgotten: number;
  /** Told what the seat held, when this takes its place. */
  readonly onTaken: (left: SeatState) => void;
}

export interface CourseChange {
  readonly history: VersionHistory;
  readonly prepared: Prepared | undefined;
  /** Last sequence of the journal, as far as is known. */
  readonly last: number;
}

export async function seatOnCourse(
  source: VersionSource,
  seat: Seat,
  { history, prepared, last }: CourseChange,
): Promise<void> {
  const { journal, workspace } = source;
  const { lineage } = history.of(seat.task);
  const course = { lineage, forgotten: new Forgotten(history.forgettings, seat.consumes) };
  const before = seat.course;
  const sameCourse = lineage.from === before.lineage.from && equal(lineage.folded, before.lineage.folded);
  const nothingForgotten = course.forgotten.through === before.forgotten.through;
  if (seat.isSeated && sameCourse && nothingForgotten) return;

  const { isSeated } = seat;
  const held = seat.state();
  const heldAt = usableAt(held, course, last);
  const tainted = course.forgotten.taints(held);
  // It may not answer from what was forgotten, not even while the next state is read.
  if (tainted) {
    seat.adopt({ learner: seat.make(), folded: [], from: undefined }, course, last);
    seat.rebuiltBy = course.forgotten.through;
  }

  const infos = await journal.snapshots(workspace, seat.task);
  const stale = infos.filter((info) => course.forgotten.taints(info)).map(({ id }) => id);
  if (stale.length > 0) await journal.dropSnapshots(workspace, [...new Set(stale)]);

  const preparedAt = prepared && usableAt(prepared, course, last);
  const stored = usable(infos, course, last);
  const storedAt = stored[0] && usableAt(stored[0], course, last);
  if (!isSeated && stale.length > 0) seat.rebuiltBy = course.forgotten.through;
  const best = Math.max(heldAt ?? -1, preparedAt ?? -1, storedAt ?? -1);
  if (isSeated && heldAt === best) seat.goOn(course, last);
  else if (prepared && preparedAt === best) {
    seat.adopt(prepared, course, last);
    prepared.onTaken(held);
  } else seat.adopt(await restore(source, seat.make, stored), course, last);
}
