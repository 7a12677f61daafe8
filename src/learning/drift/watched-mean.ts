/**
 * A mean that is watched by ADWIN: it tells when the mean has changed, from what to what, and over how much.
 * It exists so that scorecards can say in numbers what a detector found.
 * Invariant: the detector alone is the state; what is told follows from its window.
 */
import type { StateReader, StateWriter } from '../state-codec.js';
import { Adwin, type Part } from './adwin.js';

/** Values that came before: how many, their sum and their sum of squares. */
export interface Past {
  readonly n: number;
  readonly sum: number;
  readonly squares: number;
}

export interface MeanChange {
  readonly direction: 'fell' | 'rose';
  /** Means of what was looked back on: of the part before the change, and of the part since. */
  readonly before: number;
  readonly after: number;
  /** How many values have come since the change. */
  readonly over: number;
}

export class WatchedMean {
  readonly #low: number;
  readonly #span: number;
  readonly #detector: Adwin;

  /** @param low, high range of the values @param delta bound on a false alarm at one look, see Adwin */
  constructor(low: number, high: number, delta?: number) {
    this.#low = low;
    this.#span = high - low;
    this.#detector = new Adwin(delta === undefined ? {} : { delta });
  }

  /** @param value within the range @throws LMCP_BAD_FEATURES */
  update(value: number): MeanChange | null {
    const detector = this.#detector;
    const { width, mean } = detector;
    const scaled = (value - this.#low) / this.#span;
    const change = detector.update(scaled);
    if (change === 'none') return null;
    const { n, sum } = this.recent;
    const all = (width + 1) * this.#low + this.#span * (width * mean + scaled);
    return {
      direction: change === 'rise' ? 'rose' : 'fell',
      before: (all - sum) / (width + 1 - n),
      after: sum / n,
      over: n,
    };
  }

  /** The values since the change. Ask right after a change was told. */
  get recent(): Past {
    return this.#past(this.#detector.recent);
  }

  /** All that the detector still looks back on: among it no difference is sure. */
  get window(): Past {
    return this.#past(this.#detector.whole);
  }

  #past({ n, sum, square }: Part): Past {
    const own = this.#low * n + this.#span * sum;
    return { n, sum: own, squares: (own * own) / Math.max(1, n) + this.#span * this.#span * square };
  }

  write(out: StateWriter): void {
    this.#detector.write(out);
  }

  read(input: StateReader): void {
    this.#detector.read(input);
  }
}
