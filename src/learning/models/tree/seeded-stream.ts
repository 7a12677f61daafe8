/**
 * Random numbers from a seed, with a state that can be written down.
 * It exists because a restored ensemble must draw what the first would have drawn; the seed is the caller's.
 * Invariant: equal states give equal streams on every machine (Mulberry32, Tommy Ettinger's public-domain generator).
 */
import type { StateReader, StateWriter } from '../../state-codec.js';

export class SeededStream {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** Uniform in [0, 1). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  /** Poisson-distributed count (Knuth 1969); for means up to some tens. */
  poisson(mean: number): number {
    const floor = Math.exp(-mean);
    let count = -1;
    for (let product = 1; product > floor; count++) product *= this.next();
    return count;
  }

  /** `k` of the items, each subset equally likely, in rising position; all when there are fewer. */
  sample(items: readonly number[], k: number): number[] {
    const taken: number[] = [];
    for (const [at, item] of items.entries())
      if (this.next() * (items.length - at) < k - taken.length) taken.push(item);
    return taken;
  }

  write(out: StateWriter): void {
    out.u32(this.#state);
  }

  read(input: StateReader): void {
    this.#state = input.u32();
  }
}
