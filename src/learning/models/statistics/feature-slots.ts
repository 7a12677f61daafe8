/**
 * Named features as numbered slots, so that a model's inner loops run over arrays.
 * It exists because objects of named numbers are what callers have and arrays are what arithmetic wants.
 * Invariant: slots come out in rising order whatever the order of the names, so sums do not depend on it; width is bounded.
 *
 * Two ways: `NamedSlots` gives each name a slot of its own while there is room (later names are left out); `HashedSlots`
 * has room for any name by letting some share a slot, with a hashed sign so that clashes cancel on average
 * (Weinberger, Dasgupta, Langford, Smola, Attenberg, "Feature hashing for large scale multitask learning", ICML 2009).
 */
import { LmcpError } from '../../../errors/index.js';
import { byCodeUnit, type StateReader, type StateWriter } from '../../state-codec.js';
import type { Features } from '../classifier.js';
import { hashString } from '../hash.js';

/** Parallel arrays; only the first `n` entries count. Valid until the encoder's next call. */
export interface Encoded {
  readonly n: number;
  readonly slots: Int32Array;
  readonly values: Float64Array;
}

export interface FeatureEncoder {
  /** Names known so far, or slots where names are hashed. */
  readonly size: number;
  /** The features that have a slot. Changes nothing. */
  look(x: Features): Encoded;
  /** The same, after new names got a slot. */
  meet(x: Features): Encoded;
  write(out: StateWriter): void;
  read(input: StateReader): void;
}

class Buffer implements Encoded {
  n = 0;
  slots = new Int32Array(16);
  values = new Float64Array(16);
  signs = new Float64Array(16);
  /** Names in the order of their slots. */
  names: string[] = [];

  reserve(n: number): void {
    if (n > this.slots.length) this.slots = new Int32Array(Math.max(n, this.slots.length * 2));
    this.values = grown(this.values, n);
    this.signs = grown(this.signs, n);
  }
}

/** The array itself if it is long enough, else a copy with room for at least `length`, the rest 0. */
export function grown(array: Float64Array<ArrayBuffer>, length: number): Float64Array<ArrayBuffer> {
  if (length <= array.length) return array;
  const copy = new Float64Array(Math.max(length, array.length * 2));
  copy.set(array);
  return copy;
}

/** Whether two lists hold the same names in the same order. */
export function sameShape(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

function fill(out: Buffer, x: Features): Encoded {
  for (let i = 0; i < out.n; i++) out.values[i] = (out.signs[i] ?? 1) * (x[out.names[i] ?? ''] ?? 0);
  return out;
}

/** Most entries that are put in order one by one as they come: texts have few words, and all of them differ. */
const few = 64;

/** Names with their slots come into the buffer in the order of slots (and of names where they share one). */
function arrange(
  out: Buffer,
  keys: readonly string[],
  place: (name: string) => readonly [slot: number, sign: number] | undefined,
): void {
  out.reserve(keys.length);
  out.n = 0;
  out.names.length = 0;
  const { slots, signs, names } = out;
  for (const name of keys.length > few ? inOrder(keys, place) : keys) {
    const placed = place(name);
    if (!placed) continue;
    const [slot, sign] = placed;
    let at = out.n++;
    for (; at > 0; at--) {
      const before = slots[at - 1] ?? 0;
      if (before < slot || (before === slot && (names[at - 1] ?? '') <= name)) break;
      slots[at] = before;
      signs[at] = signs[at - 1] ?? 1;
      names[at] = names[at - 1] ?? '';
    }
    slots[at] = slot;
    signs[at] = sign;
    names[at] = name;
  }
}

/** Names in the order that `arrange` wants: putting them in their places then moves nothing. */
function inOrder(
  keys: readonly string[],
  place: (name: string) => readonly [slot: number, sign: number] | undefined,
): string[] {
  return keys
    .map((name): readonly [number, string] => [place(name)?.[0] ?? -1, name])
    .sort((a, b) => a[0] - b[0] || byCodeUnit(a[1], b[1]))
    .map(([, name]) => name);
}

export class NamedSlots implements FeatureEncoder {
  readonly #capacity: number;
  readonly #slots = new Map<string, number>();
  readonly #out = new Buffer();
  /** The shape of the object last seen: most streams repeat one, and then no name is looked up. */
  #shape: readonly string[] = [];
  #complete = true;

  /** @param capacity most names that get a slot; default 1,024. Later ones are left out. */
  constructor(capacity = 1024) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#slots.size;
  }

  /** The slot of a name; undefined when it has none. */
  slot(name: string): number | undefined {
    return this.#slots.get(name);
  }

  /** Names by slot. */
  names(): string[] {
    return [...this.#slots.keys()];
  }

  look(x: Features): Encoded {
    const keys = Object.keys(x);
    if (!sameShape(keys, this.#shape)) this.#resolve(keys);
    return fill(this.#out, x);
  }

  meet(x: Features): Encoded {
    const keys = Object.keys(x);
    if (!this.#complete || !sameShape(keys, this.#shape)) {
      const room = this.#capacity - this.#slots.size;
      const fresh = keys.filter((key) => !this.#slots.has(key)).sort(byCodeUnit);
      for (const key of fresh.slice(0, Math.max(0, room))) this.#slots.set(key, this.#slots.size);
      this.#resolve(keys);
    }
    return fill(this.#out, x);
  }

  #resolve(keys: string[]): void {
    arrange(this.#out, keys, (name) => {
      const slot = this.#slots.get(name);
      return slot === undefined ? undefined : [slot, 1];
    });
    this.#shape = keys;
    this.#complete = this.#out.n === keys.length || this.#slots.size >= this.#capacity;
  }

  write(out: StateWriter): void {
    out.section('named-slots', 1).strings(this.names());
  }

  read(input: StateReader): void {
    input.section('named-slots', 1);
    this.#slots.clear();
    for (const [slot, name] of input.strings().entries()) this.#slots.set(name, slot);
    this.#resolve([]);
  }
}

export class HashedSlots implements FeatureEncoder {
  readonly #mask: number;
  readonly #signed: boolean;
  readonly #out = new Buffer();
  #shape: readonly string[] = [];

  /** @param bits log2 of the slots, 1 … 24; default 16 @param signed false where values are counts */
  constructor(bits = 16, signed = true) {
    this.#mask = 2 ** Math.min(24, Math.max(1, bits)) - 1;
    this.#signed = signed;
  }

  get size(): number {
    return this.#mask + 1;
  }

  look(x: Features): Encoded {
    const keys = Object.keys(x);
    if (!sameShape(keys, this.#shape)) {
      this.#shape = keys;
      arrange(this.#out, keys, (name) => {
        const hash = hashString(name);
        return [hash & this.#mask, this.#signed && hash & (2 ** 29) ? -1 : 1];
      });
    }
    return fill(this.#out, x);
  }

  meet(x: Features): Encoded {
    return this.look(x);
  }

  write(out: StateWriter): void {
    out.section('hashed-slots', 1).uint(this.#mask);
  }

  read(input: StateReader): void {
    input.section('hashed-slots', 1);
    const mask = input.uint();
    if (mask !== this.#mask)
      throw new LmcpError('LMCP_BAD_STATE', `The snapshot has ${mask + 1} hashed slots, not ${this.size}.`);
  }
}
