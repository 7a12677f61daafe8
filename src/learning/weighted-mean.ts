/**
 * A weighted mean of a metric, and the interval that may be shown beside it.
 * It exists because samples weigh in a mean, while an interval must rest on how many outcomes there really were.
 * Invariant: fixed size; null before the first value.
 */
import { EffectiveCount } from './effective-count.js';
import { wilson } from './interval.js';
import type { StateReader, StateWriter } from './state-codec.js';

/** How often something came true, for what is shown beside an answer. */
export interface Evident {
  /** Outcomes, each counted once whatever its weight. */
  readonly n: number;
  /** 95 %, by Wilson over as many as tell as much at equal weight; null before the first. */
  readonly interval: readonly [number, number] | null;
}

export class WeightedMean {
  #sum = 0;
  #weight = 0;
  #count = new EffectiveCount();

  /** @param value in [0, 1] @param weight > 0 */
  add(value: number, weight: number): void {
    this.#sum += weight * value;
    this.#weight += weight;
    this.#count.add(weight);
  }

  get value(): number | null {
    return this.#weight > 0 ? this.#sum / this.#weight : null;
  }

  get evident(): Evident {
    const { n, effective } = this.#count;
    return { n, interval: wilson((this.value ?? 0) * effective, effective) };
  }

  write(out: StateWriter): void {
    out.f64(this.#sum).f64(this.#weight);
    this.#count.write(out);
  }

  static read(input: StateReader): WeightedMean {
    const made = new WeightedMean();
    made.#sum = input.f64();
    made.#weight = input.f64();
    made.#count = EffectiveCount.read(input);
    return made;
  }
}
