/**
 * Binned isotonic calibration: stated probabilities mapped to observed shares by the best rising step function.
 * It exists beside Platt scaling because not every bend of a reliability curve is a sigmoid.
 * Invariant: the map never falls; it starts as the identity; fixed size; asking changes no state.
 *
 * Zadrozny and Elkan, "Transforming classifier scores into accurate multiclass probability estimates" (KDD 2002), by the
 * pool-adjacent-violators algorithm (Ayer et al. 1955) over equal bins, each holding a little of the identity as a prior.
 */
import { LmcpError } from '../../errors/index.js';
import type { StateReader, StateWriter } from '../state-codec.js';

export interface IsotonicOptions {
  /** Equal bins of the stated probability; default 40. */
  readonly bins?: number;
  /** Weight of the identity in each bin; default 2. */
  readonly prior?: number;
  /** What remains of old outcomes after each new one, (0, 1]; default 1: nothing is forgotten. */
  readonly memory?: number;
}

export class IsotonicCalibrator {
  readonly #prior: number;
  readonly #memory: number;
  #weights: Float64Array;
  #stated: Float64Array;
  #right: Float64Array;
  /** What the bins were fitted to; made anew on the first question after a change. */
  #fitted: Float64Array | undefined;

  constructor({ bins = 40, prior = 2, memory = 1 }: IsotonicOptions = {}) {
    this.#prior = prior;
    this.#memory = memory;
    this.#weights = new Float64Array(bins);
    this.#stated = new Float64Array(bins);
    this.#right = new Float64Array(bins);
  }

  #bin(p: number): number {
    return Math.min(this.#weights.length - 1, Math.max(0, Math.floor(p * this.#weights.length)));
  }

  /** Where a bin stands: the mean of what was stated in it, its middle at first. */
  #centre(bin: number): number {
    const middle = (bin + 0.5) / this.#weights.length;
    const weight = (this.#weights[bin] ?? 0) + this.#prior;
    return ((this.#stated[bin] ?? 0) + this.#prior * middle) / weight;
  }

  /**
   * The calibrated probability, in [0, 1]; between the centres of bins on a straight line.
   * @throws LMCP_BAD_FEATURES when p is no probability
   */
  correct(p: number): number {
    if (!(p >= 0 && p <= 1 + 1e-9)) throw new LmcpError('LMCP_BAD_FEATURES', `Not a probability: ${p}.`);
    this.#fitted ??= this.#fit();
    const bin = this.#bin(p);
    const centre = this.#centre(bin);
    const other = p < centre ? bin - 1 : bin + 1;
    const here = this.#fitted[bin] ?? p;
    if (other < 0) return between(0, 0, here, centre, p);
    if (other >= this.#weights.length) return between(here, centre, 1, 1, p);
    return between(here, centre, this.#fitted[other] ?? here, this.#centre(other), p);
  }

  /**
   * @param p what was stated before correction, in [0, 1] @param right whether it came true
   * @throws LMCP_BAD_FEATURES when p is no probability or the weight not above 0
   */
  learnOne(p: number, right: boolean, weight = 1): void {
    if (!(p >= 0 && p <= 1) || !(weight > 0 && weight <= 1e9))
      throw new LmcpError('LMCP_BAD_FEATURES', `No probability with a weight: ${p}, ${weight}.`);
    if (this.#memory < 1)
      for (const table of [this.#weights, this.#stated, this.#right])
        for (let i = 0; i < table.length; i++) table[i] = (table[i] ?? 0) * this.#memory;
    const bin = this.#bin(p);
    this.#weights[bin] = (this.#weights[bin] ?? 0) + weight;
    this.#stated[bin] = (this.#stated[bin] ?? 0) + weight * p;
    if (right) this.#right[bin] = (this.#right[bin] ?? 0) + weight;
    this.#fitted = undefined;
  }

  /** Pools neighbours that fall until none does: blocks of (mean, weight, bins). */
  #fit(): Float64Array {
    const blocks: { mean: number; weight: number; bins: number }[] = [];
    for (let bin = 0; bin < this.#weights.length; bin++) {
      const weight = (this.#weights[bin] ?? 0) + this.#prior;
      const middle = (bin + 0.5) / this.#weights.length;
      let block = { mean: ((this.#right[bin] ?? 0) + this.#prior * middle) / weight, weight, bins: 1 };
      for (let last = blocks.at(-1); last && last.mean >= block.mean; last = blocks.at(-1)) {
        blocks.pop();
        const both = last.weight + block.weight;
        block = {
          mean: (last.mean * last.weight + block.mean * block.weight) / both,
          weight: both,
          bins: last.bins + block.bins,
        };
      }
      blocks.push(block);
    }
    return Float64Array.from(blocks.flatMap(({ mean, bins }) => new Array<number>(bins).fill(mean)));
  }

  write(out: StateWriter): void {
    out.section('isotonic', 1).f64s(this.#weights).f64s(this.#stated).f64s(this.#right);
  }

  read(input: StateReader): void {
    input.section('isotonic', 1);
    const [weights, stated, right] = [input.f64s(), input.f64s(), input.f64s()];
    if (weights.length !== this.#weights.length)
      throw new LmcpError('LMCP_BAD_STATE', `The snapshot has ${weights.length} bins.`);
    this.#weights = Float64Array.from(weights);
    this.#stated = Float64Array.from(stated);
    this.#right = Float64Array.from(right);
    this.#fitted = undefined;
  }
}

function between(from: number, fromAt: number, to: number, toAt: number, at: number): number {
  const share = toAt > fromAt || toAt < fromAt ? (at - fromAt) / (toAt - fromAt) : 0;
  return Math.min(1, Math.max(0, from + (to - from) * Math.min(1, Math.max(0, share))));
}
