/**
 * Expected calibration error over ten equal bins of the stated probability, and accuracy where the model was sure.
 * It exists because a probability that is shown must be checked against what came true.
 * Invariant: fixed size whatever the stream's length.
 */
import { EffectiveCount } from './effective-count.js';
import type { StateReader, StateWriter } from './state-codec.js';

const bins = 10;

export class CalibrationError {
  #n = 0;
  #weights = new Float64Array(bins);
  #stated = new Float64Array(bins);
  #right = new Float64Array(bins);
  #counts = Array.from({ length: bins }, () => new EffectiveCount());

  /** @param confidence probability in [0, 1] stated before the outcome */
  observe(confidence: number, correct: boolean, weight = 1): void {
    const bin = Math.min(bins - 1, Math.max(0, Math.floor(confidence * bins)));
    this.#n++;
    this.#weights[bin] = (this.#weights[bin] ?? 0) + weight;
    this.#stated[bin] = (this.#stated[bin] ?? 0) + weight * confidence;
    this.#counts[bin]?.add(weight);
    if (correct) this.#right[bin] = (this.#right[bin] ?? 0) + weight;
  }

  /** ECE in [0, 1] (Guo et al. 2017, eq. 3) and how many predictions it rests on; null before the first. */
  report(): { readonly ece: number; readonly n: number } | null {
    const total = this.#weights.reduce((a, b) => a + b, 0);
    if (total === 0) return null;
    let gap = 0;
    for (let i = 0; i < bins; i++) gap += Math.abs((this.#stated[i] ?? 0) - (this.#right[i] ?? 0));
    return { ece: gap / total, n: this.#n };
  }

  /**
   * What came of predictions stated about as sure as this one: how many, how many of equal weight tell as much, and the
   * share that was right by weight (0 before the first).
   */
  near(confidence: number): { readonly n: number; readonly effective: number; readonly share: number } {
    const bin = Math.min(bins - 1, Math.max(0, Math.floor(confidence * bins)));
    const weight = this.#weights[bin] ?? 0;
    const { n = 0, effective = 0 } = this.#counts[bin] ?? {};
    return { n, effective, share: weight > 0 ? (this.#right[bin] ?? 0) / weight : 0 };
  }

  write(out: StateWriter): void {
    out.section('calibration-error', 2).uint(this.#n);
    out.f64s(this.#weights).f64s(this.#stated).f64s(this.#right);
    out.list(this.#counts, (count) => count.write(out));
  }

  static read(input: StateReader): CalibrationError {
    input.section('calibration-error', 2);
    const made = new CalibrationError();
    made.#n = input.uint();
    made.#weights = Float64Array.from(input.f64s());
    made.#stated = Float64Array.from(input.f64s());
    made.#right = Float64Array.from(input.f64s());
    made.#counts = input.list(() => EffectiveCount.read(input));
    return made;
  }
}
