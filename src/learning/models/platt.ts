/**
 * Online Platt scaling: maps a stated probability to one that has come true as often as it says.
 * It exists because a mixture's top probability is over-sure for a while after every change of habit.
 * Invariant: monotone while the slope is positive (it is kept so); two parameters, AdaGrad steps on the log loss.
 *
 * Platt 1999, "Probabilistic outputs for support vector machines"; AdaGrad: Duchi, Hazan, Singer 2011.
 */
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

  constructor(rate = 0.1) {
    this.#rate = rate;
  }

  /** The calibrated probability. */
  correct(p: number): number {
    return 1 / (1 + Math.exp(-(this.#slope * logit(p) + this.#shift)));
  }

  /** @param p what was stated before correction @param right whether it came true */
  learnOne(p: number, right: boolean, weight = 1): void {
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
