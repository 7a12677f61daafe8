/**
 * How likely the first answer is right, from its stated probability and from how far the voters agree on it.
 * It exists because a mixture's top probability is over-sure after every change of habit, and agreement tells when.
 * Invariant: an online logistic regression of fixed size; before it has learned it repeats what was stated.
 *
 * Platt 1999, "Probabilistic outputs for support vector machines", with more inputs than the score alone (stacking, Wolpert
 * 1992); AdaGrad: Duchi, Hazan, Singer 2011.
 */
import { LmcpError } from '../../errors/index.js';
import type { StateReader, StateWriter } from '../state-codec.js';

function logit(p: number): number {
  return Math.log((p + 1e-3) / (1 - p + 1e-3));
}

/** Bias, first, second and third probability; then one input a voter. */
const own = 4;
/** Keeps the voters' inputs about as large as the others. */
const scale = 1 / 3;

export class AnswerCalibrator {
  readonly #rate: number;
  #weights: Float64Array;
  #squares: Float64Array;

  constructor(voters: number, rate = 0.05) {
    this.#rate = rate;
    this.#weights = new Float64Array(own + voters);
    this.#weights[1] = 1;
    this.#squares = new Float64Array(own + voters).fill(1);
  }

  /**
   * @param stated probabilities of the best labels, best first (three are looked at)
   * @param support share of each voter's evidence for the first label, (0, 1); 0 when the voter has no opinion
   */
  inputs(stated: readonly number[], support: Float64Array): Float64Array {
    const x = new Float64Array(own + support.length);
    x[0] = 1;
    x[1] = logit(stated[0] ?? 0);
    x[2] = scale * logit(stated[1] ?? 0);
    x[3] = scale * logit(stated[2] ?? 0);
    for (let i = 0; i < support.length; i++) {
      const share = support[i] ?? 0;
      if (share > 0) x[own + i] = scale * logit(share);
    }
    return x;
  }

  /** Probability that the first label is right, (0, 1). */
  correct(inputs: Float64Array): number {
    let z = 0;
    for (let i = 0; i < inputs.length; i++) z += (this.#weights[i] ?? 0) * (inputs[i] ?? 0);
    return 1 / (1 + Math.exp(-z));
  }

  learnOne(inputs: Float64Array, right: boolean, weight = 1): void {
    const error = weight * ((right ? 1 : 0) - this.correct(inputs));
    for (let i = 0; i < inputs.length; i++) {
      const g = error * (inputs[i] ?? 0);
      if (g === 0) continue;
      const square = (this.#squares[i] ?? 0) + g * g;
      this.#squares[i] = square;
      this.#weights[i] = (this.#weights[i] ?? 0) + (this.#rate * g) / Math.sqrt(square);
    }
  }

  /** Lets the weights move again as fast as at first, after a change of habit; what they are now is kept. */
  quicken(): void {
    this.#squares.fill(1);
  }

  write(out: StateWriter): void {
    out.section('answer-calibrator', 1).f64s(this.#weights).f64s(this.#squares);
  }

  /** @throws LMCP_BAD_STATE on another number of voters */
  read(input: StateReader): void {
    input.section('answer-calibrator', 1);
    const weights = Float64Array.from(input.f64s());
    const squares = Float64Array.from(input.f64s());
    if (weights.length !== this.#weights.length || squares.length !== weights.length)
      throw new LmcpError('LMCP_BAD_STATE', 'The calibrator of the snapshot has other voters.');
    this.#weights = weights;
    this.#squares = squares;
  }
}
