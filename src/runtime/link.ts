/**
 * The one small interface between threads: whole frames of bytes, in order, one sender and one receiver a direction.
 * It exists so that rings in shared memory, message ports and plain memory carry the same frames (suite: link-contract.ts).
 * Invariant: frames arrive once, whole and in the order sent; what arrives before the link closes is a prefix of what was sent.
 */

import { noBytes } from './frame.js';

/** A frame is valid until the handler returns when it is `borrowed`: then whoever keeps bytes copies them. */
export type FrameHandler = (frame: Uint8Array, borrowed: boolean) => void;

/** One end of a two-way link. */
export interface Link {
  /**
   * Hands a frame over: `head`, then `body`. The bytes are copied before it returns. False asks the sender to pause until
   * `onDrain`: this frame will arrive all the same, but the receiver is behind by more than the link likes to hold.
   */
  send(head: Uint8Array, body?: Uint8Array): boolean;
  /** The receiver; set once, before the first frame is due. */
  onFrame(handler: FrameHandler): void;
  /** Called when the receiver has caught up after a `send` that returned false. */
  onDrain(handler: () => void): void;
  /** Called once when the other end is gone or `close` was called. */
  onClose(handler: () => void): void;
  /** Bytes handed over that the receiver has not taken, as far as this end knows. */
  readonly backlog: number;
  close(): void;
}

/** Bytes that may wait before `send` asks for a pause. */
export const HIGH_WATER = 1 << 20;

/** Head and body in memory of their own. */
export function joined(head: Uint8Array, body: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(head.length + body.length);
  whole.set(head);
  whole.set(body, head.length);
  return whole;
}

/** Counts what is under way in one direction, and says when to pause and when to go on. */
export class Backlog {
  readonly #limit: number;
  readonly #drained: (() => void)[] = [];
  #bytes = 0;
  #paused = false;

  constructor(limit = HIGH_WATER) {
    this.#limit = limit;
  }

  get bytes(): number {
    return this.#bytes;
  }

  onDrain(handler: () => void): void {
    this.#drained.push(handler);
  }

  /** Returns what `send` returns. */
  add(bytes: number): boolean {
    this.#bytes += bytes;
    if (this.#bytes > this.#limit) this.#paused = true;
    return !this.#paused;
  }

  take(bytes: number): void {
    this.#bytes -= bytes;
    if (!this.#paused || this.#bytes > this.#limit / 2) return;
    this.#paused = false;
    for (const handler of this.#drained) handler();
  }
}

/** Two ends in one thread, for tests and for servers that run inside the caller. Delivery is asynchronous. */
export function memoryLinks(): [Link, Link] {
  const ends = [new MemoryEnd(), new MemoryEnd()] as const;
  ends[0].other = ends[1];
  ends[1].other = ends[0];
  return [ends[0], ends[1]];
}

class MemoryEnd implements Link {
  other: MemoryEnd | undefined;
  readonly #sent = new Backlog();
  #frame: FrameHandler | undefined;
  #closed: (() => void)[] = [];
  #open = true;

  get backlog(): number {
    return this.#sent.bytes;
  }

  send(head: Uint8Array, body: Uint8Array = noBytes): boolean {
    const target = this.other;
    if (!this.#open || !target) return true;
    const frame = joined(head, body);
    const goOn = this.#sent.add(frame.length);
    queueMicrotask(() => {
      if (!target.#open) return;
      target.#frame?.(frame, false);
      this.#sent.take(frame.length);
    });
    return goOn;
  }
  onFrame(handler: FrameHandler): void {
    this.#frame = handler;
  }
  onDrain(handler: () => void): void {
    this.#sent.onDrain(handler);
  }
  onClose(handler: () => void): void {
    this.#closed.push(handler);
  }
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    for (const handler of this.#closed) handler();
    this.other?.close();
  }
}
