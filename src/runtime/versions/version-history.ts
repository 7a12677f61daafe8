/**
 * What the journal says of versions: heads moved, models tagged, events forgotten.
 * It exists because a learner's lineage, branches and tags follow from these few events, whatever snapshots are left.
 * Invariant: `through` is the last of them that is known; an event is taken once; ranges that reach beyond their event end before it.
 */
import { type EventType, payloadOf, type SequenceRange, type StoredEvent } from '../../proto/index.js';
import type { JournalClient } from '../journal-client.js';
import type { Forgetting } from './forgotten.js';
import { type Lineage, upTo, wholeJournal } from './lineage.js';
import { canonical, cut, type Range, type Ranges, rangesOf } from './ranges.js';

/** The types of events that speak of versions. */
export const versionEvents: readonly EventType[] = ['headMoved', 'modelTagged', 'eventsForgotten'];

/** Name of the branch every learner begins on. */
export const firstBranch = 'main';

/** Branches that a learner may have at once; of made-up names the one left longest ago gives way. */
export const MOST_BRANCHES = 100;

/** Whether a rollback gave itself the name. */
export function isMadeUp(branch: string): boolean {
  return /^rollback-\d+(-\d+)?$/.test(branch);
}

/** One learner's branches and tags. */
export interface LearnerVersions {
  /** The branch that learns. */
  readonly branch: string;
  /** Its lineage, with the open tail. */
  readonly lineage: Lineage;
  /** Branch → what it had folded when it was left; the active one is not among them. */
  readonly left: ReadonlyMap<string, Ranges>;
  readonly tags: ReadonlyMap<string, Ranges>;
}

interface Marks {
  branch: string;
  lineage: Lineage;
  readonly left: Map<string, Ranges>;
  readonly tags: Map<string, Ranges>;
}

export class VersionHistory {
  readonly #learners = new Map<string, Marks>();
  readonly #forgettings: Forgetting[] = [];
  #through = 0;

  /** Sequence of the last such event known; 0 when there is none. */
  get through(): number {
    return this.#through;
  }

  /** In sequence. */
  get forgettings(): readonly Forgetting[] {
    return this.#forgettings;
  }

  of(task: string): LearnerVersions {
    return this.#learners.get(task) ?? unmoved();
  }

  /** Takes up what came since; `to`: nothing after that sequence. */
  async readOn(
    journal: Pick<JournalClient, 'readTypes'>,
    workspace: string,
    to = Number.POSITIVE_INFINITY,
  ): Promise<void> {
    for await (const stored of journal.readTypes(workspace, versionEvents, this.#through + 1)) {
      if (stored.sequence > to) return;
      this.add(stored);
    }
  }

  add({ sequence, event }: StoredEvent): void {
    if (sequence <= this.#through) return;
    const moved = payloadOf(event, 'headMoved');
    const tagged = payloadOf(event, 'modelTagged');
    const forgotten = payloadOf(event, 'eventsForgotten');
    if (!moved && !tagged && !forgotten) return;
    this.#through = sequence;
    if (moved) {
      const marks = this.#marksOf(moved.learner);
      const branch = moved.branch || firstBranch;
      marks.left.set(marks.branch, upTo(marks.lineage, sequence - 1));
      marks.left.delete(branch);
      const oldest = [...marks.left.keys()].find(isMadeUp);
      if (marks.left.size >= MOST_BRANCHES && oldest !== undefined) marks.left.delete(oldest);
      marks.branch = branch;
      marks.lineage = { folded: before(sequence, moved.folded), from: sequence + 1 };
    }
    if (tagged) this.#marksOf(tagged.learner).tags.set(tagged.tag, before(sequence, tagged.folded));
    if (forgotten)
      this.#forgettings.push({
        sequence,
        named: cut(rangesOf(forgotten.sequences.map(Number)), sequence - 1),
        types: forgotten.types,
      });
  }

  #marksOf(learner: string): Marks {
    let marks = this.#learners.get(learner);
    if (!marks) {
      marks = unmoved();
      this.#learners.set(learner, marks);
    }
    return marks;
  }
}

function unmoved(): Marks {
  return { branch: firstBranch, lineage: wholeJournal, left: new Map(), tags: new Map() };
}

function before(sequence: number, ranges: readonly SequenceRange[]): Ranges {
  return cut(canonical(ranges.map(({ from, to }): Range => [Number(from), Number(to)])), sequence - 1);
}
