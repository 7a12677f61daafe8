/**
 * A few shared cells in which a thread says that it lives and how much memory it holds.
 * It exists so that the gateway sees this without asking: a thread that hangs answers nothing.
 * Invariant: the cells are written by the thread alone, each from its own event loop.
 */
import { readlinkSync } from 'node:fs';
import { getHeapStatistics } from 'node:v8';

const BEATS = 0;
const TASK = 1;
const PATIENCE = 2;
const HEAP_KIB = 3;
const EXTERNAL_KIB = 4;
const LETTING_GO = 5;
const CELLS = 6;

export function pulseMemory(): SharedArrayBuffer {
  return new SharedArrayBuffer(CELLS * Int32Array.BYTES_PER_ELEMENT);
}

/** Runs some work and lets the gateway know that it may keep the thread from answering. */
export type Slowly = <T>(work: () => Promise<T>) => Promise<T>;

/** What one isolate holds: V8's heap; and ArrayBuffers, Buffers and WebAssembly memory beside it, which no heap limit sees. */
export interface MemoryUse {
  readonly heapBytes: number;
  readonly externalBytes: number;
}

/** V8 counts by isolate, so a worker sees its own memory only. SharedArrayBuffers are nobody's. */
export function isolateMemory(): MemoryUse {
  const { used_heap_size, external_memory } = getHeapStatistics();
  return { heapBytes: used_heap_size, externalBytes: external_memory };
}

/** The thread's side. */
export class Pulse {
  readonly #cells: Int32Array;

  constructor(memory: SharedArrayBuffer) {
    this.#cells = new Int32Array(memory);
    Atomics.store(this.#cells, TASK, taskNumber());
  }

  /** Called from the event loop, each time the gateway asks for it. */
  beat({ heapBytes, externalBytes }: MemoryUse): void {
    Atomics.store(this.#cells, HEAP_KIB, heapBytes / 1024);
    Atomics.store(this.#cells, EXTERNAL_KIB, externalBytes / 1024);
    Atomics.add(this.#cells, BEATS, 1);
  }

  /** While `work` goes on the thread may be silent for long without being taken for hung. Its end is a sign of life. */
  async slowly<T>(work: () => Promise<T>): Promise<T> {
    Atomics.add(this.#cells, PATIENCE, 1);
    try {
      return await work();
    } finally {
      // Before the patience ends: the silence until here must not count against the next beat.
      Atomics.add(this.#cells, BEATS, 1);
      Atomics.sub(this.#cells, PATIENCE, 1);
    }
  }

  set lettingGo(now: boolean) {
    Atomics.store(this.#cells, LETTING_GO, now ? 1 : 0);
  }
}

/** The gateway's side. */
export class PulseView {
  readonly #cells: Int32Array;

  constructor(memory: SharedArrayBuffer) {
    this.#cells = new Int32Array(memory);
  }

  /** 0 until the thread's event loop has run. */
  get beats(): number {
    return Atomics.load(this.#cells, BEATS);
  }

  /** The operating system's number of the thread; 0 where there is none to be had. */
  get task(): number {
    return Atomics.load(this.#cells, TASK);
  }

  get patient(): boolean {
    return Atomics.load(this.#cells, PATIENCE) > 0;
  }

  get lettingGo(): boolean {
    return Atomics.load(this.#cells, LETTING_GO) === 1;
  }

  get memory(): MemoryUse {
    return {
      heapBytes: Atomics.load(this.#cells, HEAP_KIB) * 1024,
      externalBytes: Atomics.load(this.#cells, EXTERNAL_KIB) * 1024,
    };
  }
}

function taskNumber(): number {
  try {
    return Number(readlinkSync('/proc/thread-self').split('/').at(-1));
  } catch {
    return 0;
  }
}
