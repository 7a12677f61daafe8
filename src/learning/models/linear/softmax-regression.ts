/**
 * Softmax (multinomial logistic) regression, one example at a time, over a bounded and growing set of labels.
 * It exists for labels of more than two kinds with probabilities that compete.
 * Invariant: one score a label; the gradient by it is p − [label], so a step is bounded by the features.
 *
 * McFadden, "Conditional logit analysis" (1973); the optimiser decides the steps.
 */
import type { Distribution } from '../../distribution.js';
import type { StateReader, StateWriter } from '../../state-codec.js';
import { type Classifier, checkExample, checkFeatures, type Features, type Label } from '../classifier.js';
import { type Encoded, type FeatureEncoder, NamedSlots } from '../statistics/feature-slots.js';
import { LabelSlots } from '../statistics/label-slots.js';
import { likeliest, toDistribution } from '../statistics/log-scores.js';
import { type Optimiser, Sgd } from './optimiser.js';

export interface SoftmaxOptions {
  /** Makes the optimiser of one label's score; default plain SGD. */
  readonly optimiser?: () => Optimiser;
  readonly encoder?: FeatureEncoder;
  /** Most labels held; default 64, the rarest giving way. */
  readonly labels?: number;
}

export class SoftmaxRegression implements Classifier {
  readonly #make: () => Optimiser;
  readonly #encoder: FeatureEncoder;
  readonly #labels: LabelSlots;
  readonly #optimisers: Optimiser[] = [];

  constructor({ optimiser = () => new Sgd(), encoder = new NamedSlots(), labels }: SoftmaxOptions = {}) {
    this.#make = optimiser;
    this.#encoder = encoder;
    this.#labels = new LabelSlots(labels);
  }

  get size(): number {
    return this.#encoder.size + this.#labels.size;
  }

  #scores(x: Encoded): Float64Array {
    const scores = new Float64Array(this.#optimisers.length);
    for (let k = 0; k < scores.length; k++) scores[k] = this.#optimisers[k]?.score(x) ?? 0;
    return scores;
  }

  learnOne(x: Features, y: Label, weight = 1): void {
    const label = checkExample(x, y, weight);
    const truth = this.#labels.meet(label, weight, (slot) => {
      this.#optimisers[slot] = this.#make();
    });
    const encoded = this.#encoder.meet(x);
    const scores = this.#scores(encoded);
    let top = -Infinity;
    for (const score of scores) if (score > top) top = score;
    let sum = 0;
    for (const score of scores) sum += Math.exp(score - top);
    for (let k = 0; k < scores.length; k++) {
      const p = Math.exp((scores[k] ?? 0) - top) / sum;
      this.#optimisers[k]?.step(encoded, weight * (p - (k === truth ? 1 : 0)));
    }
  }

  predictProbaOne(x: Features): Distribution {
    checkFeatures(x);
    return toDistribution(this.#labels, this.#scores(this.#encoder.look(x)));
  }

  predictOne(x: Features): string | undefined {
    checkFeatures(x);
    return likeliest(this.#labels, this.#scores(this.#encoder.look(x)));
  }

  write(out: StateWriter): void {
    out.section('softmax-regression', 1);
    this.#labels.write(out);
    this.#encoder.write(out);
    for (const optimiser of this.#optimisers) optimiser.write(out);
  }

  read(input: StateReader): void {
    input.section('softmax-regression', 1);
    this.#labels.read(input);
    this.#encoder.read(input);
    this.#optimisers.splice(0, Infinity, ...this.#labels.labels.map(() => this.#make()));
    for (const optimiser of this.#optimisers) optimiser.read(input);
  }
}
