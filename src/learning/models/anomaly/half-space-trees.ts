/**
 * Half-space trees: how few of the recent examples lie where this one lies.
 * They exist for anomalies in numbers nobody labelled: metrics, durations, sizes; constant time and memory.
 * Invariant: the trees are a function of the seed and of the first window's ranges; the score lies in [0, 1], 1 the strangest.
 *
 * Tan, Ting, Liu, "Fast anomaly detection for streaming data" (IJCAI 2011). The paper takes features in [0, 1]; here the first
 * window is kept, its ranges stand for [0, 1], and it becomes the first reference.
 */
import { LmcpError } from '../../../errors/index.js';
import type { StateReader, StateWriter } from '../../state-codec.js';
import { checkFeatures, type Features } from '../classifier.js';
import { hashNumbers } from '../hash.js';
import { NamedSlots } from '../statistics/feature-slots.js';

export interface HalfSpaceTreesOptions {
  /** Trees; default 25. */
  readonly trees?: number;
  /** Depth of each tree, 1 … 15; default 8 (the paper's 15 costs 128 times the memory for hardly more). */
  readonly depth?: number;
  /** Examples between two changes of the reference; default 250. */
  readonly window?: number;
  /** Most features, all named in the first window; default 64. */
  readonly features?: number;
  readonly seed?: number;
}

/** Unit interval from whole numbers: the trees' randomness without a generator's state. */
function unit(...parts: readonly number[]): number {
  return hashNumbers(...parts) / 2 ** 30;
}

export class HalfSpaceTrees {
  readonly #options: Required<HalfSpaceTreesOptions>;
  readonly #nodes: number;
  readonly #names: NamedSlots;
  /** The first window, until the trees are built; then empty. */
  #first: Float64Array[] = [];
  #low: number[] = [];
  #high: number[] = [];
  /** By tree and node in heap order: the feature asked and where it is cut. */
  #feature = new Int32Array(0);
  #cut = new Float64Array(0);
  /** Mass of the reference window, and of the one being filled. */
  #reference = new Uint32Array(0);
  #latest = new Uint32Array(0);
  #filled = 0;

  constructor(options: HalfSpaceTreesOptions = {}) {
    const merged = { trees: 25, depth: 8, window: 250, features: 64, seed: 1, ...options };
    this.#options = { ...merged, depth: Math.min(15, Math.max(1, merged.depth)) };
    this.#nodes = 2 ** (this.#options.depth + 1) - 1;
    this.#names = new NamedSlots(this.#options.features);
  }

  /** Examples of the first window, or nodes once the trees stand. */
  get size(): number {
    return this.#first.length + this.#reference.length;
  }

  /** Whether there is a reference to judge by: after the first window. */
  get ready(): boolean {
    return this.#reference.length > 0;
  }

