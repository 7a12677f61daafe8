/**
 * Latencies of one phase, kept one by one.
 * They exist because histograms round where the bar is, and memory for a few million numbers is cheap.
 * Invariant: percentiles are of the samples themselves, nearest rank.
 */
export interface Latency {
  readonly n: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

const limit = 1 << 23;

export class Samples {
  #values = new Float64Array(1 << 14);
  #count = 0;

  add(milliseconds: number): void {
    if (this.#count === limit) return;
    if (this.#count === this.#values.length) {
      const grown = new Float64Array(this.#values.length * 2);
      grown.set(this.#values);
      this.#values = grown;
    }
    this.#values[this.#count] = milliseconds;
    this.#count += 1;
  }

  /** In milliseconds; NaN where there are none. */
  latency(): Latency {
    const sorted = this.#values.slice(0, this.#count).sort();
    const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
    return { n: sorted.length, p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
  }
}
