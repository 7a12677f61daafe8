/**
 * The shell of a classifier that works on vectors: names to slots, labels to slots, slots back to a distribution.
 * It exists so that each tree model is only its own algorithm.
 * Invariant: at most `features` names and `labels` labels; later names are not seen, later labels count together as `other`.
 */
import type { Distribution } from '../../distribution.js';
import type { StateReader, StateWriter } from '../../state-codec.js';
import { type Classifier, checkExample, checkFeatures, type Features, type Label } from '../classifier.js';
import { NameIndex } from './name-index.js';

export interface VectorOptions {
  /** Most feature names, the first ones seen; default 128. */
  readonly features?: number;
  /** Most labels told apart, the first ones seen; default 64. */
  readonly labels?: number;
}

export abstract class VectorClassifier implements Classifier {
  readonly #features: NameIndex;
  readonly #labels: NameIndex;

  constructor({ features = 128, labels = 64 }: VectorOptions) {
    this.#features = new NameIndex(features);
    this.#labels = new NameIndex(labels);
  }

  /** @param y class slot; the slot after the last label stands for all further labels */
  protected abstract learnVector(vector: Float64Array, y: number, weight: number): void;
  /** Probabilities by class slot that sum to 1, or all zero while nothing is known. */
  protected abstract votes(vector: Float64Array): Float64Array;
  /** Nodes and distributions held. */
  protected abstract get held(): number;
  protected abstract writeModel(out: StateWriter): void;
  protected abstract readModel(input: StateReader): void;

  get size(): number {
    return this.#features.size + this.#labels.size + this.held;
  }

  learnOne(x: Features, y: Label, weight = 1): void {
    const label = checkExample(x, y, weight);
    this.#features.internAll(x);
    this.learnVector(this.#features.vector(x), this.#labels.intern(label), weight);
  }

  predictProbaOne(x: Features): Distribution {
    checkFeatures(x);
    const votes = this.votes(this.#features.vector(x));
    const p = new Map<string, number>();
    let listed = 0;
    for (const [slot, label] of this.#labels.names.entries()) {
      p.set(label, votes[slot] ?? 0);
      listed += votes[slot] ?? 0;
    }
    return { p, other: listed > 0 ? (votes[this.#labels.capacity] ?? 0) : 1 };
  }

  predictOne(x: Features): string | undefined {
    checkFeatures(x);
    const votes = this.votes(this.#features.vector(x));
    let best: string | undefined;
    let most = -1;
    for (let slot = 0; slot < this.#labels.size; slot++) {
      const vote = votes[slot] ?? 0;
      const label = this.#labels.names[slot] ?? '';
      // As `mostProbable` has it: ties by code units.
      if (vote < most || (vote === most && best !== undefined && label >= best)) continue;
      best = label;
      most = vote;
    }
    return best;
  }

  write(out: StateWriter): void {
    this.#features.write(out);
    this.#labels.write(out);
    this.writeModel(out);
  }

  read(input: StateReader): void {
    this.#features.read(input);
    this.#labels.read(input);
    this.readModel(input);
  }
}
