/**
 * Candidate ids → positions in order of first sight, for one question at a time.
 * It exists because a mixture looks up hundreds of ids a question: open addressing in two arrays costs a third of a Map.
 * Invariant: at most `capacity` candidates; further ones get no position.
 */
export class CandidateIndex {
  readonly #capacity: number;
  readonly #mask: number;
  readonly #slots: Int32Array;
  #ids: number[] = [];

  /** @param capacity most candidates, ≤ 255 */
  constructor(capacity: number) {
    this.#capacity = capacity;
    const slots = 2 ** Math.ceil(Math.log2(capacity * 4));
    this.#mask = slots - 1;
    this.#slots = new Int32Array(slots);
  }

  get size(): number {
    return this.#ids.length;
  }

  /** The candidates in order; the array is handed over. */
  get ids(): readonly number[] {
    return this.#ids;
  }

  clear(): void {
    this.#slots.fill(0);
    this.#ids = [];
  }

  /** Position of an id, given one if it is new; -1 when all are taken. */
  place(id: number): number {
    let slot = (Math.imul(id, 0x9e3779b1) >>> 15) & this.#mask;
    for (;;) {
      const at = (this.#slots[slot] ?? 0) - 1;
      if (at < 0) break;
      if (this.#ids[at] === id) return at;
      slot = (slot + 1) & this.#mask;
    }
    if (this.#ids.length >= this.#capacity) return -1;
    this.#slots[slot] = this.#ids.length + 1;
    return this.#ids.push(id) - 1;
  }
}
