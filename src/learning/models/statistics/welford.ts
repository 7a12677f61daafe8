/**
 * Running mean and variance of weighted numbers, one at a time, without the cancellation of sums of squares.
 * It exists for scalers, naive Bayes and every threshold that asks "how far from usual?".
 * Invariant: finite inputs of magnitude below 1e100 keep it finite; the variance is never negative.
 *
 * Welford, "Note on a method for calculating corrected sums of squares and products" (Technometrics 1962);
 * merging: Chan, Golub, LeVeque, "Algorithms for computing the sample variance" (The American Statistician 1983).
 */
import type { StateReader, StateWriter } from '../../state-codec.js';
import { finiteNumber, positiveNumber } from './finite-number.js';

/** What Welford's method keeps: weight, mean, and the sum of squared deviations from it. */
export interface Moments {
  readonly n: number;
  readonly mean: number;
  readonly m2: number;
}

/** The moments of two disjoint sets together. */
export function joined(a: Moments, b: Moments): Moments {
  if (a.n === 0) return b;
  if (b.n === 0) return a;
  const n = a.n + b.n;
  const delta = b.mean - a.mean;
  return { n, mean: a.mean + (delta * b.n) / n, m2: a.m2 + b.m2 + (delta * delta * a.n * b.n) / n };
}

/** The moments of `whole` without `part`, which was part of it. */
export function without(whole: Moments, part: Moments): Moments {
  const n = whole.n - part.n;
  if (part.n === 0) return whole;
  if (!(n > 0)) return { n: 0, mean: 0, m2: 0 };
  const mean = whole.mean + ((whole.mean - part.mean) * part.n) / n;
  const delta = part.mean - mean;
  return { n, mean, m2: Math.max(0, whole.m2 - part.m2 - (delta * delta * n * part.n) / whole.n) };
}

export class Welford implements Moments {
  #n = 0;
  #mean = 0;
  #m2 = 0;

  static of({ n, mean, m2 }: Moments): Welford {
    const made = new Welford();
    made.#n = n;
    made.#mean = mean;
    made.#m2 = m2;
    return made;
  }

  get n(): number {
    return this.#n;
  }
  get mean(): number {
    return this.#mean;
  }
  get m2(): number {
    return this.#m2;
  }

  /**
   * @param weight how many observations this one stands for, > 0
   * @throws LMCP_BAD_FEATURES when either is not finite or the weight not above 0; it is then as before
   */
  learnOne(x: number, weight = 1): void {
    finiteNumber('The value', x);
    positiveNumber('The weight', weight);
    const delta = x - this.#mean;
    this.#n += weight;
    this.#mean += (weight * delta) / this.#n;
    this.#m2 += weight * delta * (x - this.#mean);
  }

  /** Variance with divisor n − `lost` degrees of freedom; 0 while there are too few. */
  variance(lost: 0 | 1 = 1): number {
    return this.#n > lost ? Math.max(0, this.#m2) / (this.#n - lost) : 0;
  }

  write(out: StateWriter): void {
    out.section('welford', 1).f64(this.#n).f64(this.#mean).f64(this.#m2);
  }

  read(input: StateReader): void {
    input.section('welford', 1);
    this.#n = input.f64();
    this.#mean = input.f64();
    this.#m2 = input.f64();
  }
}
