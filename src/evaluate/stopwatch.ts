/**
 * Times of the two operations of a learner while a file is replayed.
 * It exists so that accuracy and cost are measured in one run, on the same events.
 * Invariant: memory grows by eight bytes a prediction and no more.
 */
import type { Latency } from './result.js';

/** Nanosecond clock, e.g. process.hrtime.bigint. */
export type Clock = () => bigint;

export class Stopwatch {
  readonly #clock: Clock;
  #predicted = new Float64Array(1024);
  #predictions = 0;
  #learned = 0;
  #learnings = 0;

  constructor(clock: Clock = process.hrtime.bigint) {
    this.#clock = clock;
  }

  predict<T>(work: () => T): T {
    const start = this.#clock();
    const result = work();
    const us = Number(this.#clock() - start) / 1000;
    if (this.#predictions === this.#predicted.length) {
      const grown = new Float64Array(this.#predictions * 2);
      grown.set(this.#predicted);
      this.#predicted = grown;
    }
    this.#predicted[this.#predictions++] = us;
    return result;
  }

  learn(work: () => void): void {
    const start = this.#clock();
    work();
    this.#learned += Number(this.#clock() - start) / 1000;
    this.#learnings++;
  }

  /** null before the first prediction. */
  report(): Latency | null {
    if (this.#predictions === 0) return null;
    const sorted = this.#predicted.slice(0, this.#predictions).sort();
    const at = (q: number) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;
    return {
      predictP50Us: at(0.5),
      predictP99Us: at(0.99),
      learnMeanUs: this.#learnings === 0 ? 0 : this.#learned / this.#learnings,
    };
  }
}
