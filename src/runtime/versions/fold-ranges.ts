/**
 * Folds events of given lineages into learners beside those that serve, in one pass over the journal.
 * It exists for whatever asks how a state would be: a proof, another version, a journal without some events.
 * Invariant: touches nothing that serves; gives the thread back between slices; reads no block that nobody needs.
 */
import type { AnyLearner } from '../../learning/index.js';
import type { EventType } from '../../proto/index.js';
import { Slices } from '../slices.js';
import { type Course, feed } from './feed.js';
import { passable } from './lineage.js';
import type { VersionSource } from './version-source.js';

/** A learner that goes along a course until it stands at `to`. */
export interface Folding {
  readonly learner: AnyLearner;
  readonly course: Course;
  /** Where it stands. */
  readonly from: number;
  readonly to: number;
}

export async function foldRanges(
  { journal, workspace }: Pick<VersionSource, 'journal' | 'workspace'>,
  foldings: readonly Folding[],
): Promise<void> {
  const wanted = new Set<EventType>(foldings.flatMap(({ learner }) => learner.consumes));
  const slices = new Slices();
  for (let next = after(foldings, 0); ; ) {
    if (next === undefined) return;
    const events = await journal.read(workspace, next, { wait: false });
    if (events.last === undefined) return;
    for (const stored of events.of(wanted)) {
      for (const { learner, course, from, to } of foldings)
        if (stored.sequence > from && stored.sequence <= to) feed(learner, stored, course, () => undefined);
      if (slices.over) await slices.next();
    }
    next = after(foldings, events.last);
  }
}

/** The next sequence that any of them folds after this one. */
function after(foldings: readonly Folding[], sequence: number): number | undefined {
  const next = foldings.flatMap(({ course, from, to }) => {
    const following = passable(course.lineage, Math.max(from, sequence)) + 1;
    return following > to ? [] : [following];
  });
  return next.length === 0 ? undefined : Math.min(...next);
}
