/**
 * Turns scores into probabilities: a logistic curve over a file's share of the scores, one curve for each group of places.
 * It exists because the ranker's scores compare within a question only, and answers must say how sure they are.
 * Invariant: probabilities lie in (0, 1); learned from past questions only, in order.
 *
 * Platt scaling: Platt, "Probabilistic outputs for support vector machines" (1999), here online with AdaGrad steps.
 */
import type { StateReader, StateWriter } from '../../../../learning/index.js';
import { wilson } from '../../../../learning/index.js';

/** First place of each group: 0, 1, 2, 3–4, 5–9, 10 and on. */
const groups = [0, 1, 2, 3, 5, 10] as const;
const rate = 0.2;
/** Caps AdaGrad's memory, so that the curves go on following a repository whose habits change. */
const mostSquares = 60;
/** Places that are learned from. */
export const placesLearned = 20;
const bins = 10;

function groupOf(place: number): number {
  let at = groups.length - 1;
  while (at > 0 && place < (groups[at] ?? 0)) at -= 1;
  return at;
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** log(exp(score) / Σ exp(scores)), for scores in any order. */
export function logShares(scores: readonly number[]): number[] {
  const best = scores.reduce((a, b) => Math.max(a, b), -Infinity);
  const sum = scores.reduce((a, b) => a + Math.exp(b - best), 0);
  return scores.map((score) => score - best - Math.log(sum));
}

export class Probability {
  readonly #bias = new Float64Array(groups.length);
  readonly #slope = new Float64Array(groups.length).fill(1);
  readonly #squares = new Float64Array(groups.length * 2).fill(1);
  /** How often the first file of an answer was right, by stated probability. */
  readonly #said = new Float64Array(bins);
  readonly #right = new Float64Array(bins);

  /** Probability that the file in that place (from 0) with that log share belongs. */
  of(place: number, logShare: number): number {
    const group = groupOf(place);
    const p = sigmoid((this.#bias[group] ?? 0) + (this.#slope[group] ?? 0) * logShare);
    return Math.min(0.995, Math.max(0.001, p));
  }

  learnOne(place: number, logShare: number, changed: boolean): void {
    const group = groupOf(place);
    const p = this.of(place, logShare);
    const gradient = (changed ? 1 : 0) - p;
    this.#step(this.#bias, group, 0, gradient);
    this.#step(this.#slope, group, 1, gradient * logShare);
    if (place === 0) {
      const bin = binOf(p);
      this.#said[bin] = (this.#said[bin] ?? 0) + 1;
      if (changed) this.#right[bin] = (this.#right[bin] ?? 0) + 1;
    }
  }

  #step(values: Float64Array, group: number, which: 0 | 1, gradient: number): void {
    const at = group * 2 + which;
    const squares = Math.min(mostSquares, (this.#squares[at] ?? 1) + gradient * gradient);
    this.#squares[at] = squares;
    values[group] = (values[group] ?? 0) + (rate * gradient) / Math.sqrt(squares);
  }

  /** What past answers of about that confidence came to: how many, and the 95 % interval of being right. */
  evidence(p: number): { n: number; interval: readonly [number, number] | null } {
    const bin = binOf(p);
    const n = this.#said[bin] ?? 0;
    return { n, interval: n < 5 ? null : wilson(this.#right[bin] ?? 0, n) };
  }

  write(out: StateWriter): void {
    out.section('co-change-probability', 1);
    for (const values of [this.#bias, this.#slope, this.#squares, this.#said, this.#right]) out.f64s(values);
  }

  static read(input: StateReader): Probability {
    const made = new Probability();
    input.section('co-change-probability', 1);
    for (const values of [made.#bias, made.#slope, made.#squares, made.#said, made.#right]) {
      values.set(input.f64s().slice(0, values.length));
    }
    return made;
  }
}

const binOf = (p: number): number => Math.min(bins - 1, Math.floor(p * bins));
