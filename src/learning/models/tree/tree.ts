/**
 * One Hoeffding tree over vectors of feature slots: grows a leaf into a branch once enough was seen to be sure of the cut.
 * It exists for both the classifier of that name and the forest, which share names and labels between many trees.
 * Invariant: at most `nodes` nodes and, after each step, `cells` distributions; at the limit the least promising leaves forget.
 *
 * Domingos and Hulten 2000, Mining High-Speed Data Streams; memory as in Kirkby 2007, Improving Hoeffding Trees.
 */
import type { StateReader, StateWriter } from '../../state-codec.js';
import { Leaf } from './leaf.js';
import type { SeededStream } from './seeded-stream.js';
import { hoeffdingBound, type Split } from './split.js';

export interface TreeOptions {
  /** Weight a leaf sees between attempts to split; default 200. */
  readonly grace?: number;
  /** Allowed chance of choosing the wrong feature; default 1e-7. */
  readonly delta?: number;
  /** Below this bound the best two count as equal and the first is taken; default .05. */
  readonly tie?: number;
  /** Most nodes; default 1,023. */
  readonly nodes?: number;
  /** Greatest depth; default 40. */
  readonly depth?: number;
  /** Most distributions (feature × class × leaf), 56 bytes each; default 32,768. */
  readonly cells?: number;
  /** Draws for each leaf the features it looks at: the root of as many as there are. Without it: all. */
  readonly random?: SeededStream;
}

export interface Branch<Node> {
  readonly feature: number;
  readonly cut: number;
  low: Node;
  high: Node;
  lowWeight: number;
  highWeight: number;
}

export type Growth = Required<Omit<TreeOptions, 'random'>>;

export function growthOf({
  grace = 200,
  delta = 1e-7,
  tie = 0.05,
  nodes = 1023,
  depth = 40,
  cells = 32_768,
}: TreeOptions): Growth {
  return { grace, delta, tie, nodes, depth, cells };
}

/** Whether the example goes to the low side; where the feature is missing, to the heavier one. */
export function goesLow(
  { feature, cut, lowWeight, highWeight }: Branch<unknown>,
  vector: Float64Array,
): boolean {
  const value = vector[feature] ?? Number.NaN;
  return Number.isNaN(value) ? lowWeight >= highWeight : value <= cut;
}

/** The split that a leaf is ready for; undefined when it is too early, too pure or too deep. Marks the attempt. */
export function readySplit(leaf: Leaf, { grace, delta, tie, depth }: Growth): Split | undefined {
  if (!leaf.active || leaf.weight - leaf.attemptedAt < grace) return undefined;
  leaf.attemptedAt = leaf.weight;
  if (leaf.depth >= depth || leaf.promise <= 0.01 * leaf.weight) return undefined;
  const [best, second] = leaf.splits();
  if (!best || !second) return best;
  const classes = leaf.weights.reduce((n, weight) => n + (weight > 0 ? 1 : 0), 0);
  const bound = hoeffdingBound(Math.log2(Math.max(2, classes)), delta, leaf.weight);
  return best.gain - second.gain > bound || bound < tie ? best : undefined;
}

export function branchOf<Node>(
  { feature, cut, low, high }: Split,
  make: (weights: Float64Array) => Node,
): Branch<Node> {
  const sum = (weights: Float64Array) => weights.reduce((a, b) => a + b, 0);
  return { feature, cut, low: make(low), high: make(high), lowWeight: sum(low), highWeight: sum(high) };
}

type Node = Leaf | Branch<Node>;

export class Tree {
  readonly #growth: Growth;
  readonly #random: SeededStream | undefined;
  #root: Node = new Leaf();
  #nodes = 1;
  #cells = 0;

  constructor(options: TreeOptions = {}) {
    this.#growth = growthOf(options);
    this.#random = options.random;
  }

  get nodes(): number {
    return this.#nodes;
  }

  get cells(): number {
    return this.#cells;
  }

