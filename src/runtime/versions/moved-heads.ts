/**
 * Which learners are not on their first branch, and how much of the journal that leaves out.
 * It exists so that a learner that was rolled back does not look like a new one.
 * Invariant: what was undone is counted once a move, not at each question.
 */
import { forgottenOf } from './build-version.js';
import { countEvents, sum } from './count-events.js';
import { difference, lastOf } from './ranges.js';
import type { Seat } from './seat.js';
import type { VersionControl } from './version-control.js';
import { firstBranch } from './version-history.js';

export interface MovedHead {
  readonly learner: string;
  readonly branch: string;
  /** Last event that its state has folded. */
  readonly offset: number;
  /** Events of its types, from before the move, that it has not learned. */
  readonly undone: number;
}

const counted = new WeakMap<Seat, { readonly through: number; readonly undone: number }>();

export async function movedHeads(control: VersionControl): Promise<readonly MovedHead[]> {
  const { source, host } = control;
  const heads: MovedHead[] = [];
  for (const seat of host.seats) {
    const { branch, lineage } = host.history.of(seat.task);
    if (branch === firstBranch) continue;
    const { through } = host.history;
    let known = counted.get(seat);
    if (known?.through !== through) {
      const left = difference([[1, lineage.from - 1]], lineage.folded);
      const counting = { types: seat.consumes, except: forgottenOf(seat, host.history) };
      known = { through, undone: sum(await countEvents(source, left, counting)) };
      counted.set(seat, known);
    }
    heads.push({ learner: seat.task, branch, offset: lastOf(seat.folded), undone: known.undone });
  }
  return heads;
}
