/**
 * Selective answering: speak only where it is proven that speaking is right as often as asked, and say how often that is.
 * It exists because "sure" must mean something: the threshold only knows outcomes that were already in.
 * Invariant: each prediction is decided before its outcome is counted; fixed size.
 *
 * Confidences are cut at fixed thresholds; above each, a running lower bound (running-lower-bound.ts) of the share that was
 * right must reach the target, the error shared among the thresholds. So P(ever to speak above a threshold whose outcomes
 * so far were expected to be right less often than the target) ≤ error, though the threshold is chosen by looking.
 * Selective classification: El-Yaniv and Wiener (JMLR 2010); risk control by testing each threshold: Angelopoulos et al. (2021).
 */
import { LmcpError } from '../errors/index.js';
import { logEvidence, runningLowerBound } from './calibration/running-lower-bound.js';
import type { StateReader, StateWriter } from './state-codec.js';

const thresholds = [
  0.5, 0.6, 0.7, 0.75, 0.8, 0.84, 0.87, 0.9, 0.92, 0.94, 0.95, 0.96, 0.97, 0.98, 0.985, 0.99, 0.995,
];

export interface SelectiveOptions {
  /** Share of answers that must be right, (0, 1); default .95. */
  readonly precision?: number;
  /** Probability of ever being wrong about that; default .05. */
  readonly error?: number;
}

export interface SelectiveReport {
  readonly target: number;
  /** Share of the predictions that were spoken, in [0, 1]. */
  readonly coverage: number;
  /** Share of the spoken ones that were right; null when nothing was spoken. */
  readonly accuracy: number | null;
  readonly answered: number;
  /** Lower bound of that accuracy, valid at every look at the error given; 0 when nothing was spoken. */
  readonly lower: number;
}

export class SelectiveAnswering {
  readonly target: number;
  readonly #error: number;
  /** Outcomes by the highest threshold that their confidence reached; below the lowest they are only counted in `#n`. */
  #seen = new Float64Array(thresholds.length);
  #right = new Float64Array(thresholds.length);
  #n = 0;
  #answered = 0;
  #answeredRight = 0;
  /** The threshold in force, worked out on the first question after an outcome. */
  #threshold: number | null | undefined;

  /** @throws LMCP_INTERNAL when precision or error is not in (0, 1) */
  constructor(given: number | SelectiveOptions = {}) {
    const { precision = 0.95, error = 0.05 } = typeof given === 'number' ? { precision: given } : given;
    for (const share of [precision, error])
      if (!(share > 0 && share < 1)) throw new LmcpError('LMCP_INTERNAL', `Not a share in (0, 1): ${share}.`);
    this.target = precision;
    this.#error = error;
  }

  /** Lowest confidence above which the target is proven; null while there is none. */
  threshold(): number | null {
    if (this.#threshold === undefined) this.#threshold = this.#lowestProven();
    return this.#threshold;
  }

  #lowestProven(): number | null {
    const enough = Math.log(thresholds.length / this.#error);
    let seen = 0;
    let right = 0;
    for (let i = 0; i < thresholds.length; i++) {
      seen += this.#seen[i] ?? 0;
      right += this.#right[i] ?? 0;
    }
    for (let i = 0; i < thresholds.length && seen > 0; i++) {
      if (this.#isProven(right, seen, enough)) return thresholds[i] ?? null;
      seen -= this.#seen[i] ?? 0;
      right -= this.#right[i] ?? 0;
    }
    return null;
  }

  #isProven(right: number, seen: number, enough: number): boolean {
    const share = right / seen;
    if (share <= this.target) return false;
    // No wager gives more evidence than the best in hindsight, n · KL(share || target): two logarithms settle most cases.
    const wrong = share < 1 ? (1 - share) * Math.log((1 - share) / (1 - this.target)) : 0;
    if (seen * (share * Math.log(share / this.target) + wrong) < enough) return false;
    return logEvidence(right, seen, this.target) >= enough;
  }

  /** Whether an answer of this confidence is to be given now. */
  speaks(confidence: number): boolean {
    const threshold = this.threshold();
    return threshold !== null && confidence >= threshold;
  }

  /**
   * The outcome of a prediction, spoken or not.
   * @throws LMCP_BAD_FEATURES when the confidence is no probability
   */
  observe(confidence: number, correct: boolean): void {
    if (!(confidence >= 0 && confidence <= 1 + 1e-9))
      throw new LmcpError('LMCP_BAD_FEATURES', `Not a probability: ${confidence}.`);
    this.#n++;
    if (this.speaks(confidence)) {
      this.#answered++;
      if (correct) this.#answeredRight++;
    }
    const at = thresholds.findLastIndex((threshold) => confidence >= threshold);
    if (at < 0) return;
    this.#seen[at] = (this.#seen[at] ?? 0) + 1;
    if (correct) this.#right[at] = (this.#right[at] ?? 0) + 1;
    this.#threshold = undefined;
  }

  report(): SelectiveReport {
    return {
      target: this.target,
      coverage: this.#n === 0 ? 0 : this.#answered / this.#n,
      accuracy: this.#answered === 0 ? null : this.#answeredRight / this.#answered,
      answered: this.#answered,
      lower: runningLowerBound(this.#answeredRight, this.#answered, this.#error),
    };
  }

  write(out: StateWriter): void {
    out.section('selective', 2).f64s(this.#seen).f64s(this.#right);
    out.uint(this.#n).uint(this.#answered).uint(this.#answeredRight);
  }

  read(input: StateReader): void {
    input.section('selective', 2);
    this.#seen = Float64Array.from(input.f64s());
    this.#right = Float64Array.from(input.f64s());
    this.#n = input.uint();
    this.#answered = input.uint();
    this.#answeredRight = input.uint();
    this.#threshold = undefined;
  }
}

/**
 * A selective answerer that speaks only where a running lower bound allows, and reports its coverage.
 * @example
 * const gate = answerWhen({ precision: 0.95 });
 * if (gate.speaks(0.97)) console.log('sure enough');
 * gate.observe(0.97, true);
 * gate.report().coverage;
 */
export function answerWhen(options: SelectiveOptions): SelectiveAnswering {
  return new SelectiveAnswering(options);
}
