/**
 * What a classifier costs: time of a prediction and of a step of learning, and bytes of its snapshot.
 * It exists so that accuracy is never shown without its price.
 * Invariant: measured on one warmed-up model in its later life, where trees are grown; the same examples for every model.
 */
import { seededRandom } from '../../src/learning/contract/index.js';
import { randomRbf, take } from '../../src/learning/contract/streams/index.js';
import { StateWriter } from '../../src/learning/index.js';
import type { StreamModel } from './models.js';

export interface Cost {
  /** Mean nanoseconds of predictProbaOne and of learnOne. */
  readonly predictNs: number;
  readonly learnNs: number;
  /** Length of the snapshot after all examples. */
  readonly bytes: number;
  readonly size: number;
}

export function cost({ make }: StreamModel, warm = 5000, measured = 5000): Cost {
  const examples = take(randomRbf({ random: seededRandom(3) }), warm + measured);
  const model = make(1);
  for (const { x, y } of examples.slice(0, warm)) {
    model.predictProbaOne(x);
    model.learnOne(x, y);
  }
  const rest = examples.slice(warm);
  const start = performance.now();
  for (const { x } of rest) model.predictProbaOne(x);
  const predicted = performance.now();
  for (const { x, y } of rest) model.learnOne(x, y);
  const learned = performance.now();
  const out = new StateWriter('cost', 1);
  model.write(out);
  return {
    predictNs: ((predicted - start) * 1e6) / measured,
    learnNs: ((learned - predicted) * 1e6) / measured,
    bytes: out.finish().length,
    size: model.size,
  };
}
