/**
 * A bounded map that forgets what was not touched for long: two generations, the older dropped when the younger is full.
 * It exists so that learners are bounded on an unbounded stream at O(1) a step, with eviction that a replay repeats.
 * Invariant: size ≤ capacity; reading changes nothing; what stays depends on the touches alone.
 */
import { byCodeUnit, type StateReader, type StateWriter } from '../state-codec.js';

function inOrder<K extends string | number, V>(map: ReadonlyMap<K, V>): [K, V][] {
  return [...map].sort(([a], [b]) =>
    typeof a === 'number' && typeof b === 'number' ? a - b : byCodeUnit(String(a), String(b)),
  );
}

export class GenerationalMap<K extends string | number, V> {
  readonly #half: number;
  readonly #dropped: ((key: K, value: V) => void) | undefined;
  #young = new Map<K, V>();
  #old = new Map<K, V>();

  /** @param capacity most entries ever held, ≥ 2 @param dropped told of each entry that is forgotten */
  constructor(capacity: number, dropped?: (key: K, value: V) => void) {
    this.#half = Math.max(1, Math.floor(capacity / 2));
    this.#dropped = dropped;
  }

  get size(): number {
    return this.#young.size + this.#old.size;
  }

  /** The value, without keeping it alive. */
  peek(key: K): V | undefined {
    return this.#young.get(key) ?? this.#old.get(key);
  }

  /** The value, made if absent, kept for at least half the capacity of further new touches. */
  touch(key: K, make: () => V): V {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const value = this.#old.get(key) ?? make();
    this.#old.delete(key);
    if (this.#young.size >= this.#half) {
      if (this.#dropped) for (const [k, v] of this.#old) this.#dropped(k, v);
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, value);
    return value;
  }

  /** Keys, those not touched for long first. */
  *keys(): IterableIterator<K> {
    yield* this.#old.keys();
    yield* this.#young.keys();
  }

  *values(): IterableIterator<V> {
    yield* this.#old.values();
    yield* this.#young.values();
  }

  write(out: StateWriter, writeEntry: (key: K, value: V) => void): void {
    for (const generation of [this.#old, this.#young])
      out.list(inOrder(generation), ([key, value]) => writeEntry(key, value));
  }

  /** Replaces the contents by what `write` wrote. */
  read(input: StateReader, readEntry: () => [K, V]): void {
    this.#old = new Map(input.list(readEntry));
    this.#young = new Map(input.list(readEntry));
  }
}
