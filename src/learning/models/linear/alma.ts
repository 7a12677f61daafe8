/**
 * ALMA: the approximate large margin algorithm for p = 2, a perceptron that also updates on narrow victories.
 * It exists because it finds a large-margin separator at a perceptron's cost.
 * Invariant: the weight vector's length is at most 1 after each update.
 *
 * Gentile, "A new approximate maximal margin classification algorithm" (JMLR 2001).
 */
import type { StateReader, StateWriter } from '../../state-codec.js';
import type { Features } from '../classifier.js';
import { type Encoded, type FeatureEncoder, grown, NamedSlots } from '../statistics/feature-slots.js';
import { readSparse, writeSparse } from '../statistics/sparse-state.js';
import { type BinaryModel, sigmoid } from './binary.js';

export interface AlmaOptions {
  /** How much of the margin is aimed at, (0, 1]; default .9. */
  readonly alpha?: number;
  /** Default 1 / .9 and √2, as in the paper's theorem 3. */
  readonly b?: number;
  readonly c?: number;
  readonly encoder?: FeatureEncoder;
}

export class Alma implements BinaryModel {
  readonly #alpha: number;
  readonly #b: number;
  readonly #c: number;
  readonly #encoder: FeatureEncoder;
  #vector = new Float64Array(16);
  #updates = 1;

  constructor({ alpha = 0.9, b = 1 / 0.9, c = Math.SQRT2, encoder = new NamedSlots() }: AlmaOptions = {}) {
    this.#alpha = alpha;
    this.#b = b;
    this.#c = c;
    this.#encoder = encoder;
  }

  get size(): number {
    return this.#encoder.size;
  }

  #score({ n, slots, values }: Encoded): number {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += (this.#vector[slots[i] ?? 0] ?? 0) * (values[i] ?? 0);
    return sum;
  }

  learn(x: Features, positive: boolean, weight: number): void {
    const encoded = this.#encoder.meet(x);
    const y = positive ? 1 : -1;
    const root = Math.sqrt(this.#updates);
    const margin = y * this.#score(encoded);
    if (margin >= ((1 - this.#alpha) * this.#b) / root) return;
    const { n, slots, values } = encoded;
    if (n > 0) this.#vector = grown(this.#vector, (slots[n - 1] ?? 0) + 1);
    const eta = (this.#c * weight * y) / root;
    for (let i = 0; i < n; i++) {
      const slot = slots[i] ?? 0;
      this.#vector[slot] = (this.#vector[slot] ?? 0) + eta * (values[i] ?? 0);
    }
    let squares = 0;
    for (const value of this.#vector) squares += value * value;
    if (squares > 1) {
      const length = Math.sqrt(squares);
      for (let i = 0; i < this.#vector.length; i++) this.#vector[i] = (this.#vector[i] ?? 0) / length;
    }
    this.#updates++;
  }

  probability(x: Features): number {
    return sigmoid(this.#score(this.#encoder.look(x)));
  }

  write(out: StateWriter): void {
    out.section('alma', 1).uint(this.#updates);
    this.#encoder.write(out);
    writeSparse(out, this.#vector);
  }

  read(input: StateReader): void {
    input.section('alma', 1);
    this.#updates = input.uint();
    this.#encoder.read(input);
    this.#vector = readSparse(input, 2 ** 24);
  }
}
