/**
 * Trains linear models over sparse vectors, all labels at once: one softmax over labels, or a logistic model for each.
 * It exists because which program a request asks for hangs on a few words, whatever else the request says.
 * Invariant: equal examples in equal order give equal weights; no randomness.
 */
import type { SparseVector } from './vocabulary.js';

/** `one`: the labels exclude each other; `many`: each is there or not. */
export type Link = 'one' | 'many';

export interface Example {
  readonly vector: SparseVector;
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
  /** Share of probability that is spread over all labels of link `one`: pairs are noisy. */
  readonly smoothing?: number;
}

/** Errors below this move no weight. */
const negligible = 1e-3;

/** Visits the examples in another order each pass: steps of a number that shares no factor with the count. */
function* order(count: number, pass: number): Generator<number> {
  let step = Math.max(1, Math.floor(count * 0.618) + pass);
  const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));
  while (divisor(step, count) !== 1) step++;
  for (let i = 0, at = pass % count; i < count; i++, at = (at + step) % count) yield at;
}

export function logistic(score: number): number {
  return 1 / (1 + Math.exp(-score));
}

/** Probabilities that sum to 1; a `heat` above 1 flattens them. */
export function softmax(scores: Float32Array, heat = 1): Float32Array {
  let top = Number.NEGATIVE_INFINITY;
  for (const score of scores) if (score > top) top = score;
  const raised = scores.map((score) => Math.exp((score - top) / heat));
  let sum = 0;
  for (const value of raised) sum += value;
  return raised.map((value) => value / sum);
}

/** Weights by feature, then label, and the bias of each label. */
export interface DenseWeights {
  readonly weights: Float32Array;
  readonly bias: Float32Array;
}

export function trainLinear(examples: readonly Example[], options: LinearOptions): DenseWeights {
  const { passes, rate, labels, link, smoothing = 0 } = options;
  const weights = new Float32Array(options.features * labels);
  const bias = new Float32Array(labels);
  const active = new Uint32Array(labels);
  for (let pass = 0; pass < passes; pass++) {
    const step = rate * (1 - (0.9 * pass) / Math.max(1, passes - 1));
    for (const at of order(examples.length, pass)) {
      const example = examples[at];
      if (!example) continue;
      const { ids, values } = example.vector;
      const scores = Float32Array.from(bias);
      for (let k = 0; k < ids.length; k++) {
        const row = (ids[k] ?? 0) * labels;
        const value = values[k] ?? 0;
        for (let i = 0; i < labels; i++) scores[i] = (scores[i] ?? 0) + value * (weights[row + i] ?? 0);
      }
      const errors = link === 'one' ? softmax(scores) : scores.map(logistic);
      if (smoothing > 0) for (let i = 0; i < labels; i++) errors[i] = (errors[i] ?? 0) - smoothing / labels;
      for (const label of example.labels) errors[label] = (errors[label] ?? 0) - (1 - smoothing);
      let count = 0;
      for (let i = 0; i < labels; i++) {
        const error = errors[i] ?? 0;
        if (error > negligible || error < -negligible) active[count++] = i;
        bias[i] = (bias[i] ?? 0) - 0.1 * step * error;
      }
      for (let k = 0; k < ids.length; k++) {
        const row = (ids[k] ?? 0) * labels;
        const value = step * (values[k] ?? 0);
        for (let a = 0; a < count; a++) {
          const i = active[a] ?? 0;
          weights[row + i] = (weights[row + i] ?? 0) - value * (errors[i] ?? 0);
        }
      }
    }
  }
  return { weights, bias };
}
