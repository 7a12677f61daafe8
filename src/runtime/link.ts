/**
 * The one small interface between threads: whole frames of bytes, in order, one sender and one receiver a direction.
 * It exists so that a faster carrier (rings over shared memory) replaces message ports without a change above it.
 * Invariant: frames arrive once, whole and in the order sent, or the link closes and says so.
 */

/** One end of a two-way link. */
export interface Link {
  /** Hands a frame over. The sender must not touch the bytes again. */
  send(frame: Uint8Array): void;
  /** The receiver; set once, before the first frame is due. */
  onFrame(handler: (frame: Uint8Array) => void): void;
  /** Called once when the other end is gone or `close` was called. */
  onClose(handler: () => void): void;
  close(): void;
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
  #frame: ((frame: Uint8Array) => void) | undefined;
  #closed: (() => void)[] = [];
  #open = true;

  send(frame: Uint8Array): void {
    const target = this.other;
    if (!this.#open || !target) return;
    queueMicrotask(() => target.#frame?.(frame));
  }
  onFrame(handler: (frame: Uint8Array) => void): void {
    this.#frame = handler;
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
