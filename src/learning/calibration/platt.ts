/**
 * Online Platt scaling: maps a stated probability to one that has come true as often as it says.
 * It exists beside isotonic calibration because two numbers are learned from few outcomes, and follow a change at once.
 * Invariant: monotone while the slope is positive (it is kept so); two parameters, AdaGrad steps on the log loss.
 *
 * Platt 1999, "Probabilistic outputs for support vector machines"; AdaGrad: Duchi, Hazan, Singer 2011.
 */
import { LmcpError } from '../../errors/index.js';
import type { StateReader, StateWriter } from '../state-codec.js';

function logit(p: number): number {
  return Math.log((p + 1e-4) / (1 - p + 1e-4));
}

export class PlattCalibrator {
  readonly #rate: number;
  #slope = 1;
  #shift = 0;
  #slopeGradient = 1;
  #shiftGradient = 1;

  /** @param rate size of the first step; default .1 */
  constructor(rate = 0.1) {
    this.#rate = rate;
  }

  /** The calibrated probability, in (0, 1). @throws LMCP_BAD_FEATURES when p is no probability */
  correct(p: number): number {
    if (!(p >= 0 && p <= 1 + 1e-9)) throw new LmcpError('LMCP_BAD_FEATURES', `Not a probability: ${p}.`);
    return 1 / (1 + Math.exp(-(this.#slope * logit(p) + this.#shift)));
  }

  /**
   * @param p what was stated before correction, in [0, 1] @param right whether it came true
   * @throws LMCP_BAD_FEATURES when p is no probability or the weight not above 0
   */
  learnOne(p: number, right: boolean, weight = 1): void {
    if (!(p >= 0 && p <= 1) || !(weight > 0 && weight <= 1e9))
      throw new LmcpError('LMCP_BAD_FEATURES', `No probability with a weight: ${p}, ${weight}.`);
    const x = logit(p);
    const error = weight * ((right ? 1 : 0) - this.correct(p));
    this.#slopeGradient += (error * x) ** 2;
    this.#shiftGradient += error ** 2;
    this.#slope = Math.max(0.05, this.#slope + (this.#rate * error * x) / Math.sqrt(this.#slopeGradient));
    this.#shift += (this.#rate * error) / Math.sqrt(this.#shiftGradient);
  }

  write(out: StateWriter): void {
    out.section('platt', 1).f64(this.#slope).f64(this.#shift);
    out.f64(this.#slopeGradient).f64(this.#shiftGradient);
  }

  read(input: StateReader): void {
    input.section('platt', 1);
    this.#slope = input.f64();
    this.#shift = input.f64();
    this.#slopeGradient = input.f64();
    this.#shiftGradient = input.f64();
  }
}
