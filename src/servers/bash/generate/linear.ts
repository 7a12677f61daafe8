/**
 * Linear models over sparse binary features, all labels at once: one softmax over labels, or a logistic model for each.
 * It exists because which program a request asks for hangs on a few words, whatever else the request says.
 * Invariant: equal examples in equal order give equal weights; no randomness.
 */

/** `one`: the labels exclude each other; `many`: each is there or not. */
export type Link = 'one' | 'many';

export interface Example {
  /** Distinct feature numbers. */
  readonly features: readonly number[];
  /** Distinct label numbers. */
  readonly labels: readonly number[];
}

export interface LinearOptions {
  readonly link: Link;
  readonly features: number;
  readonly labels: number;
  /** Passes over the examples. */
  readonly passes: number;
  /** Step of the first pass; falls to a tenth of it at the end. */
  readonly rate: number;
}

/** Visits the examples in another order each pass: steps of a number that shares no factor with the count. */
function* order(count: number, pass: number): Generator<number> {
  let step = Math.max(1, Math.floor(count * 0.618) + pass);
  const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));
  while (divisor(step, count) !== 1) step++;
  for (let i = 0, at = pass % count; i < count; i++, at = (at + step) % count) yield at;
}

export class LinearModel {
  readonly #options: LinearOptions;
  readonly #weights: Float32Array;
  readonly #bias: Float32Array;

  constructor(options: LinearOptions) {
    this.#options = options;
    this.#weights = new Float32Array(options.features * options.labels);
    this.#bias = new Float32Array(options.labels);
  }

  /** Scores (log-odds) of every label. */
  scores(features: readonly number[]): Float32Array {
    const { labels } = this.#options;
    const scores = Float32Array.from(this.#bias);
    const scale = 1 / Math.sqrt(Math.max(1, features.length));
    for (const feature of features) {
      const row = feature * labels;
      for (let i = 0; i < labels; i++) scores[i] = (scores[i] ?? 0) + scale * (this.#weights[row + i] ?? 0);
    }
    return scores;
  }

  /** Probabilities of every label; of link `one` they sum to 1. */
  probabilities(features: readonly number[]): Float32Array {
    return this.#link(this.scores(features));
  }

  #link(scores: Float32Array): Float32Array {
    if (this.#options.link === 'many') return scores.map((score) => 1 / (1 + Math.exp(-score)));
    const top = scores.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
    const raised = scores.map((score) => Math.exp(score - top));
    const sum = raised.reduce((a, b) => a + b, 0);
    return raised.map((value) => value / sum);
  }

  train(examples: readonly Example[]): void {
    const { passes, rate, labels } = this.#options;
    for (let pass = 0; pass < passes; pass++) {
      const step = rate * (1 - (0.9 * pass) / Math.max(1, passes - 1));
      for (const at of order(examples.length, pass)) {
        const example = examples[at];
        if (!example) continue;
        const errors = this.probabilities(example.features);
        for (let i = 0; i < labels; i++) errors[i] = -(errors[i] ?? 0);
        const share = this.#options.link === 'one' ? 1 / Math.max(1, example.labels.length) : 1;
        for (const label of example.labels) errors[label] = (errors[label] ?? 0) + share;
        this.#step(example.features, errors, step);
      }
    }
  }

  #step(features: readonly number[], errors: Float32Array, step: number): void {
    const { labels } = this.#options;
    const scaled = step / Math.sqrt(Math.max(1, features.length));
    const active: number[] = [];
    for (let i = 0; i < labels; i++) {
      const error = errors[i] ?? 0;
      if (error > 1e-3 || error < -1e-3) active.push(i);
      this.#bias[i] = (this.#bias[i] ?? 0) + 0.1 * step * error;
    }
    for (const feature of features) {
      const row = feature * labels;
      for (const i of active)
        this.#weights[row + i] = (this.#weights[row + i] ?? 0) + scaled * (errors[i] ?? 0);
    }
  }
}