  /** @throws LMCP_BAD_FEATURES by `checkFeatures` */
  learnOne(x: Features): void {
    checkFeatures(x);
    const { window } = this.#options;
    if (!this.ready) {
      this.#names.meet(x);
      this.#first.push(this.#point(x));
      if (this.#first.length >= window) this.#build();
      return;
    }
    this.#pour(this.#latest, this.#point(x));
    if (++this.#filled < window) return;
    [this.#reference, this.#latest] = [this.#latest, this.#reference.fill(0)];
    this.#filled = 0;
  }

  /** Values by slot; an unknown one is the middle of its range (0 before ranges are known). */
  #point(x: Features): Float64Array {
    const point = new Float64Array(this.#names.size);
    for (let slot = 0; slot < point.length; slot++)
      point[slot] = ((this.#low[slot] ?? 0) + (this.#high[slot] ?? 0)) / 2;
    const { n, slots, values } = this.#names.look(x);
    for (let i = 0; i < n; i++) point[slots[i] ?? 0] = values[i] ?? 0;
    return point;
  }

  #build(): void {
    const width = this.#names.size;
    this.#low = Array.from({ length: width }, (_, j) => Math.min(...this.#first.map((p) => p[j] ?? 0)));
    this.#high = Array.from({ length: width }, (_, j) => Math.max(...this.#first.map((p) => p[j] ?? 0)));
    this.#plant();
    for (const point of this.#first) this.#pour(this.#reference, point);
    this.#first = [];
  }

  /** Lays out the cuts of all trees. */
  #plant(): void {
    const { trees, seed } = this.#options;
    const width = this.#low.length;
    const all = trees * this.#nodes;
    this.#feature = new Int32Array(all);
    this.#cut = new Float64Array(all);
    this.#reference = new Uint32Array(all);
    this.#latest = new Uint32Array(all);
    if (width === 0) return;
    for (let tree = 0; tree < trees; tree++) {
      // The work range of a feature: about twice its own, around a random centre (the paper's InitialiseWorkSpace).
      const low = new Float64Array(width);
      const high = new Float64Array(width);
      for (let j = 0; j < width; j++) {
        const centre = unit(seed, tree, j, -1);
        const reach = 2 * Math.max(centre, 1 - centre);
        const range = (this.#high[j] ?? 0) - (this.#low[j] ?? 0) || 1;
        low[j] = (this.#low[j] ?? 0) + (centre - reach) * range;
        high[j] = (this.#low[j] ?? 0) + (centre + reach) * range;
      }
      this.#split(tree, 0, low, high);
    }
  }

  #split(tree: number, node: number, low: Float64Array, high: Float64Array): void {
    if (2 * node + 2 >= this.#nodes) return;
    const at = tree * this.#nodes + node;
    const j = Math.floor(unit(this.#options.seed, tree, node) * low.length);
    const [from, to] = [low[j] ?? 0, high[j] ?? 0];
    const middle = from / 2 + to / 2;
    this.#feature[at] = j;
    this.#cut[at] = middle;
    high[j] = middle;
    this.#split(tree, 2 * node + 1, low, high);
    high[j] = to;
    low[j] = middle;
    this.#split(tree, 2 * node + 2, low, high);
    low[j] = from;
  }

  #pour(mass: Uint32Array, point: Float64Array): void {
    const { trees } = this.#options;
    for (let tree = 0; tree < trees; tree++) {
      const root = tree * this.#nodes;
      for (let node = 0; node < this.#nodes; node = this.#child(root, node, point)) {
        const at = root + node;
        mass[at] = (mass[at] ?? 0) + 1;
      }
    }
  }

  #child(root: number, node: number, point: Float64Array): number {
    const at = root + node;
    return 2 * node + ((point[this.#feature[at] ?? 0] ?? 0) < (this.#cut[at] ?? 0) ? 1 : 2);
  }

  /**
   * How strange an example is among the last full window: 1 − log of the paper's score, over the log of its largest value.
   * The order is the paper's; 0 while there is no reference yet.
   * @throws LMCP_BAD_FEATURES by `checkFeatures`
   */
  scoreOne(x: Features): number {
    checkFeatures(x);
    if (!this.ready) return 0;
    const { trees, depth, window } = this.#options;
    const point = this.#point(x);
    const enough = 0.1 * window;
    let sum = 0;
    for (let tree = 0; tree < trees; tree++) {
      const root = tree * this.#nodes;
      let node = 0;
      let level = 0;
      while (level < depth && (this.#reference[root + node] ?? 0) >= enough) {
        node = this.#child(root, node, point);
        level++;
      }
      sum += (this.#reference[root + node] ?? 0) * (1 << level);
    }
    return 1 - Math.log1p(sum) / Math.log1p(trees * window * 2 ** depth);
  }

  write(out: StateWriter): void {
    out.section('half-space-trees', 1).uint(this.#filled);
    this.#names.write(out);
    out
      .list(this.#first, (point) => out.f64s(point))
      .f64s(this.#low)
      .f64s(this.#high);
    for (const mass of [this.#reference, this.#latest]) out.list(mass, (count) => out.uint(count));
  }

  read(input: StateReader): void {
    input.section('half-space-trees', 1);
    this.#filled = input.uint();
    this.#names.read(input);
    this.#first = input.list(() => Float64Array.from(input.f64s()));
    this.#low = input.f64s();
    this.#high = input.f64s();
    const reference = input.list(() => input.uint());
    const latest = input.list(() => input.uint());
    const all = this.#options.trees * this.#nodes;
    if ((reference.length !== 0 && reference.length !== all) || latest.length !== reference.length)
      throw new LmcpError('LMCP_BAD_STATE', `The snapshot has ${reference.length} nodes, not ${all}.`);
    if (reference.length > 0) this.#plant();
    else [this.#reference, this.#latest] = [new Uint32Array(0), new Uint32Array(0)];
    this.#reference.set(reference);
    this.#latest.set(latest);
  }
}
