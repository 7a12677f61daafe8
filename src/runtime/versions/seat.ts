/**
 * One learner of a workspace: its state, its course through the journal, and how far it has come.
 * It exists so that each learner may be on a branch of its own, or behind while it is rebuilt.
 * Invariant: the state is the fold of `folded`, of which nothing was forgotten that it knows to be; it sees an event once.
 */
import type { AnyLearner, Settled } from '../../learning/index.js';
import type { EventType, StoredEvent } from '../../proto/index.js';
import { type Course, feed } from './feed.js';
import { type Folded, Forgotten } from './forgotten.js';
import { passable, upTo, wholeJournal } from './lineage.js';
import { lastOf, type Ranges } from './ranges.js';
import type { Restored } from './restore.js';

/** A seat's state between two events. */
export interface SeatState extends Folded {
  readonly learner: AnyLearner;
  /** The snapshot that the state came from, and the parents of one taken now. */
  readonly base: Restored['from'];
  readonly parents: readonly string[];
  /** Events learned, and gone by, since its last snapshot. */
  readonly learned: number;
  readonly unkept: number;
}

export class Seat {
  readonly make: () => AnyLearner;
  readonly task: string;
  readonly consumes: ReadonlySet<EventType>;
  /** Where it began in this process. */
  restoredAt = 0;
  /** Sequence of the last `eventsForgotten` because of which it was rebuilt; 0 when none. */
  rebuiltBy = 0;
  /** Whether it was put on a course: from then on its state counts. */
  isSeated = false;
  #learner: AnyLearner;
  #course: Course;
  #offset = 0;
  /** The snapshot it goes on from, and how many events it learned since. */
  #base: Restored['from'];
  #learned = 0;
  #unkept = 0;

  constructor(make: () => AnyLearner) {
    this.make = make;
    this.#learner = make();
    this.task = this.#learner.task;
    this.consumes = new Set(this.#learner.consumes);
    this.#course = { lineage: wholeJournal, forgotten: new Forgotten([], this.consumes) };
  }

  get learner(): AnyLearner {
    return this.#learner;
  }

  get course(): Course {
    return this.#course;
  }

  /** Sequence of the last event that it has folded or passed by. */
  get offset(): number {
    return this.#offset;
  }

  /** What the state is the fold of. */
  get folded(): Ranges {
    return upTo(this.#course.lineage, this.#offset);
  }

  /** Events that went by since its last snapshot. */
  get unkept(): number {
    return this.#unkept;
  }

  /** What it holds now, to be stored. While nothing was learned it is the state of its last snapshot, with the same parents. */
  state(): SeatState {
    const base = this.#base;
    const parents = base === undefined ? [] : this.#learned === 0 ? base.parents : [base.id];
    return {
      learner: this.#learner,
      folded: this.folded,
      forgotten: this.#course.forgotten.through,
      base,
      parents,
      learned: this.#learned,
      unkept: this.#unkept,
    };
  }

  take(stored: StoredEvent, log: (level: 'error', text: string) => void): readonly Settled[] {
    if (stored.sequence <= this.#offset) return [];
    this.passBy(stored.sequence);
    if (this.consumes.has(stored.event.data.case as EventType)) this.#learned += 1;
    return feed(this.#learner, stored, this.#course, log);
  }

  /** Nothing up to this sequence concerns it. */
  passBy(sequence: number): void {
    if (sequence <= this.#offset) return;
    this.#unkept += sequence - this.#offset;
    this.#offset = sequence;
  }

  /** Goes on along another course, of which its state is a prefix. @param last of the journal */
  goOn(course: Course, last: number): void {
    const at = lastOf(this.folded);
    this.isSeated = true;
    this.#course = course;
    this.#offset = Math.min(passable(course.lineage, at), Math.max(at, last));
  }

  /** Takes another state, and goes on from it along a course. */
  adopt({ learner, folded, from }: Restored, course: Course, last: number): void {
    const at = lastOf(folded);
    this.isSeated = true;
    this.#learner = learner;
    this.#course = course;
    this.#offset = Math.min(passable(course.lineage, at), Math.max(at, last));
    this.#base = from;
    this.#learned = 0;
    this.#unkept = 0;
    this.restoredAt = at;
  }

  /** What it held was stored; it may have learned more since, or been moved. */
  kept(state: SeatState, id: string): void {
    if (state.learner !== this.#learner) return;
    this.#base = { id, parents: state.parents };
    this.#learned -= state.learned;
    this.#unkept -= state.unkept;
  }
}
