/**
 * The model's lift over one baseline since it last changed: the evidence that the gate rests on.
 * It exists because evidence from before a change must not keep a model that now loses, nor hold down one that now wins.
 * Invariant: P(a lower bound ever lies above the mean lift of its stretch) ≤ 2.5 %, over all restarts together.
 *
 * The differences are watched by ADWIN. When their mean has changed, two confidence sequences take over: one that sees only
 * what comes from now on, and one dated back to the change, which knows what the detector's window still holds. Where each
 * starts was chosen by looking, so each has a share of the error for that (error-budget.ts). The lift is positive when
 * either lower bound is above 0: the second says so at once where the model wins clearly as before, the first sooner where
 * it wins by little. One change is let pass: a rise while the lift is positive could only take back what is proven.
 *
 * A lift that fell but is still one would be without a verdict until the new sequences can speak. So the sequence that spoke
 * before the change is kept, and counts on, until a new one proves a lift, for at most `patience` differences; it is heard
 * while the mean since the change is above 0. That spends no error: it is a confidence sequence that was started long ago
 * with a share of its own, and it holds at every look, so also at those after the change, for the mean of its whole stretch,
 * which `report` and `since` are of meanwhile. What it does not say is that the lift since the change is above 0: a model
 * whose lift fell to nothing may have the word for part of the `patience` differences, one that now loses only while the
 * mean since the change is above 0 by chance.
 */
import { DifferenceSequence } from './confidence-sequence.js';
import { type MeanChange, type Past, WatchedMean } from './drift/watched-mean.js';
import { errorShare, startShare } from './error-budget.js';
import type { StateReader, StateWriter } from './state-codec.js';

/** Of both sequences together. */
const alpha = 0.05;
/** Part of the error for sequences that are dated back. */
const backShare = 0.2;
/** Differences since the change after which the sequence from before it is no longer heard. */
const patience = 1000;

/** The sequence that spoke before the last change, and what came since. */
interface Kept {
  readonly sequence: DifferenceSequence;
  /** When its stretch began, milliseconds since the epoch; null: with the stream. */
  readonly since: number | null;
  /** Count of differences at which it is let go. */
  readonly until: number;
  /** Of the differences since the change. */
  sum: number;
}

export class PairedLift {
  #ahead = new DifferenceSequence(alpha * (1 - backShare) * errorShare(1));
  #back: DifferenceSequence | null = null;
  readonly #watched = new WatchedMean(-1, 1);
  #n = 0;
  #epoch = 1;
  /** How many differences had come when `#ahead` began. */
  #begun = 0;
  #since: number | null = null;
  #kept: Kept | null = null;

  /** One difference in [-1, 1]; `at` in milliseconds since the epoch. Tells a change of the mean. */
  observe(difference: number, weight: number, at: number): MeanChange | null {
    const change = this.#watched.update(difference);
    this.#n++;
    if (!change || (change.direction === 'rose' && this.positive)) {
      this.#ahead.observe(difference, weight);
      this.#back?.observe(difference, weight);
      this.#keep(difference, weight);
      return change;
    }
    const spoke = this.#spoke();
    spoke?.sequence.observe(difference, weight);
    const start = this.#lookBack();
    if (start > this.#begun) {
      this.#epoch++;
      this.#begun = this.#n;
      this.#ahead = new DifferenceSequence(alpha * (1 - backShare) * errorShare(this.#epoch));
    } else if (spoke?.sequence !== this.#ahead) {
      // A detector tells of one change several times while it lets go of the old: what began after it goes on.
      this.#ahead.observe(difference, weight);
    }
    this.#since = at;
    this.#kept = spoke && spoke.sequence !== this.#ahead ? spoke : null;
    if (this.#kept) this.#kept.sum = this.#watched.recent.sum;
    return change;
  }

  /** What proves a lift now, as it would be kept. */
  #spoke(): Kept | null {
    for (const sequence of [this.#ahead, this.#back])
      if (sequence?.positive) return { sequence, since: this.#since, until: this.#n + patience, sum: 0 };
    return this.#kept?.sequence.positive ? this.#kept : null;
  }

  /** Counts on in the sequence from before the change; lets it go once it has nothing more to say. */
  #keep(difference: number, weight: number): void {
    const kept = this.#kept;
    if (!kept) return;
    kept.sequence.observe(difference, weight);
    kept.sum += difference;
    if (this.#n > kept.until || this.#proven) this.#kept = null;
  }

  get #proven(): boolean {
    return this.#ahead.positive || (this.#back?.positive ?? false);
  }

  /**
   * Dates `#back` to where the change most likely was; further, to all that may be alike, where that proves a lift and nothing
   * since speaks against it. Gives the likely place of the change.
   */
  #lookBack(): number {
    const { recent, window } = this.#watched;
    const from = (past: Past) =>
      new DifferenceSequence(alpha * backShare * startShare(this.#n - past.n), past);
    const all = from(window);
    this.#back = recent.sum > 0 && all.positive ? all : from(recent);
    return this.#n - recent.n;
  }

  /** Whether a lower bound lies above 0. */
  get positive(): boolean {
    return this.#proven || this.#heard !== null;
  }

  /** Whether what is said is of the stretch from before the change on. */
  get #heard(): Kept | null {
    const kept = this.#kept;
    return kept && kept.sum > 0 && kept.sequence.positive && !this.#proven ? kept : null;
  }

  /** Mean and interval since `since`, by the sequence with the higher lower bound; null before the first difference. */
  report(): { readonly mean: number; readonly interval: readonly [number, number] } | null {
    const [ahead, back] = [this.#ahead.interval(), this.#back?.interval() ?? null];
    const newer = back && (!ahead || back[0] > ahead[0]) ? this.#back : this.#ahead;
    const shown = this.#heard?.sequence ?? newer;
    const interval = shown?.interval() ?? null;
    const mean = shown?.mean ?? null;
    return interval === null || mean === null ? null : { mean, interval };
  }

  /** When the record that is shown started anew, milliseconds since the epoch; null while it covers everything. */
  get since(): number | null {
    return this.#heard ? this.#heard.since : this.#since;
  }

  write(out: StateWriter): void {
    out.section('paired-lift', 2).uint(this.#n).uint(this.#epoch).uint(this.#begun);
    out.bool(this.#since !== null).f64(this.#since ?? 0);
    this.#ahead.write(out);
    out.bool(this.#back !== null);
    this.#back?.write(out);
    out.bool(this.#kept !== null);
    if (this.#kept) {
      const { sequence, since, until, sum } = this.#kept;
      sequence.write(out);
      out
        .bool(since !== null)
        .f64(since ?? 0)
        .uint(until)
        .f64(sum);
    }
    this.#watched.write(out);
  }

  static read(input: StateReader): PairedLift {
    input.section('paired-lift', 2);
    const made = new PairedLift();
    made.#n = input.uint();
    made.#epoch = input.uint();
    made.#begun = input.uint();
    const restarted = input.bool();
    const since = input.f64();
    made.#since = restarted ? since : null;
    made.#ahead = DifferenceSequence.read(input);
    made.#back = input.bool() ? DifferenceSequence.read(input) : null;
    if (input.bool()) {
      const sequence = DifferenceSequence.read(input);
      const [dated, start] = [input.bool(), input.f64()];
      made.#kept = { sequence, since: dated ? start : null, until: input.uint(), sum: input.f64() };
    }
    made.#watched.read(input);
    return made;
  }
}
