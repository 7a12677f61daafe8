/**
 * Two-class models as classifiers: the contract of a binary model, and its face to pipelines and benches.
 * It exists so that a linear method is written once, for yes and no, and used for labels of any kind.
 * Invariant: every label other than the positive one counts as the negative one; the two probabilities sum to 1.
 */
import type { Distribution } from '../../distribution.js';
import type { StateReader, StateWriter } from '../../state-codec.js';
import { type Classifier, checkExample, checkFeatures, type Features, type Label } from '../classifier.js';

/** Yes or no from checked features. */
export interface BinaryModel {
  readonly size: number;
  /** @param x as `checkFeatures` lets through */
  learn(x: Features, positive: boolean, weight: number): void;
  /** Probability of yes; .5 while nothing was learned. */
  probability(x: Features): number;
  write(out: StateWriter): void;
  read(input: StateReader): void;
}

/** 1 / (1 + e^−score), without overflow. */
export function sigmoid(score: number): number {
  if (score >= 0) return 1 / (1 + Math.exp(-score));
  const e = Math.exp(score);
  return e / (1 + e);
}

export interface BinaryLabels {
  /** Text of the label that counts as yes; default "true". */
  readonly positive?: string;
  /** Text given to every other label; default "false". */
  readonly negative?: string;
}

/** A binary model as a classifier of two labels. */
export class Binary implements Classifier {
  readonly #model: BinaryModel;
  readonly #positive: string;
  readonly #negative: string;

  constructor(model: BinaryModel, { positive = 'true', negative = 'false' }: BinaryLabels = {}) {
    this.#model = model;
    this.#positive = positive;
    this.#negative = negative;
  }

  get size(): number {
    return this.#model.size;
  }

  learnOne(x: Features, y: Label, weight = 1): void {
    this.#model.learn(x, checkExample(x, y, weight) === this.#positive, weight);
  }

  predictProbaOne(x: Features): Distribution {
    checkFeatures(x);
    const p = this.#model.probability(x);
    return {
      p: new Map([
        [this.#negative, 1 - p],
        [this.#positive, p],
      ]),
      other: 0,
    };
  }

  predictOne(x: Features): string | undefined {
    checkFeatures(x);
    const yes = this.#model.probability(x);
    const no = 1 - yes;
    // As `mostProbable` has it: ties by code units.
    if (yes === no) return this.#negative < this.#positive ? this.#negative : this.#positive;
    return yes > no ? this.#positive : this.#negative;
  }

  write(out: StateWriter): void {
    this.#model.write(out);
  }

  read(input: StateReader): void {
    this.#model.read(input);
  }
}
