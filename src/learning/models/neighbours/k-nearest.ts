/**
 * k nearest neighbours over a sliding window of examples, features scaled by their spread, votes weighted by nearness.
 * It exists because it follows any shape of boundary and forgets by itself: the window is its memory.
 * Invariant: at most `window` examples of at most `features` features; an unknown feature counts as its mean.
 *
 * Cover and Hart, "Nearest neighbor pattern classification" (1967); weights: Dudani (1976), 1 / distance.
 * A brute-force scan that abandons a row once it is farther than the k-th: window × features multiplications at most.
 */
import { LmcpError } from '../../../errors/index.js';
import type { Distribution } from '../../distribution.js';
import type { StateReader, StateWriter } from '../../state-codec.js';
import {
  type Classifier,
  checkExample,
  checkFeatures,
  type Features,
  type Label,
  mostProbable,
} from '../classifier.js';
import { type Encoded, grown, NamedSlots } from '../statistics/feature-slots.js';
import { LabelSlots } from '../statistics/label-slots.js';

export interface NearestOptions {
  /** Neighbours asked; default 11. */
  readonly k?: number;
  /** Examples kept; default 1,000. */
  readonly window?: number;
  /** Most features; default 64. Later ones are left out. */
  readonly features?: number;
  /** Most labels; default 64, the rarest giving way. */
  readonly labels?: number;
}

/** Distances are not taken smaller: an example met again is sure, not infinitely sure. */
const nearest = 1e-6;

export class KNearest implements Classifier {
  readonly #k: number;
  readonly #window: number;
  readonly #encoder: NamedSlots;
  readonly #labels: LabelSlots;
  /** Row-major examples: `#width` numbers each; NaN-free, unknown values hold the mean of their time. */
  #rows = new Float64Array(0);
  #width = 0;
  #owners: Int32Array;
  #weights: Float64Array;
  #held = 0;
  #next = 0;
  #n = new Float64Array(16);
  #mean = new Float64Array(16);
  #m2 = new Float64Array(16);

  constructor({ k = 11, window = 1000, features = 64, labels }: NearestOptions = {}) {
    this.#k = Math.max(1, k);
    this.#window = Math.max(1, window);
    this.#encoder = new NamedSlots(features);
    this.#labels = new LabelSlots(labels);
    this.#owners = new Int32Array(this.#window);
    this.#weights = new Float64Array(this.#window);
  }

  /** Examples held. */
  get size(): number {
    return this.#held;
  }

  learnOne(x: Features, y: Label, weight = 1): void {
    const label = checkExample(x, y, weight);
    const encoded = this.#encoder.meet(x);
    this.#widen(this.#encoder.size);
    const slot = this.#labels.meet(label, weight, (fresh) => {
      // Rows of the label that gave way vote for nobody.
      for (let row = 0; row < this.#held; row++) if (this.#owners[row] === fresh) this.#weights[row] = 0;
    });
    for (let i = 0; i < encoded.n; i++) this.#spread(encoded.slots[i] ?? 0, encoded.values[i] ?? 0, weight);
    const start = this.#next * this.#width;
    for (let j = 0; j < this.#width; j++) this.#rows[start + j] = this.#mean[j] ?? 0;
    for (let i = 0; i < encoded.n; i++) this.#rows[start + (encoded.slots[i] ?? 0)] = encoded.values[i] ?? 0;
    this.#owners[this.#next] = slot;
    this.#weights[this.#next] = weight;
    this.#held = Math.max(this.#held, this.#next + 1);
    this.#next = (this.#next + 1) % this.#window;
  }

