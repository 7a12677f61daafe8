/**
 * Adaptive random forest: Hoeffding trees on resampled examples and random features, each replaced when its errors rise.
 * It exists as the strongest model on streams whose concept may change, at the price of its many trees.
 * Invariant: bounded by its options; all randomness comes from the seed, and the snapshot holds where it stands.
 *
 * Gomes, Bifet, Read, Barddal, Enembreck, Pfahringer, Holmes, Abdessalem 2017, Adaptive Random Forests for Evolving Data
 * Stream Classification. A tree is tested on an example before it learns it.
 */
import { LmcpError } from '../../../errors/index.js';
import type { StateReader, StateWriter } from '../../state-codec.js';
import { ForestMember } from './forest-member.js';
import { SeededStream } from './seeded-stream.js';
import type { TreeOptions } from './tree.js';
import { VectorClassifier, type VectorOptions } from './vector-classifier.js';

export interface AdaptiveRandomForestOptions extends Omit<TreeOptions, 'random'>, VectorOptions {
  /** Seed of all draws. */
  readonly seed: number;
  /** Number of trees; default 25: the next ten gain under half a point. */
  readonly trees?: number;
  /** Mean of the Poisson weight of an example for a tree; default 6. */
  readonly lambda?: number;
  /** ADWIN's delta for starting a tree in the background; default .01. */
  readonly warning?: number;
  /** ADWIN's delta for replacing a tree; default .001. */
  readonly drift?: number;
}

export class AdaptiveRandomForest extends VectorClassifier {
  readonly #random: SeededStream;
  readonly #lambda: number;
  readonly #members: readonly ForestMember[];
  /** What was answered last: one array, because answering is done often. */
  #sum = new Float64Array(0);

  constructor({
    seed,
    trees = 25,
    lambda = 6,
    warning = 0.01,
    drift = 0.001,
    ...rest
  }: AdaptiveRandomForestOptions) {
    super(rest);
    this.#random = new SeededStream(seed);
    this.#lambda = lambda;
    const tree = { grace: 50, delta: 0.01, cells: 16_384, ...rest, random: this.#random };
    this.#members = Array.from({ length: trees }, () => new ForestMember({ tree, warning, drift }));
  }

  /** Trees replaced so far. */
  get replaced(): number {
    return this.#members.reduce((sum, member) => sum + member.replaced, 0);
  }

  protected override learnVector(vector: Float64Array, y: number, weight: number): void {
    for (const member of this.#members) member.learn(vector, y, weight * this.#random.poisson(this.#lambda));
  }

  protected override votes(vector: Float64Array): Float64Array {
    let sum = this.#sum.fill(0);
    let mass = 0;
    for (const member of this.#members) {
      const votes = member.votes(vector);
      if (votes.length > sum.length) {
        sum = new Float64Array(votes.length);
        sum.set(this.#sum);
        this.#sum = sum;
      }
      const trust = member.accuracy > 0 ? member.accuracy : 1;
      for (let y = 0; y < votes.length; y++) {
        const vote = trust * (votes[y] ?? 0);
        sum[y] = (sum[y] ?? 0) + vote;
        mass += vote;
      }
    }
    if (mass > 0) for (let y = 0; y < sum.length; y++) sum[y] = (sum[y] ?? 0) / mass;
    return sum;
  }

  protected override get held(): number {
    return this.#members.reduce((sum, member) => sum + member.size, 0);
  }

  protected override writeModel(out: StateWriter): void {
    out.section('adaptive-random-forest', 1).uint(this.#members.length);
    this.#random.write(out);
    for (const member of this.#members) member.write(out);
  }

  protected override readModel(input: StateReader): void {
    input.section('adaptive-random-forest', 1);
    const trees = input.uint();
    if (trees !== this.#members.length)
      throw new LmcpError(
        'LMCP_BAD_STATE',
        `The forest has ${this.#members.length} trees, its snapshot ${trees}.`,
      );
    this.#random.read(input);
    for (const member of this.#members) member.read(input);
  }
}
