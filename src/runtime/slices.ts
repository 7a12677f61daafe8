/**
 * Learning in slices: how long a fold may hold the thread before questions get a turn.
 * It exists so that whoever folds in a thread that answers, live or once more, shares it alike.
 * Invariant: looking at the clock is all it costs while a slice lasts.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';

/** Milliseconds: half the latency that is promised. */
const SLICE_MS = 0.5;

export class Slices {
  #ends = performance.now() + SLICE_MS;

  /** Whether the slice has lasted long enough: then await `next`. */
  get over(): boolean {
    return performance.now() > this.#ends;
  }

  /** Lets the event loop turn, and begins another slice. */
  async next(): Promise<void> {
    await nextTurn();
    this.#ends = performance.now() + SLICE_MS;
  }
}
