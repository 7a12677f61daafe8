/**
 * Exponentially decayed counts under forward decay: add now, read at any time, no sweep over all counters.
 * It exists so that old habits fade (half-life) while a counter stays two numbers.
 * Invariant: the value at a time depends on the additions alone, not on when it was read; late additions are welcome.
 *
 * Cormode, Shkapenyuk, Srivastava, Xu, "Forward decay: a practical time decay model for streaming systems" (ICDE 2009).
 */
import type { StateReader, StateWriter } from '../state-codec.js';

/** A year, in milliseconds. */
export const yearMs = 365.25 * 24 * 3600 * 1000;

/** What is left after `elapsedMs` of something that halves every `halfLifeMs`; above 1 for negative times. */
export function decayFactor(elapsedMs: number, halfLifeMs: number): number {
  return 2 ** (-elapsedMs / halfLifeMs);
}

/** One decayed sum with its landmark: the newest time added so far. */
export class DecayedCounter {
  #value = 0;
  #at = 0;

  /** The newest time added, milliseconds since the epoch; 0 before the first. */
  get at(): number {
    return this.#at;
  }

  /** @param at milliseconds since the epoch; may lie before the newest */
  add(at: number, weight: number, halfLifeMs: number): void {
    if (this.#value === 0) {
      this.#value = weight;
      this.#at = at;
    } else if (at > this.#at) {
      this.#value = this.#value * decayFactor(at - this.#at, halfLifeMs) + weight;
      this.#at = at;
    } else this.#value += weight * decayFactor(this.#at - at, halfLifeMs);
  }

  /** The decayed sum as seen at `at` (for comparisons within one time, any common `at` will do). */
  value(at: number, halfLifeMs: number): number {
    return this.#value * decayFactor(at - this.#at, halfLifeMs);
  }

  /** The decayed sums of a and b together, what both have from base once; seen from the newest of the three times. */
  static merge([a, b, base]: readonly (DecayedCounter | undefined)[], halfLifeMs: number): DecayedCounter {
    const made = new DecayedCounter();
    made.#at = Math.max(a?.at ?? 0, b?.at ?? 0, base?.at ?? 0);
    const seen = (counter?: DecayedCounter) => counter?.value(made.#at, halfLifeMs) ?? 0;
    made.#value = Math.max(0, seen(a) + seen(b) - seen(base));
    return made;
  }

  write(out: StateWriter): void {
    out.f64(this.#value).f64(this.#at);
  }

  static read(input: StateReader): DecayedCounter {
    const made = new DecayedCounter();
    made.#value = input.f64();
    made.#at = input.f64();
    return made;
  }
}