  #spread(slot: number, value: number, weight: number): void {
    const count = (this.#n[slot] ?? 0) + weight;
    const before = value - (this.#mean[slot] ?? 0);
    const mean = (this.#mean[slot] ?? 0) + (weight * before) / count;
    this.#n[slot] = count;
    this.#mean[slot] = mean;
    this.#m2[slot] = (this.#m2[slot] ?? 0) + weight * before * (value - mean);
  }

  /** Room for more features: rows are laid out anew, the new features at 0, which is their mean so far. */
  #widen(width: number): void {
    if (width <= this.#width) return;
    const rows = new Float64Array(this.#window * width);
    for (let row = 0; row < this.#held; row++)
      rows.set(this.#rows.subarray(row * this.#width, (row + 1) * this.#width), row * width);
    this.#rows = rows;
    this.#width = width;
    this.#n = grown(this.#n, width);
    this.#mean = grown(this.#mean, width);
    this.#m2 = grown(this.#m2, width);
  }

  /** Squared distances and rows of the nearest, nearest first. */
  #nearest({ n, slots, values }: Encoded): { rows: Int32Array; distances: Float64Array; found: number } {
    const width = this.#width;
    const inverse = new Float64Array(width);
    const target = this.#mean.slice(0, width);
    for (let i = 0; i < n; i++) target[slots[i] ?? 0] = values[i] ?? 0;
    for (let j = 0; j < width; j++) {
      const variance = Math.max(0, this.#m2[j] ?? 0) / Math.max(1, this.#n[j] ?? 0);
      inverse[j] = variance > 1e-200 ? 1 / Math.sqrt(variance) : 0;
    }
    const rows = new Int32Array(this.#k);
    const distances = new Float64Array(this.#k).fill(Infinity);
    const data = this.#rows;
    let found = 0;
    for (let row = 0; row < this.#held; row++) {
      const worst = distances[this.#k - 1] ?? Infinity;
      let sum = 0;
      let at = row * width;
      // Two features a turn: whether to go on is asked half as often, and the sum is the same.
      for (let j = 0; j < width && sum < worst; j += 2, at += 2) {
        const off = ((target[j] ?? 0) - (data[at] ?? 0)) * (inverse[j] ?? 0);
        sum += off * off;
        if (j + 1 === width) break;
        const next = ((target[j + 1] ?? 0) - (data[at + 1] ?? 0)) * (inverse[j + 1] ?? 0);
        sum += next * next;
      }
      if (!(sum < worst)) continue;
      let place = Math.min(found, this.#k - 1);
      while (place > 0 && (distances[place - 1] ?? 0) > sum) {
        distances[place] = distances[place - 1] ?? 0;
        rows[place] = rows[place - 1] ?? 0;
        place--;
      }
      distances[place] = sum;
      rows[place] = row;
      if (found < this.#k) found++;
    }
    return { rows, distances, found };
  }

  predictProbaOne(x: Features): Distribution {
    checkFeatures(x);
    const { rows, distances, found } = this.#nearest(this.#encoder.look(x));
    const p = new Map<string, number>();
    let sum = 0;
    for (let i = 0; i < found; i++) {
      const row = rows[i] ?? 0;
      const vote = (this.#weights[row] ?? 0) / Math.max(nearest, Math.sqrt(distances[i] ?? 0));
      if (vote === 0) continue;
      const label = this.#labels.labels[this.#owners[row] ?? 0] ?? '';
      p.set(label, (p.get(label) ?? 0) + vote);
      sum += vote;
    }
    if (sum === 0) return { p: new Map(), other: 1 };
    for (const [label, votes] of p) p.set(label, votes / sum);
    return { p, other: 0 };
  }

  predictOne(x: Features): string | undefined {
    return mostProbable(this.predictProbaOne(x));
  }

  write(out: StateWriter): void {
    out.section('k-nearest', 1).uint(this.#held).uint(this.#next).uint(this.#width);
    this.#encoder.write(out);
    this.#labels.write(out);
    out.f64s(this.#rows.subarray(0, this.#held * this.#width));
    out.list(this.#owners.subarray(0, this.#held), (owner) => out.uint(owner));
    out.f64s(this.#weights.subarray(0, this.#held));
    for (const values of [this.#n, this.#mean, this.#m2]) out.f64s(values.subarray(0, this.#width));
  }

  read(input: StateReader): void {
    input.section('k-nearest', 1);
    const held = input.uint();
    const next = input.uint();
    const width = input.uint();
    if (held > this.#window || next >= this.#window)
      throw new LmcpError(
        'LMCP_BAD_STATE',
        `The snapshot holds ${held} rows for a window of ${this.#window}.`,
      );
    this.#encoder.read(input);
    this.#labels.read(input);
    this.#width = 0;
    this.#held = 0;
    this.#widen(width);
    this.#rows.set(input.f64s());
    this.#owners = new Int32Array(this.#window);
    this.#owners.set(input.list(() => input.uint()));
    this.#weights = new Float64Array(this.#window);
    this.#weights.set(input.f64s());
    this.#n = grown(Float64Array.from(input.f64s()), 16);
    this.#mean = grown(Float64Array.from(input.f64s()), 16);
    this.#m2 = grown(Float64Array.from(input.f64s()), 16);
    this.#held = held;
    this.#next = next;
  }
}
