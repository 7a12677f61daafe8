/**
 * Hoeffding tree: a decision tree from a stream, each example seen once, near to the tree that all examples would give.
 * It exists as the plain tree for streams whose concept stays; where it changes, see the adaptive tree and the forest.
 * Invariant: state is bounded by its options, whatever the stream.
 *
 * Domingos and Hulten 2000, Mining High-Speed Data Streams (VFDT).
 */
import type { StateReader, StateWriter } from '../../state-codec.js';
import { Tree, type TreeOptions } from './tree.js';
import { VectorClassifier, type VectorOptions } from './vector-classifier.js';

export type HoeffdingTreeOptions = Omit<TreeOptions, 'random'> & VectorOptions;

export class HoeffdingTree extends VectorClassifier {
  readonly #tree: Tree;

  constructor(options: HoeffdingTreeOptions = {}) {
    super(options);
    this.#tree = new Tree(options);
  }

  protected override learnVector(vector: Float64Array, y: number, weight: number): void {
    this.#tree.learn(vector, y, weight);
  }

  protected override votes(vector: Float64Array): Float64Array {
    return this.#tree.votes(vector);
  }

  protected override get held(): number {
    return this.#tree.nodes + this.#tree.cells;
  }

  protected override writeModel(out: StateWriter): void {
    this.#tree.write(out);
  }

  protected override readModel(input: StateReader): void {
    this.#tree.read(input);
  }
}
