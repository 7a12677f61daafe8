/**
 * Names as slots 0, 1, 2 …, the first `capacity` of them for good; later names have none.
 * It exists so that trees hold arrays instead of maps of strings, and are bounded whatever names come.
 * Invariant: a slot never changes its name; within one example new names get slots in code-unit order.
 */
import { LmcpError } from '../../../errors/index.js';
import { byCodeUnit, type StateReader, type StateWriter } from '../../state-codec.js';
import type { Features } from '../classifier.js';
import { sameShape } from '../statistics/feature-slots.js';

export class NameIndex {
  readonly capacity: number;
  readonly #slots = new Map<string, number>();
  readonly #names: string[] = [];
  /** The shape of the object last seen and its names' slots (-1: none): most streams repeat one. */
  #shape: readonly string[] = [];
  #places: readonly number[] = [];
  #vector = new Float64Array(0);

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  get size(): number {
    return this.#names.length;
  }

  get names(): readonly string[] {
    return this.#names;
  }

  /** The slot of a name; undefined when it has none. */
  find(name: string): number | undefined {
    return this.#slots.get(name);
  }

  /** The slot of a name, given one if there is room; `capacity` when there is none. */
  intern(name: string): number {
    const slot = this.#slots.get(name);
    if (slot !== undefined) return slot;
    if (this.#names.length >= this.capacity) return this.capacity;
    this.#slots.set(name, this.#names.length);
    return this.#names.push(name) - 1;
  }

  /** Gives slots to the features of an example, as far as there is room. */
  internAll(x: Features): void {
    if (this.#names.length >= this.capacity) return;
    const fresh = Object.keys(x).filter((name) => !this.#slots.has(name));
    for (const name of fresh.sort(byCodeUnit)) this.intern(name);
  }

  /** Values by slot, NaN where a feature is missing; features without a slot are left out. Valid until the next call. */
  vector(x: Features): Float64Array {
    const keys = Object.keys(x);
    if (this.#vector.length !== this.#names.length || !sameShape(keys, this.#shape)) this.#resolve(keys);
    const vector = this.#vector;
    for (let i = 0; i < keys.length; i++) {
      const slot = this.#places[i] ?? -1;
      if (slot >= 0) vector[slot] = x[keys[i] ?? ''] ?? Number.NaN;
    }
    return vector;
  }

  /** Lays the vector out for objects of these names: what they do not hold is NaN, and stays it. */
  #resolve(keys: readonly string[]): void {
    this.#shape = keys;
    this.#places = keys.map((name) => this.#slots.get(name) ?? -1);
    this.#vector = new Float64Array(this.#names.length).fill(Number.NaN);
  }

  write(out: StateWriter): void {
    out.strings(this.#names);
  }

  read(input: StateReader): void {
    const names = input.strings();
    if (names.length > this.capacity)
      throw new LmcpError(
        'LMCP_BAD_STATE',
        `${names.length} names where there is room for ${this.capacity}.`,
      );
    this.#names.length = 0;
    this.#slots.clear();
    for (const name of names) this.intern(name);
    this.#resolve([]);
  }
}
