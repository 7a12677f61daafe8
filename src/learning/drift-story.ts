/**
 * What a scorecard tells of change: the last setback with the reaction to it, and what came after.
 * It exists because a recovery soon follows a reaction, and must not hide what was recovered from.
 * Invariant: two sentences at most, however often things change; only a later setback takes the place of a setback.
 *
 * A setback is what a learner reacts to (isSetback): the model's hits fell, or no longer come as stated. A lift that fell is
 * none: it falls with every setback, for some time after it, and when a baseline does better.
 */
import { isSetback, points, type ScorecardChange } from './scorecard-report.js';
import type { StateReader, StateWriter } from './state-codec.js';

/** What the learner does when the model's hits have fallen, or no longer come as stated. */
export type Reactions = Readonly<Partial<Record<'accuracy' | 'calibration', string>>>;

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

/** A change in words. @param primary name of the metric */
function sentence(change: ScorecardChange, primary: string): string {
  const { of, direction, before, after, over, baseline } = change;
  switch (of) {
    case 'accuracy':
      return `${primary} ${direction} from ${percent(before)} to ${percent(after)} (last ${over})`;
    case 'calibration':
      return `right ${points(after)} points beside what was stated, before ${points(before)} (last ${over})`;
    case 'lift':
      return `lift over ${baseline} ${direction} from ${points(before)} to ${points(after)} points (last ${over})`;
  }
}

/** What is done about it: by the learner about a setback, by the gate about any change of a lift. */
function reactionTo({ of, worse }: ScorecardChange, reactions: Reactions): string {
  const reaction =
    of === 'lift' ? 'who answers is decided by what came since' : worse ? reactions[of] : undefined;
  return reaction === undefined ? '' : `: ${reaction}`;
}

export class DriftStory {
  #at = 0;
  #setback = '';
  #since = '';

  /** @param changes of one moment, `at` milliseconds since the epoch */
  tell(
    changes: readonly ScorecardChange[],
    { at, primary, reactions }: { at: number; primary: string; reactions: Reactions },
  ): void {
    if (changes.length === 0) return;
    const told = changes.map((c) => sentence(c, primary) + reactionTo(c, reactions)).join('; ');
    if (isSetback(changes, 'accuracy') || isSetback(changes, 'calibration')) {
      this.#at = at;
      this.#setback = told;
      this.#since = '';
    } else {
      if (this.#setback === '') this.#at = at;
      this.#since = told;
    }
  }

  report(): { readonly at: number; readonly what: string } | null {
    const parts = [this.#setback, this.#since].filter((part) => part !== '');
    return parts.length === 0 ? null : { at: this.#at, what: parts.join('; then ') };
  }

  write(out: StateWriter): void {
    out.section('drift-story', 1).f64(this.#at).string(this.#setback).string(this.#since);
  }

  read(input: StateReader): void {
    input.section('drift-story', 1);
    this.#at = input.f64();
    this.#setback = input.string();
    this.#since = input.string();
  }
}
