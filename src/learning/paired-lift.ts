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
 */
import { DifferenceSequence } from './confidence-sequence.js';
import { type MeanChange, type Past, WatchedMean } from './drift/watched-mean.js';
import { errorShare, startShare } from './error-budget.js';
import type { StateReader, StateWriter } from './state-codec.js';

/** Of both sequences together. */
const alpha = 0.05;
/** Part of the error for sequences that are dated back. */
const backShare = 0.2;

export class PairedLift {
  #ahead = new DifferenceSequence(alpha * (1 - backShare) * errorShare(1));
  #back: DifferenceSequence | null = null;
  readonly #watched = new WatchedMean(-1, 1);
  #n = 0;
  #epoch = 1;
  /** How many differences had come when `#ahead` began. */
  #begun = 0;
  #since: number | null = null;

  /** One difference in [-1, 1]; `at` in milliseconds since the epoch. Tells a change of the mean. */
  observe(difference: number, weight: number, at: number): MeanChange | null {
    const change = this.#watched.update(difference);
    this.#n++;
    if (!change || (change.direction === 'rose' && this.positive)) {
      this.#ahead.observe(difference, weight);
      this.#back?.observe(difference, weight);
      return change;
    }
    const start = this.#lookBack();
    this.#since = at;
    if (start > this.#begun) {
      this.#epoch++;
      this.#begun = this.#n;
      this.#ahead = new DifferenceSequence(alpha * (1 - backShare) * errorShare(this.#epoch));
    } else {
      // A detector tells of one change several times while it lets go of the old: what began after it goes on.
      this.#ahead.observe(difference, weight);
    }
    return change;
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
    return this.#ahead.positive || (this.#back?.positive ?? false);
  }

  /** Mean and interval since the change, by the sequence with the higher lower bound; null before the first difference. */
  report(): { readonly mean: number; readonly interval: readonly [number, number] } | null {
    const [ahead, back] = [this.#ahead.interval(), this.#back?.interval() ?? null];
    const shown = back && (!ahead || back[0] > ahead[0]) ? this.#back : this.#ahead;
    const interval = shown?.interval() ?? null;
    const mean = shown?.mean ?? null;
    return interval === null || mean === null ? null : { mean, interval };
  }

  /** When the record started anew, milliseconds since the epoch; null while it covers everything. */
  get since(): number | null {
    return this.#since;
  }

  write(out: StateWriter): void {
    out.section('paired-lift', 1).uint(this.#n).uint(this.#epoch).uint(this.#begun);
    out.bool(this.#since !== null).f64(this.#since ?? 0);
    this.#ahead.write(out);
    out.bool(this.#back !== null);
    this.#back?.write(out);
    this.#watched.write(out);
  }

  static read(input: StateReader): PairedLift {
    input.section('paired-lift', 1);
    const made = new PairedLift();
    made.#n = input.uint();
    made.#epoch = input.uint();
    made.#begun = input.uint();
    const restarted = input.bool();
    const since = input.f64();
    made.#since = restarted ? since : null;
    made.#ahead = DifferenceSequence.read(input);
    made.#back = input.bool() ? DifferenceSequence.read(input) : null;
    made.#watched.read(input);
    return made;
  }
}
