/**
 * Where to split a leaf: information gain of the cuts of one feature, and the Hoeffding bound that says when to trust it.
 * It exists apart from the leaf so that the arithmetic can be tested on its own.
 * Invariant: gain lies in [0, log2 classes] up to rounding; a cut that leaves a side nearly empty is no cut.
 *
 * Domingos and Hulten 2000, Mining High-Speed Data Streams; Quinlan 1986 for the gain.
 */
import type { Gaussians } from './gaussians.js';

/** Cuts tried for a feature, evenly spaced between its least and greatest value. */
const cuts = 10;

/** A side must get more than this share of the weight. */
const leastShare = 0.01;

/** A proposed split: values at or below `cut` go to `low`. Weights by class. */
export interface Split {
  readonly feature: number;
  readonly cut: number;
  readonly gain: number;
  readonly low: Float64Array;
  readonly high: Float64Array;
}

export function total(weights: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < weights.length; i++) sum += weights[i] ?? 0;
  return sum;
}

/** Entropy in bits of class weights that sum to `sum`. */
function entropy(weights: ArrayLike<number>, sum: number): number {
  if (!(sum > 0)) return 0;
  let bits = 0;
  for (let i = 0; i < weights.length; i++) {
    const p = (weights[i] ?? 0) / sum;
    if (p > 0) bits -= p * Math.log2(p);
  }
  return bits;
}

/**
 * ε with P(|mean of n draws from a range − expectation| > ε) ≤ delta.
 * @param range of one draw, here log2 of the number of classes
 */
export function hoeffdingBound(range: number, delta: number, n: number): number {
  return Math.sqrt((range * range * Math.log(1 / delta)) / (2 * n));
}

/**
 * The best cut of one feature; undefined when no cut has enough weight on both sides.
 * @param weights class weights of the leaf before the split
 */
export function bestCut(
  feature: number,
  gaussians: Gaussians,
  weights: ArrayLike<number>,
): Split | undefined {
  const range = gaussians.range();
  if (!range) return undefined;
  const before = entropy(weights, total(weights));
  const step = (range[1] - range[0]) / (cuts + 1);
  let low = new Float64Array(gaussians.classes);
  let high = new Float64Array(gaussians.classes);
  let best: Split | undefined;
  for (let i = 1; i <= cuts; i++) {
    const cut = range[0] + step * i;
    if (!(cut > range[0] && cut < range[1])) continue;
    gaussians.divide(cut, low, high);
    const [lowSum, highSum] = [total(low), total(high)];
    const sum = lowSum + highSum;
    if (!(Math.min(lowSum, highSum) > leastShare * sum)) continue;
    const after = (lowSum * entropy(low, lowSum) + highSum * entropy(high, highSum)) / sum;
    const gain = before - after;
    if (best && gain <= best.gain) continue;
    best = { feature, cut, gain, low, high };
    low = new Float64Array(gaussians.classes);
    high = new Float64Array(gaussians.classes);
  }
  return best;
}
