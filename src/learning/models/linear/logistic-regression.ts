/**
 * Logistic regression, one example at a time.
 * It exists as the cheapest model that gives probabilities, and as the yardstick for the others.
 * Invariant: the gradient of the log loss by the score is p − y, so a step is bounded by the features.
 *
 * Cox, "The regression analysis of binary sequences" (1958); the optimiser decides the steps.
 */
import type { StateReader, StateWriter } from '../../state-codec.js';
import type { Features } from '../classifier.js';
import { type FeatureEncoder, NamedSlots } from '../statistics/feature-slots.js';
import { type BinaryModel, sigmoid } from './binary.js';
import { type Optimiser, Sgd } from './optimiser.js';

export interface LogisticOptions {
  /** Default `new Sgd()`. */
  readonly optimiser?: Optimiser;
  /** Where features go; default `new NamedSlots()`; `new HashedSlots()` for open vocabularies. */
  readonly encoder?: FeatureEncoder;
}

export class LogisticRegression implements BinaryModel {
  readonly #optimiser: Optimiser;
  readonly #encoder: FeatureEncoder;

  constructor({ optimiser = new Sgd(), encoder = new NamedSlots() }: LogisticOptions = {}) {
    this.#optimiser = optimiser;
    this.#encoder = encoder;
  }

  get size(): number {
    return this.#encoder.size;
  }

  learn(x: Features, positive: boolean, weight: number): void {
    const encoded = this.#encoder.meet(x);
    const p = sigmoid(this.#optimiser.score(encoded));
    this.#optimiser.step(encoded, weight * (p - (positive ? 1 : 0)));
  }

  probability(x: Features): number {
    return sigmoid(this.#optimiser.score(this.#encoder.look(x)));
  }

  write(out: StateWriter): void {
    out.section('logistic-regression', 1);
    this.#encoder.write(out);
    this.#optimiser.write(out);
  }

  read(input: StateReader): void {
    input.section('logistic-regression', 1);
    this.#encoder.read(input);
    this.#optimiser.read(input);
  }
}
