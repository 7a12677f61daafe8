/**
 * Bounded label counts of one context, kept in falling order of count.
 * It exists because every count-based predictor needs the best few labels at once and the rest hardly ever.
 * Invariant: counts never rise along the list; at most `capacity` labels, the rarest giving way to a new one.
 */
import type { StateReader, StateWriter } from '../state-codec.js';

/** What a context says about the next label: counts of ids, and how much was seen in all. */
export interface Votes {
  readonly ids: readonly number[];
  readonly counts: readonly number[];
  /** Weight seen in this context, forgotten labels included. */
  readonly total: number;
  /** How often a label was new here: the escape count of Witten and Bell's method C. */
  readonly types: number;
}

/** Above this many labels, positions are indexed instead of searched. */
const indexAbove = 64;

export class Tally implements Votes {
  readonly ids: number[] = [];
  readonly counts: number[] = [];
  readonly #capacity: number;
  readonly #positions: Map<number, number> | undefined;
  #total = 0;
  #types = 0;

  constructor(capacity: number) {
    this.#capacity = Math.max(1, capacity);
    this.#positions = capacity > indexAbove ? new Map() : undefined;
  }

  get total(): number {
    return this.#total;
  }
  get types(): number {
    return this.#types;
  }

  #find(id: number): number {
    return this.#positions ? (this.#positions.get(id) ?? -1) : this.ids.indexOf(id);
  }

  #put(at: number, id: number, count: number): void {
    this.ids[at] = id;
    this.counts[at] = count;
    this.#positions?.set(id, at);
  }

  count(id: number): number {
    return this.counts[this.#find(id)] ?? 0;
  }

  add(id: number, weight = 1): void {
    this.#total += weight;
    let at = this.#find(id);
    let count = weight;
    if (at >= 0) count += this.counts[at] ?? 0;
    else {
      this.#types++;
      at = Math.min(this.ids.length, this.#capacity - 1);
      const last = this.ids[at];
      if (last !== undefined) this.#positions?.delete(last);
    }
    // Binary search for the first place with a smaller count; swapping with it keeps the order.
    let low = 0;
    let high = at;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.counts[middle] ?? 0) < count) high = middle;
      else low = middle + 1;
    }
    if (low < at) this.#put(at, this.ids[low] ?? 0, this.counts[low] ?? 0);
    this.#put(low, id, count);
  }

  /**
   * Counts of a and b together, those both have from `base` once. Exact while no label gave way; types are the labels known
   * (labels that gave way in a or b are counted as in that branch, minus the base's).
   */
  static merge(a: Tally, b: Tally, base: Tally): Tally {
    const made = new Tally(Math.max(a.#capacity, b.#capacity));
    const ids = [...new Set([...a.ids, ...b.ids])];
    const counted = ids
      .map((id) => ({ id, count: a.count(id) + b.count(id) - base.count(id) }))
      .filter(({ count }) => count > 0)
      .sort((x, y) => y.count - x.count || x.id - y.id);
    for (const { id, count } of counted) made.add(id, count);
    const met = (tally: Tally) => tally.#types - tally.ids.length;
    made.#types = counted.length + Math.max(0, met(a) + met(b) - met(base));
    made.#total = a.#total + b.#total - base.#total;
    return made;
  }

  write(out: StateWriter): void {
    out.f64(this.#total).uint(this.#types);
    out.list(this.ids, (id) => out.uint(id)).f64s(this.counts);
  }

  static read(input: StateReader, capacity: number): Tally {
    const made = new Tally(capacity);
    made.#total = input.f64();
    made.#types = input.uint();
    const ids = input.list(() => input.uint());
    const counts = input.f64s();
    for (const [at, id] of ids.entries()) made.#put(at, id, counts[at] ?? 0);
    return made;
  }
}
