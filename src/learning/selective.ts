/**
 * Selective answering: how much can be answered at a wanted accuracy, with the threshold chosen online.
 * It exists because "sure" must mean something: the threshold only knows outcomes that were already in.
 * Invariant: each prediction is decided before its outcome is counted; fixed size.
 */
import type { StateReader, StateWriter } from './state-codec.js';

const steps = 100;
/** Settled predictions above a threshold before it is trusted. */
const enough = 50;

export class SelectiveAnswering {
  readonly target: number;
  #seen = new Float64Array(steps);
  #right = new Float64Array(steps);
  #n = 0;
  #answered = 0;
  #answeredRight = 0;

  constructor(target = 0.95) {
    this.target = target;
  }

  /** Lowest confidence at which the past was right often enough; null while there is none. */
  threshold(): number | null {
    let seen = 0;
    let right = 0;
    let found: number | null = null;
    for (let i = steps - 1; i >= 0; i--) {
      seen += this.#seen[i] ?? 0;
      right += this.#right[i] ?? 0;
      if (seen >= enough && right / seen >= this.target) found = i / steps;
    }
    return found;
  }

  observe(confidence: number, correct: boolean): void {
    const threshold = this.threshold();
    this.#n++;
    if (threshold !== null && confidence >= threshold) {
      this.#answered++;
      if (correct) this.#answeredRight++;
    }
    const step = Math.min(steps - 1, Math.max(0, Math.floor(confidence * steps)));
    this.#seen[step] = (this.#seen[step] ?? 0) + 1;
    if (correct) this.#right[step] = (this.#right[step] ?? 0) + 1;
  }

  /** Coverage in [0, 1] and the accuracy on what was answered; accuracy is null when nothing was. */
  report(): { readonly target: number; readonly coverage: number; readonly accuracy: number | null } {
    return {
      target: this.target,
      coverage: this.#n === 0 ? 0 : this.#answered / this.#n,
      accuracy: this.#answered === 0 ? null : this.#answeredRight / this.#answered,
    };
  }

  write(out: StateWriter): void {
    out.section('selective', 1).f64s(this.#seen).f64s(this.#right);
    out.uint(this.#n).uint(this.#answered).uint(this.#answeredRight);
  }

  read(input: StateReader): void {
    input.section('selective', 1);
    this.#seen = Float64Array.from(input.f64s());
    this.#right = Float64Array.from(input.f64s());
    this.#n = input.uint();
    this.#answered = input.uint();
    this.#answeredRight = input.uint();
  }
}
