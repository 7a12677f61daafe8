/**
 * Hoeffding adaptive tree: where a subtree's errors rise, a new one grows beside it and takes its place once it is better.
 * It exists as the one tree that follows a changing concept, at a fraction of a forest's cost.
 * Invariant: bounded by its options, alternates included; the examples' bootstrap weights come from the seed.
 *
 * Bifet and Gavaldà 2009, Adaptive Learning from Evolving Data Streams (HAT-ADWIN); bootstrap weights as in MOA's HAT.
 */
import { Adwin } from '../../drift/adwin.js';
import type { StateReader, StateWriter } from '../../state-codec.js';
import {
  type AdaptiveBranch,
  type AdaptiveLeaf,
  type AdaptiveNode,
  leafFor,
  nodesOf,
  readNode,
  writeNode,
} from './adaptive-node.js';
import { Leaf } from './leaf.js';
import { SeededStream } from './seeded-stream.js';
import {
  branchOf,
  forgetLeastPromising,
  type Growth,
  goesLow,
  growthOf,
  readySplit,
  type TreeOptions,
} from './tree.js';
import { VectorClassifier, type VectorOptions } from './vector-classifier.js';

export interface HoeffdingAdaptiveTreeOptions extends Omit<TreeOptions, 'random'>, VectorOptions {
  /** Seed of the bootstrap weights. */
  readonly seed: number;
  /** ADWIN's delta at each node; default .002. */
  readonly drift?: number;
  /** Errors that a subtree and its alternate must each have seen before they are compared; default 300. */
  readonly window?: number;
  /** Chance of error of that comparison; default .05. */
  readonly significance?: number;
}

/** One example on its way down. */
interface Example {
  readonly vector: Float64Array;
  readonly y: number;
  readonly weight: number;
}

export class HoeffdingAdaptiveTree extends VectorClassifier {
  readonly #growth: Growth;
  readonly #random: SeededStream;
  readonly #drift: number;
  readonly #window: number;
  readonly #significance: number;
  #root: AdaptiveNode;
  #nodes = 1;
  #cells = 0;
  #replaced = 0;

  constructor({
    seed,
    drift = 0.002,
    window = 300,
    significance = 0.05,
    ...rest
  }: HoeffdingAdaptiveTreeOptions) {
    super(rest);
    this.#growth = growthOf(rest);
    this.#random = new SeededStream(seed);
    this.#drift = drift;
    this.#window = window;
    this.#significance = significance;
    this.#root = this.#leaf(0);
  }

  /** Subtrees replaced by their alternates so far. */
  get replaced(): number {
    return this.#replaced;
  }

  #detector(): Adwin {
    return new Adwin({ delta: this.#drift });
  }

  #leaf(depth: number, weights?: Float64Array): AdaptiveLeaf {
    return { leaf: new Leaf(depth, weights), errors: this.#detector() };
  }

  protected override learnVector(vector: Float64Array, y: number, weight: number): void {
    this.#root = this.#learnAt(this.#root, 0, { vector, y, weight });
    if (this.#cells <= this.#growth.cells) return;
    const leaves = [...nodesOf(this.#root)].flatMap(({ leaf }) => leaf ?? []);
    this.#cells = forgetLeastPromising(leaves, this.#growth.cells);
  }

  /** @returns what stands in this place afterwards */
  #learnAt(from: AdaptiveNode, depth: number, example: Example): AdaptiveNode {
    const error = leafFor(from, example.vector).learn(example.vector, example.y, 0) ? 0 : 1;
    return this.#descend(from, { depth, error, example });
  }

  /** @param step `error` of the answer of the leaf below: the same for all nodes of one path */
  #descend(node: AdaptiveNode, step: { depth: number; error: number; example: Example }): AdaptiveNode {
    const { depth, error, example } = step;
    const change = node.errors.update(error);
    if (node.leaf) return this.#learnLeaf(change === 'rise' ? this.#anew(node) : node, example);
    const stands = this.#renew(node, depth, change === 'rise');
    if (stands !== node) return this.#learnAt(stands, depth, example);
    if (node.alternate) node.alternate = this.#learnAt(node.alternate, depth, example);
    const below = { depth: depth + 1, error, example };
    if (goesLow(node, example.vector)) {
      node.lowWeight += example.weight;
      node.low = this.#descend(node.low, below);
    } else {
      node.highWeight += example.weight;
      node.high = this.#descend(node.high, below);
    }
    return node;
  }

  /** A leaf whose errors rise forgets: the paper's windows of statistics at the leaves, with the cut of the errors' window. */
  #anew({ leaf, errors }: AdaptiveLeaf): AdaptiveLeaf {
    this.#cells -= leaf.cells;
    return { leaf: new Leaf(leaf.depth), errors };
  }

  #learnLeaf(node: AdaptiveLeaf, { vector, y, weight }: Example): AdaptiveNode {
    const { leaf, errors } = node;
    const before = leaf.cells;
    leaf.learn(vector, y, weight * Math.max(1, this.#random.poisson(1)));
    this.#cells += leaf.cells - before;
    const split = this.#nodes + 2 <= this.#growth.nodes ? readySplit(leaf, this.#growth) : undefined;
    if (!split) return node;
    this.#cells -= leaf.cells;
    this.#nodes += 2;
    const branch = branchOf<AdaptiveNode>(split, (weights) => this.#leaf(leaf.depth + 1, weights));
    return { ...branch, errors, alternate: undefined };
  }

  /** Starts, drops or promotes the alternate of a branch. @returns what stands in the branch's place */
  #renew(branch: AdaptiveBranch, depth: number, risen: boolean): AdaptiveNode {
    const { alternate, errors } = branch;
    if (!alternate) {
      if (risen && this.#nodes < this.#growth.nodes) {
        branch.alternate = this.#leaf(depth);
        this.#nodes++;
      }
      return branch;
    }
    if (errors.width <= this.#window || alternate.errors.width <= this.#window) return branch;
    const [old, fresh] = [errors.mean, alternate.errors.mean];
    const n = 1 / errors.width + 1 / alternate.errors.width;
    const bound = Math.sqrt(2 * old * (1 - old) * Math.log(2 / this.#significance) * n);
    if (old - fresh > bound) {
      branch.alternate = undefined;
      this.#forget(branch);
      this.#replaced++;
      return alternate;
    }
    if (fresh - old > bound) {
      branch.alternate = undefined;
      this.#forget(alternate);
    }
    return branch;
  }

  #forget(subtree: AdaptiveNode): void {
    for (const { leaf } of nodesOf(subtree)) {
      this.#nodes--;
      this.#cells -= leaf?.cells ?? 0;
    }
  }

  protected override votes(vector: Float64Array): Float64Array {
    return leafFor(this.#root, vector).votes(vector);
  }

  protected override get held(): number {
    return this.#nodes + this.#cells;
  }

  protected override writeModel(out: StateWriter): void {
    out.section('hoeffding-adaptive-tree', 1).uint(this.#replaced);
    this.#random.write(out);
    writeNode(out, this.#root);
  }

  protected override readModel(input: StateReader): void {
    input.section('hoeffding-adaptive-tree', 1);
    this.#replaced = input.uint();
    this.#random.read(input);
    this.#root = readNode(input, () => this.#detector());
    this.#nodes = 0;
    this.#cells = 0;
    for (const { leaf } of nodesOf(this.#root)) {
      this.#nodes++;
      this.#cells += leaf?.cells ?? 0;
    }
  }
}
