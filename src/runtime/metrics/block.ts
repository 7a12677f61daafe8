/**
 * One thread's figures in shared memory: named slots, then histograms. The thread writes, the gateway reads.
 * It exists so that a hung or busy thread can still be looked at, and nobody is asked.
 * Invariant: one writer a block; plain stores of aligned doubles, which 64-bit machines do not tear; counters only grow,
 * and go on where they were when the thread is started anew.
 */
import { bucketCount, bucketOf, type Distribution, ticksPer, type Unit } from './histogram.js';

/** What every thread may say of itself. Bytes, seconds, or counts since the instance began. */
export const slots = [
  'heapUsed',
  'external',
  'arrayBuffers',
  /** Bytes the thread may hold, heap and what is beside it, before it is stopped. */
  'limit',
  /** Share of the last interval that the loop was busy, 0 to 1. */
  'loopUtilization',
  'gcSeconds',
  'gcRuns',
  /** Calls that reached their tool and failed, by kind. */
  'failedClient',
  'failedServer',
  'failedUnavailable',
  'failedCancelled',
] as const;
export type Slot = (typeof slots)[number];

export interface HistogramSpec {
  readonly name: string;
  readonly unit: Unit;
}

/** How long a tool ran in its thread. */
export function toolHistogram(tool: string): HistogramSpec {
  return { name: `tool:${tool}`, unit: 'seconds' };
}

/** A block and its layout: plain data, goes to the thread as workerData. */
export interface Block {
  readonly memory: SharedArrayBuffer;
  readonly histograms: readonly HistogramSpec[];
}

const slotIndex = Object.fromEntries(slots.map((slot, index) => [slot, index])) as Record<Slot, number>;
/** Counts by bucket, then the sum. */
const stride = bucketCount + 1;

export function createBlock(histograms: readonly HistogramSpec[]): Block {
  const cells = slots.length + histograms.length * stride;
  return { memory: new SharedArrayBuffer(cells * Float64Array.BYTES_PER_ELEMENT), histograms };
}

/** Counts a value in the histogram's unit, for itself or for as many as `weight` says. */
export type Observe = (value: number, weight?: number) => void;

/** The writing end, held by the block's own thread. */
export class Recorder {
  readonly #cells: Float64Array;
  readonly #specs: readonly HistogramSpec[];

  constructor({ memory, histograms }: Block) {
    this.#cells = new Float64Array(memory);
    this.#specs = histograms;
  }

  /** Counts up. */
  add(slot: Slot, by = 1): void {
    const at = slotIndex[slot];
    this.#cells[at] = (this.#cells[at] ?? 0) + by;
  }

  /** Says how it is now. */
  set(slot: Slot, value: number): void {
    this.#cells[slotIndex[slot]] = value;
  }

  /** A way to count values in that histogram; one that does nothing when the block has none of the name. */
  histogram(name: string): Observe {
    const index = this.#specs.findIndex((spec) => spec.name === name);
    const spec = this.#specs[index];
    if (!spec) return () => undefined;
    const cells = this.#cells;
    const start = slots.length + index * stride;
    const sum = start + bucketCount;
    const ticks = ticksPer[spec.unit];
    return (value, weight = 1) => {
      const at = start + bucketOf(value * ticks);
      cells[at] = (cells[at] ?? 0) + weight;
      cells[sum] = (cells[sum] ?? 0) + weight * value;
    };
  }
}

/** What stands in a block at this moment. */
export interface BlockReading {
  readonly slots: Readonly<Record<Slot, number>>;
  readonly histograms: ReadonlyMap<string, Distribution>;
}

/** Reads a block from any thread; its writer goes on meanwhile, so figures may differ by the calls of this moment. */
export function readBlock({ memory, histograms }: Block): BlockReading {
  const cells = new Float64Array(memory).slice();
  const read = Object.fromEntries(slots.map((slot, index) => [slot, cells[index] ?? 0]));
  return {
    slots: read as Record<Slot, number>,
    histograms: new Map(
      histograms.map(({ name, unit }, index) => {
        const start = slots.length + index * stride;
        const counts = cells.subarray(start, start + bucketCount);
        const count = counts.reduce((a, b) => a + b, 0);
        return [name, { unit, counts, count, sum: cells[start + bucketCount] ?? 0 }];
      }),
    ),
  };
}
