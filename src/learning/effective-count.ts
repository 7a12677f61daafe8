/**
 * How many outcomes of equal weight tell as much as these weighted ones: (Σw)² / Σw².
 * It exists because an outcome that stands for a thousand is still one outcome: intervals must not count it a thousand times.
 * Invariant: between 0 and the true count; finite whatever the weights.
 *
 * Kish, "Survey Sampling" (1965), section 11.7: the effective sample size of a weighted mean.
 */
import type { StateReader, StateWriter } from './state-codec.js';

/** Heavier ones count as this: the sums stay finite over any stream. */
export const heaviest = 1e6;

export class EffectiveCount {
  #n = 0;
  #sum = 0;
  #squares = 0;

  /** @param weight > 0 */
  add(weight: number): void {
    const capped = Math.min(weight, heaviest);
    this.#n++;
    this.#sum += capped;
    this.#squares += capped * capped;
  }

  /** Outcomes counted. */
  get n(): number {
    return this.#n;
  }

  get effective(): number {
    return this.#squares > 0 ? Math.min(this.#n, (this.#sum * this.#sum) / this.#squares) : 0;
  }

  write(out: StateWriter): void {
    out.uint(this.#n).f64(this.#sum).f64(this.#squares);
  }

  static read(input: StateReader): EffectiveCount {
    const made = new EffectiveCount();
    made.#n = input.uint();
    made.#sum = input.f64();
    made.#squares = input.f64();
    return made;
  }
}
