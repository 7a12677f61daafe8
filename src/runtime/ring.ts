/**
 * A single-producer single-consumer queue of byte records in shared memory.
 * It exists so that a hop between threads costs a copy and an atomic store, not a message of the event loop.
 * Invariant: records come out whole, once and in the order they went in; a record never wraps, so it is read in place.
 *
 *   i32 tail · 60 bytes · i32 head · 60 bytes · capacity bytes of records
 *   record = i32 length, or a mark (-1: skip to the start; -2: what stands here travels elsewhere) · bytes · up to 8-byte alignment
 *
 * Tail and head count bytes modulo 2^32 and lie on cache lines of their own. The producer writes a record with plain stores and
 * publishes it by the atomic store of the tail; the consumer gives room back by the atomic store of the head.
 */

const LINE = 64;
const CONTROL = 2 * LINE;
const TAIL = 0;
const HEAD = LINE / 4;
const HEADER = 4;
const SKIP = -1;
const MARK = -2;
const noBytes = new Uint8Array(0);

/** Bytes of shared memory a ring takes. @param capacity bytes of records: a power of two from 64 to 2^30. */
export function ringSize(capacity: number): number {
  if (capacity < 64 || capacity > 2 ** 30 || (capacity & (capacity - 1)) !== 0)
    throw new RangeError(`A ring of ${capacity} bytes: give a power of two from 64 to 2^30.`);
  return CONTROL + capacity;
}

/** The largest record a ring takes: a quarter, so that a few fit and one always finds room at last. */
export function largestRecord(capacity: number): number {
  return capacity / 4 - HEADER;
}

/** Where a ring lies in its memory. */
export interface RingPlace {
  readonly memory: SharedArrayBuffer;
  /** Bytes from the memory's start; a multiple of 64. */
  readonly offset: number;
  readonly capacity: number;
}

/** Bytes that are in the ring now, padding included; any thread may ask. */
export function ringFill({ memory, offset }: RingPlace): number {
  const control = new Int32Array(memory, offset, CONTROL / 4);
  return (Atomics.load(control, TAIL) - Atomics.load(control, HEAD)) >>> 0;
}

/** The only thread's end that writes. */
export class RingWriter {
  readonly #control: Int32Array;
  readonly #words: Int32Array;
  readonly #bytes: Uint8Array;
  readonly #capacity: number;
  #tail: number;
  #head: number;

  constructor({ memory, offset, capacity }: RingPlace) {
    this.#control = new Int32Array(memory, offset, CONTROL / 4);
    this.#words = new Int32Array(memory, offset + CONTROL, capacity / 4);
    this.#bytes = new Uint8Array(memory, offset + CONTROL, capacity);
    this.#capacity = capacity;
    this.#tail = Atomics.load(this.#control, TAIL);
    this.#head = Atomics.load(this.#control, HEAD);
  }

  /** Writes one record, `head` then `body`; false, and nothing is written, when there is no room now. @throws RangeError above `largestRecord` */
  write(head: Uint8Array, body: Uint8Array = noBytes): boolean {
    const length = head.length + body.length;
    if (length > largestRecord(this.#capacity))
      throw new RangeError(`A record of ${length} bytes does not fit a ring of ${this.#capacity}.`);
    const at = this.#reserve(length);
    if (at < 0) return false;
    this.#words[at >> 2] = length;
    this.#bytes.set(head, at + HEADER);
    if (body.length > 0) this.#bytes.set(body, at + HEADER + head.length);
    this.#publish(length);
    return true;
  }

  /** Leaves a mark where a record would stand: the reader fetches it from elsewhere. False when there is no room now. */
  mark(): boolean {
    const at = this.#reserve(0);
    if (at < 0) return false;
    this.#words[at >> 2] = MARK;
    this.#publish(0);
    return true;
  }

  /** Whether a mark would find room. */
  get hasRoom(): boolean {
    return this.#free(aligned(0)) >= aligned(0);
  }

  /** Bytes written and not yet given back. */
  get fill(): number {
    return (this.#tail - Atomics.load(this.#control, HEAD)) >>> 0;
  }

  #reserve(length: number): number {
    const need = aligned(length);
    const at = this.#tail & (this.#capacity - 1);
    const rest = this.#capacity - at;
    if (rest >= need) return this.#free(need) >= need ? at : -1;
    if (this.#free(rest + need) < rest + need) return -1;
    this.#words[at >> 2] = SKIP;
    this.#tail = (this.#tail + rest) | 0;
    return 0;
  }

  /** Room as last seen; looks again when that is less than needed. */
  #free(need: number): number {
    const seen = this.#capacity - ((this.#tail - this.#head) >>> 0);
    if (seen >= need) return seen;
    this.#head = Atomics.load(this.#control, HEAD);
    return this.#capacity - ((this.#tail - this.#head) >>> 0);
  }

  #publish(length: number): void {
    this.#tail = (this.#tail + aligned(length)) | 0;
    Atomics.store(this.#control, TAIL, this.#tail);
  }
}

/** The only thread's end that reads. */
export class RingReader {
  readonly #control: Int32Array;
  readonly #words: Int32Array;
  readonly #bytes: Buffer;
  readonly #capacity: number;
  #head: number;
  #given: number;

  constructor({ memory, offset, capacity }: RingPlace) {
    this.#control = new Int32Array(memory, offset, CONTROL / 4);
    this.#words = new Int32Array(memory, offset + CONTROL, capacity / 4);
    this.#bytes = Buffer.from(memory, offset + CONTROL, capacity);
    this.#capacity = capacity;
    this.#head = Atomics.load(this.#control, HEAD);
    this.#given = this.#head;
  }

  /** Whether something is there to be read. */
  get ready(): boolean {
    return Atomics.load(this.#control, TAIL) !== this.#head;
  }

  /**
   * Hands up to `most` records over, and `onMark` for each mark among them, as long as `goOn` says so; returns how many.
   * A record is a view into the ring: it is gone when the handler returns.
   */
  read(
    most: number,
    onRecord: (record: Buffer) => void,
    onMark: () => void = () => undefined,
    goOn: () => boolean = () => true,
  ): number {
    let taken = 0;
    let tail = Atomics.load(this.#control, TAIL);
    try {
      while (taken < most) {
        if (this.#head === tail) {
          tail = Atomics.load(this.#control, TAIL);
          if (this.#head === tail) break;
        }
        const at = this.#head & (this.#capacity - 1);
        const length = this.#words[at >> 2] ?? SKIP;
        if (length === SKIP) {
          this.#head = (this.#head + this.#capacity - at) | 0;
          continue;
        }
        if (length < MARK || length > this.#capacity - at - HEADER)
          throw new RangeError(`The ring is damaged: a record of ${length} bytes.`);
        taken += 1;
        const after = (this.#head + aligned(length === MARK ? 0 : length)) | 0;
        try {
          if (length === MARK) onMark();
          else onRecord(this.#bytes.subarray(at + HEADER, at + HEADER + length));
        } finally {
          this.#head = after;
        }
        // Given back in strides: each store takes the line from the producer's cache.
        if ((this.#head - this.#given) >>> 0 > this.#capacity >>> 3) this.#give();
        if (!goOn()) break;
      }
    } finally {
      if (this.#given !== this.#head) this.#give();
    }
    return taken;
  }

  #give(): void {
    this.#given = this.#head;
    Atomics.store(this.#control, HEAD, this.#head);
  }
}

/** Bytes a record takes in the ring. */
function aligned(length: number): number {
  return (length + HEADER + 7) & ~7;
}
