/**
 * An always-valid confidence sequence for a mean of bounded paired differences.
 * It exists because scorecards are looked at after every event: a fixed-n interval would declare winners that are none.
 * Invariant: P(for all n: the running mean of conditional expectations lies inside) ≥ 1 − alpha; no stationarity is assumed.
 *
 * Empirical-Bernstein, gamma-exponential mixture: Howard, Ramdas, McAuliffe, Sekhon, "Time-uniform, nonparametric,
 * nonasymptotic confidence sequences" (Annals of Statistics 2021), Theorem 4 and Proposition 9; used for pairs of
 * forecasters as in Choe and Ramdas, "Comparing sequential forecasters" (Operations Research 2023).
 * Exact for constant weights; with varying weights the scale follows the largest weight seen so far.
 *
 * What is bounded are the means of what could be expected given the past. Where each difference is new given those before it,
 * that is the mean skill. Where outcomes repeat, it is not: when a predictor that happens to be right once is then right ten
 * times over (the same event told again, one decision cut into ten), it IS better from the second on, and two predictors of
 * equal skill are then told apart in most runs, though the theorem holds. Who feeds it must count one decision once.
 */
import type { Past } from './drift/watched-mean.js';
import { logGamma, logGammaP } from './special-functions.js';
import type { StateReader, StateWriter } from './state-codec.js';

/** Intrinsic time (sum of squared deviations) at which the bound is tightest: 2,000 pairs that differ in one of ten. */
const tightestAt = 200;

export class DifferenceSequence {
  readonly #alpha: number;
  readonly #rho: number;
  #n = 0;
  #weight = 0;
  #sum = 0;
  #variance = 0;
  #maxWeight = 1;

  /**
   * @param alpha total two-sided error over all time, e.g. .05
   * @param past values of weight 1 that came before, each taken as if 0 was expected
   */
  constructor(alpha = 0.05, past: Past = { n: 0, sum: 0, squares: 0 }) {
    this.#alpha = alpha;
    this.#n = past.n;
    this.#weight = past.n;
    this.#sum = past.sum;
    this.#variance = past.squares;
    const one = Math.log(1 / alpha);
    this.#rho = tightestAt / (2 * one + Math.log1p(2 * one));
  }

  /**
   * One difference in [-1, 1]; weight > 0, known before the difference is. A repetition of the one before counts as evidence of
   * its own: see the header.
   */
  observe(difference: number, weight = 1): void {
    const predicted = this.mean ?? 0;
    this.#n++;
    this.#weight += weight;
    this.#sum += weight * difference;
    this.#variance += (weight * (difference - predicted)) ** 2;
    if (weight > this.#maxWeight) this.#maxWeight = weight;
  }

  get n(): number {
    return this.#n;
  }

  /** Weighted mean difference; null before the first. */
  get mean(): number | null {
    return this.#weight > 0 ? this.#sum / this.#weight : null;
  }

  /** Log of the mixture supermartingale for a one-sided deviation `s` of the weighted sum. */
  #logMartingale(s: number): number {
    const c = 2 * this.#maxWeight;
    const scale = 1 / (c * c);
    const rho = this.#rho * scale;
    const shape = (this.#variance + this.#rho) * scale;
    const grown = (c * s + this.#variance) * scale;
    return (
      rho * Math.log(rho) -
      logGamma(rho) -
      logGammaP(rho, rho) +
      logGamma(shape) +
      logGammaP(shape, grown + rho) -
      shape * Math.log(grown + rho) +
      grown
    );
  }

  /** Whether the lower bound lies above 0: one evaluation, no root finding. */
  get positive(): boolean {
    // Cheap necessary condition first: no boundary at this level lies below 1.9 standard deviations.
    if (this.#sum <= 0 || this.#sum * this.#sum < 3.6 * this.#variance) return false;
    return this.#logMartingale(this.#sum) >= Math.log(2 / this.#alpha);
  }

  /** The sequence's interval now, within [-1, 1]; null before the first difference. */
  interval(): readonly [number, number] | null {
    const mean = this.mean;
    if (mean === null) return null;
    const target = Math.log(2 / this.#alpha);
    let low = 0;
    let high = 1 + Math.sqrt(this.#variance);
    while (this.#logMartingale(high) < target) high *= 2;
    for (let i = 0; i < 60 && high - low > 1e-9 * high; i++) {
      const middle = (low + high) / 2;
      if (this.#logMartingale(middle) < target) low = middle;
      else high = middle;
    }
    const half = high / this.#weight;
    return [Math.max(-1, mean - half), Math.min(1, mean + half)];
  }

  write(out: StateWriter): void {
    out.section('difference-sequence', 1).f64(this.#alpha).uint(this.#n).f64(this.#weight);
    out.f64(this.#sum).f64(this.#variance).f64(this.#maxWeight);
  }

  static read(input: StateReader): DifferenceSequence {
    input.section('difference-sequence', 1);
    const made = new DifferenceSequence(input.f64());
    made.#n = input.uint();
    made.#weight = input.f64();
    made.#sum = input.f64();
    made.#variance = input.f64();
    made.#maxWeight = input.f64();
    return made;
  }
}
