/**
 * Hedge: a mixture of expert distributions, weighted by how well each has done, with a fixed share for change.
 * It exists to follow whichever expert is best now without deciding beforehand; its regret to the best is logarithmic.
 * Invariant: weights are positive and sum to 1; one number an expert.
 *
 * Freund and Schapire 1997; with the log loss and rate 1 the update is Bayes' rule. Fixed share: Herbster and Warmuth 1998.
 */
import type { Distribution } from '../distribution.js';
import type { StateReader, StateWriter } from '../state-codec.js';
import { finiteNumber, positiveNumber } from './statistics/finite-number.js';

export interface HedgeOptions {
  readonly experts: number;
  /** Learning rate on the log loss; default .1 (1 is Bayes' rule, which trusts one expert too soon). */
  readonly rate?: number;
  /** Share of each weight spread over all experts at each step; default .001. */
  readonly share?: number;
}

/** Floor of a probability, so that one surprise does not silence an expert for good. */
const floor = 1e-6;

export class Hedge {
  readonly #rate: number;
  readonly #share: number;
  #weights: number[];

  constructor({ experts, rate = 0.1, share = 0.001 }: HedgeOptions) {
    this.#rate = rate;
    this.#share = share;
    this.#weights = Array.from({ length: experts }, () => 1 / experts);
  }

  get weights(): readonly number[] {
    return this.#weights;
  }

  /** The weighted mixture of what the experts say. */
  mix(experts: readonly Distribution[]): Distribution {
    const p = new Map<string, number>();
    let other = 0;
    for (const [i, expert] of experts.entries()) {
      const weight = this.#weights[i] ?? 0;
      for (const [label, value] of expert.p) p.set(label, (p.get(label) ?? 0) + weight * value);
      other += weight * expert.other;
    }
    return { p, other };
  }

  /**
   * @param probabilities what each expert gave the label that came true
   * @throws LMCP_BAD_FEATURES when one is no number, or the weight not above 0
   */
  learnOne(probabilities: readonly number[], weight = 1): void {
    positiveNumber('The weight', weight);
    for (const p of probabilities) finiteNumber('A probability', p);
    const likelihoods = this.#weights.map((_, i) => Math.min(1, Math.max(floor, probabilities[i] ?? 0)));
    // Of a weight so large that all would vanish, what counts is how they compare with the best.
    const best = Math.max(...likelihoods);
    const scale = best ** (this.#rate * weight) < 1e-200 ? best : 1;
    const grown = this.#weights.map((w, i) => w * ((likelihoods[i] ?? 0) / scale) ** (this.#rate * weight));
    const sum = grown.reduce((a, b) => a + b, 0);
    this.#weights = grown.map((w) => (1 - this.#share) * (w / sum) + this.#share / grown.length);
  }

  write(out: StateWriter): void {
    out.section('hedge', 1).f64s(this.#weights);
  }

  read(input: StateReader): void {
    input.section('hedge', 1);
    this.#weights = input.f64s();
  }
}
