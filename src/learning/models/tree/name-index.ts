/**
 * Names as slots 0, 1, 2 …, the first `capacity` of them for good; later names have none.
 * It exists so that trees hold arrays instead of maps of strings, and are bounded whatever names come.
 * Invariant: a slot never changes its name; within one example new names get slots in code-unit order.
 */
import { LmcpError } from '../../../errors/index.js';
import { byCodeUnit, type StateReader, type StateWriter } from '../../state-codec.js';
import type { Features } from '../classifier.js';

export class NameIndex {
  readonly capacity: number;
  readonly #slots = new Map<string, number>();
  readonly #names: string[] = [];

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

  /** Values by slot, NaN where a feature is missing; features without a slot are left out. */
  vector(x: Features): Float64Array {
    const vector = new Float64Array(this.#names.length).fill(Number.NaN);
    for (const name of Object.keys(x)) {
      const slot = this.#slots.get(name);
      if (slot !== undefined) vector[slot] = x[name] ?? Number.NaN;
    }
    return vector;
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
  }
}
