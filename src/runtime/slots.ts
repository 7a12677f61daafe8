/**
 * Numbers what is under way, and finds it again by its number.
 * It exists because a Map that gets and loses a new key with every request leaves its outgrown tables behind, each holding the
 * next and all that was in it, until the old generation is collected: half of the gateway's time went into copying them.
 * Invariant: a number is given to one thing at a time, is never 0, and comes back only after 4,095 others of its slot.
 */

const slotBits = 20;
const slotMask = (1 << slotBits) - 1;
const firstGeneration = 1 << slotBits;

export class Slots<T> {
  readonly #values: (T | undefined)[] = [];
  /** Of each slot: the number it has now, or had last. */
  readonly #numbers: number[] = [];
  readonly #free: number[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** @returns its number, an unsigned 32-bit integer. */
  add(value: T): number {
    const slot = this.#free.pop() ?? this.#values.length;
    if (slot > slotMask) throw new RangeError('More than a million requests are under way.');
    const before = this.#numbers[slot] ?? slot;
    let number = (before + firstGeneration) >>> 0;
    if (number <= slotMask) number = (number + firstGeneration) >>> 0;
    this.#numbers[slot] = number;
    this.#values[slot] = value;
    this.#size += 1;
    return number;
  }

  get(number: number): T | undefined {
    const slot = number & slotMask;
    return this.#numbers[slot] === number ? this.#values[slot] : undefined;
  }

  /** Gets it and forgets it. */
  take(number: number): T | undefined {
    const value = this.get(number);
    if (value === undefined) return undefined;
    const slot = number & slotMask;
    this.#values[slot] = undefined;
    this.#free.push(slot);
    this.#size -= 1;
    return value;
  }

  /** Takes all of them, in no order. */
  drain(): T[] {
    const values = this.#values.filter((value) => value !== undefined);
    for (const [slot, value] of this.#values.entries())
      if (value !== undefined) this.take(this.#numbers[slot] ?? 0);
    return values;
  }
}

/** What the other side numbered by its `Slots`. */
export class NumberedSlots<T> {
  readonly #values: ({ readonly number: number; readonly value: T } | undefined)[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  set(number: number, value: T): void {
    const slot = number & slotMask;
    if (this.#values[slot] === undefined) this.#size += 1;
    this.#values[slot] = { number, value };
  }

  get(number: number): T | undefined {
    const found = this.#values[number & slotMask];
    return found?.number === number ? found.value : undefined;
  }

  delete(number: number): void {
    if (this.get(number) === undefined) return;
    this.#values[number & slotMask] = undefined;
    this.#size -= 1;
  }

  numbers(): number[] {
    return this.#values.flatMap((found) => (found === undefined ? [] : [found.number]));
  }
}