  #leafOf(vector: Float64Array): Leaf {
    let node = this.#root;
    while (!(node instanceof Leaf)) node = goesLow(node, vector) ? node.low : node.high;
    return node;
  }

  /** Probabilities by class slot; all zero while nothing was learned. */
  votes(vector: Float64Array): Float64Array {
    return this.#leafOf(vector).votes(vector);
  }

  /**
   * @param y class slot
   * @param weight 0 to be tested only
   * @returns whether the tree's answer was right before it learned
   */
  learn(vector: Float64Array, y: number, weight: number): boolean {
    let parent: Branch<Node> | undefined;
    let low = false;
    let node = this.#root;
    while (!(node instanceof Leaf)) {
      parent = node;
      low = goesLow(node, vector);
      if (low) node.lowWeight += weight;
      else node.highWeight += weight;
      node = low ? node.low : node.high;
    }
    if (this.#random && weight > 0 && node.undecided) {
      const subset = subsetOf(vector, this.#random);
      if (subset.length > 0) node.look(subset);
    }
    const before = node.cells;
    const right = node.learn(vector, y, weight);
    this.#cells += node.cells - before;
    const split = this.#nodes + 2 <= this.#growth.nodes ? readySplit(node, this.#growth) : undefined;
    if (split) {
      const depth = node.depth + 1;
      const branch = branchOf<Node>(split, (weights) => new Leaf(depth, weights));
      this.#cells -= node.cells;
      this.#nodes += 2;
      if (!parent) this.#root = branch;
      else if (low) parent.low = branch;
      else parent.high = branch;
    }
    if (this.#cells > this.#growth.cells)
      this.#cells = forgetLeastPromising(this.#leaves(), this.#growth.cells);
    return right;
  }

  #leaves(): Leaf[] {
    const leaves: Leaf[] = [];
    const open: Node[] = [this.#root];
    for (let node = open.pop(); node; node = open.pop()) {
      if (node instanceof Leaf) leaves.push(node);
      else open.push(node.high, node.low);
    }
    return leaves;
  }

  write(out: StateWriter): void {
    out.section('hoeffding-tree', 1);
    writeNode(out, this.#root);
  }

  read(input: StateReader): void {
    input.section('hoeffding-tree', 1);
    this.#root = readNode(input);
    const leaves = this.#leaves();
    this.#nodes = 2 * leaves.length - 1;
    this.#cells = leaves.reduce((sum, leaf) => sum + leaf.cells, 0);
  }
}

/** As many of the features present as the root of their number; at least one where there is one. */
export function subsetOf(vector: Float64Array, random: SeededStream): number[] {
  const present: number[] = [];
  for (const [feature, value] of vector.entries()) if (!Number.isNaN(value)) present.push(feature);
  return random.sample(present, Math.max(1, Math.round(Math.sqrt(present.length))));
}

/** Keeps the features of the most promising leaves, within three quarters of the limit. @returns cells then held */
export function forgetLeastPromising(leaves: readonly Leaf[], limit: number): number {
  let cells = 0;
  for (const leaf of [...leaves].sort((a, b) => b.promise - a.promise)) {
    const kept = cells + leaf.cells <= 0.75 * limit;
    leaf.setActive(kept);
    cells += leaf.cells;
  }
  return cells;
}

function writeNode(out: StateWriter, node: Node): void {
  out.bool(node instanceof Leaf);
  if (node instanceof Leaf) {
    node.write(out);
    return;
  }
  out.uint(node.feature).f64(node.cut).f64(node.lowWeight).f64(node.highWeight);
  writeNode(out, node.low);
  writeNode(out, node.high);
}

function readNode(input: StateReader): Node {
  if (input.bool()) return Leaf.read(input);
  const [feature, cut] = [input.uint(), input.f64()];
  const [lowWeight, highWeight] = [input.f64(), input.f64()];
  return { feature, cut, lowWeight, highWeight, low: readNode(input), high: readNode(input) };
}
