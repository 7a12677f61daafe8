/**
 * The capture budget: how many receipts and interactions an instance may write each second, and which.
 * It exists so that learning never slows answering: above the budget a sample is kept, weighted, and the rest counted.
 * Invariant: kept weights add up, in expectation, to what happened; the choice depends on the event's id alone.
 *
 * The count of the running second lives in a SharedArrayBuffer, so that all server threads share one budget.
 */

const SECOND = 0;
const SEEN = 1;
const BEFORE = 2;
const DROPPED = 3;

/** Memory that all threads of an instance share for one budget. */
export function captureMemory(): SharedArrayBuffer {
  return new SharedArrayBuffer(4 * Int32Array.BYTES_PER_ELEMENT);
}

/** How many events all threads left out since the instance began (modulo 2³²). */
export function captureDroppedIn(memory: SharedArrayBuffer): number {
  return Atomics.load(new Uint32Array(memory), DROPPED);
}

export interface Admission {
  /** False: not written, but counted. */
  readonly kept: boolean;
  /** How many events this one stands for: 1 within the budget. */
  readonly weight: number;
}

export class CaptureBudget {
  readonly #cells: Int32Array;
  readonly #limit: number;
  readonly #now: () => number;
  #dropped = 0;

  /** @param limit events a second for the whole instance. @param now wall clock in milliseconds. */
  constructor(memory: SharedArrayBuffer, limit: number, now: () => number) {
    this.#cells = new Int32Array(memory);
    this.#limit = limit;
    this.#now = now;
  }

  /** Decides about one event by a hash of its id. */
  admit(id: string): Admission {
    const rate = this.#rate();
    if (rate <= this.#limit) return { kept: true, weight: 1 };
    const share = this.#limit / rate;
    if (unitHash(id) < share) return { kept: true, weight: 1 / share };
    this.#dropped += 1;
    Atomics.add(this.#cells, DROPPED, 1);
    return { kept: false, weight: 0 };
  }

  /** How many were left out since the last call: goes into a captureDropped event. */
  takeDropped(): number {
    const count = this.#dropped;
    this.#dropped = 0;
    return count;
  }

  /** The rate that decides: what this second has seen so far, or the whole last second where that was more. */
  #rate(): number {
    const cells = this.#cells;
    const second = Math.floor(this.#now() / 1000) | 0;
    const current = Atomics.load(cells, SECOND);
    if (current !== second && Atomics.compareExchange(cells, SECOND, current, second) === current) {
      const seen = Atomics.exchange(cells, SEEN, 0);
      Atomics.store(cells, BEFORE, second - current === 1 ? seen : 0);
    }
    const seen = Atomics.add(cells, SEEN, 1) + 1;
    return Math.max(seen, Atomics.load(cells, BEFORE));
  }
}

/** FNV-1a with a final mix, as a number in [0, 1). */
function unitHash(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
