/**
 * Progressive validation of a classifier on a stream: asked before each outcome, then told it.
 * It exists so that all models are scored by the same few lines, River's protocol among them.
 * Invariant: a prediction that a model does not make is not counted, as in River's published table.
 */
import type { Classifier, Features, Label } from '../../src/learning/index.js';

export interface Example {
  readonly x: Features;
  readonly y: Label;
}

export interface Progress {
  /** Predictions made; the first of a model that has seen nothing is none. */
  readonly n: number;
  /** Share of them that came true. */
  readonly accuracy: number;
  /** For each example 1 when it was foretold, else 0. */
  readonly right: Uint8Array;
}

export function progressive(model: Classifier, examples: readonly Example[]): Progress {
  const right = new Uint8Array(examples.length);
  let n = 0;
  let sum = 0;
  for (const [at, { x, y }] of examples.entries()) {
    const said = model.predictOne(x);
    if (said !== undefined) {
      n++;
      const hit = said === String(y) ? 1 : 0;
      right[at] = hit;
      sum += hit;
    }
    model.learnOne(x, y);
  }
  return { n, accuracy: n === 0 ? 0 : sum / n, right };
}
