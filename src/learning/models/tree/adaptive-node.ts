/**
 * Nodes of a Hoeffding adaptive tree: each watches the errors of its subtree; a branch may have an alternate growing beside it.
 * It exists so that the tree's algorithm and the shape of its nodes are read apart.
 * Invariant: the alternate of a branch stands where the branch stands, at the same depth.
 */
import type { Adwin } from '../../drift/adwin.js';
import type { StateReader, StateWriter } from '../../state-codec.js';
import { Leaf } from './leaf.js';
import { type Branch, goesLow } from './tree.js';

export interface AdaptiveLeaf {
  readonly leaf: Leaf;
  /** Errors of this node's answers, 0 or 1, before each example was learned. */
  readonly errors: Adwin;
}

export interface AdaptiveBranch extends Branch<AdaptiveNode> {
  readonly leaf?: undefined;
  readonly errors: Adwin;
  alternate: AdaptiveNode | undefined;
}

export type AdaptiveNode = AdaptiveLeaf | AdaptiveBranch;

/** The leaf that an example falls into; alternates are not asked. */
export function leafFor(from: AdaptiveNode, vector: Float64Array): Leaf {
  let node = from;
  while (!node.leaf) node = goesLow(node, vector) ? node.low : node.high;
  return node.leaf;
}

/** All nodes from here on, alternates included. */
export function* nodesOf(from: AdaptiveNode): IterableIterator<AdaptiveNode> {
  const open: AdaptiveNode[] = [from];
  for (let node = open.pop(); node; node = open.pop()) {
    yield node;
    if (node.leaf) continue;
    open.push(node.low, node.high);
    if (node.alternate) open.push(node.alternate);
  }
}

export function writeNode(out: StateWriter, node: AdaptiveNode): void {
  out.bool(node.leaf !== undefined);
  node.errors.write(out);
  if (node.leaf) {
    node.leaf.write(out);
    return;
  }
  out.uint(node.feature).f64(node.cut).f64(node.lowWeight).f64(node.highWeight);
  writeNode(out, node.low);
  writeNode(out, node.high);
  out.bool(node.alternate !== undefined);
  if (node.alternate) writeNode(out, node.alternate);
}

/** @param make a detector with the tree's options */
export function readNode(input: StateReader, make: () => Adwin): AdaptiveNode {
  const isLeaf = input.bool();
  const errors = make();
  errors.read(input);
  if (isLeaf) return { leaf: Leaf.read(input), errors };
  const [feature, cut] = [input.uint(), input.f64()];
  const [lowWeight, highWeight] = [input.f64(), input.f64()];
  const [low, high] = [readNode(input, make), readNode(input, make)];
  const alternate = input.bool() ? readNode(input, make) : undefined;
  return { errors, feature, cut, lowWeight, highWeight, low, high, alternate };
}
