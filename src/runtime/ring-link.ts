/**
 * A link over two rings in shared memory, one a direction: the hop of every call between gateway and server threads.
 * It exists because a message port costs some ten microseconds a message on either side, a ring under one.
 * Invariant: a thread that has said it sleeps is woken by the next frame; one that has not is never woken in vain.
 *
 * While frames flow, each side looks into its ring once a turn of its event loop, for at most `spin` after the last one: nothing is
 * blocked meanwhile. Then it announces that it sleeps, and the next sender wakes it by an empty message over the port beside the rings
 * (why not Atomics.waitAsync: docs/decisions/0007-rings.md). A frame too large for the ring travels over that port too, and a mark in
 * the ring keeps its place.
 */
import { availableParallelism } from 'node:os';
import { MessageChannel, type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import { noBytes } from './frame.js';
import { type FrameHandler, HIGH_WATER, joined, type Link } from './link.js';
import { largestRecord, type RingPlace, RingReader, RingWriter, ringFill, ringSize } from './ring.js';

/** One end as it travels to its thread: give `port` in the transfer list. */
export interface RingEnd {
  readonly memory: SharedArrayBuffer;
  readonly capacity: number;
  readonly side: 0 | 1;
  readonly port: MessagePort;
}

export interface RingLinkOptions {
  /** How long to look on after the last frame, in microseconds. */
  readonly spin?: number;
  /** Keeps the thread alive while the link is open: for a worker that lives by this link. */
  readonly keepAlive?: boolean;
  /** Takes fewer frames a turn when their work makes turns long: for a thread that answers. The gateway's turns are long for other reasons. */
  readonly fair?: boolean;
  /**
   * Whoever made the other end's thread closes this end at that thread's exit, when the reason is known. Else the end of the
   * port beside the rings, which a dying thread lets go of somewhat earlier, closes the link.
   */
  readonly closedByOwner?: boolean;
}

export const RING_BYTES = 256 * 1024;
export const SPIN_MICROS = 50;
/** Where two threads of ours can have a processor each beside the client's. Elsewhere looking on takes from the others what it gives. */
export const spinHere = availableParallelism() > 2 ? SPIN_MICROS : 0;
/** Frames taken before the event loop gets a turn: as many as should fit a turn of so many milliseconds, by what they cost of late. */
const MOST_A_TURN = 32;
const TURN_MS = 4;
/** How fast that cost is forgotten, by turn. */
const COST_MEMORY = 0.7;
const MOST_VAIN = 6;
const PROBE_EVERY = 16;

/** Cells of each side, a cache line apart: asleep (1 while it must be woken), wants room, bytes taken off the port, closed. */
const LINE = 16;
const CELLS = 4 * LINE;
const ASLEEP = 0;
const WANTS_ROOM = LINE;
const TAKEN = 2 * LINE;
const CLOSED = 3 * LINE;

/** Both ends of a new link. @param capacity bytes a direction, a power of two. */
export function ringEnds(capacity = RING_BYTES): [RingEnd, RingEnd] {
  const memory = new SharedArrayBuffer(2 * CELLS * 4 + 2 * ringSize(capacity));
  const { port1, port2 } = new MessageChannel();
  return [
    { memory, capacity, side: 0, port: port1 },
    { memory, capacity, side: 1, port: port2 },
  ];
}

/** The ring that a side writes, for monitoring. */
export function ringOf({ memory, capacity, side }: Omit<RingEnd, 'port'>): RingPlace {
  return { memory, offset: 2 * CELLS * 4 + side * ringSize(capacity), capacity };
}

/** How full the rings are, 0 to 1: what `side` has written, and what was written to it. */
export function ringOccupancy(end: Omit<RingEnd, 'port'>): { readonly out: number; readonly in: number } {
  const { memory, capacity, side } = end;
  const other = side === 0 ? 1 : 0;
  return {
    out: ringFill(ringOf(end)) / capacity,
    in: ringFill(ringOf({ memory, capacity, side: other })) / capacity,
  };
}

export function ringLink(end: RingEnd, options: RingLinkOptions = {}): Link {
  return new RingLink(end, options);
}

class RingLink implements Link {
  readonly #cells: Int32Array;
  readonly #mine: number;
  readonly #theirs: number;
  readonly #writer: RingWriter;
  readonly #reader: RingReader;
  readonly #largest: number;
  readonly #port: MessagePort;
  readonly #spin: number;
  /** Frames that found no room, copied. */
  #queue: Uint8Array<ArrayBuffer>[] = [];
  #queued = 0;
  readonly #drained: (() => void)[] = [];
  readonly #closers: (() => void)[] = [];
  /** Bytes ever sent beside the ring, modulo 2^32. */
  #beside = 0;
  /** Frames taken off the port ahead of their marks. */
  readonly #arrived: Uint8Array[] = [];
  #receive: FrameHandler | undefined;
  #paused = false;
  #open = true;
  #scheduled = false;
  #sent = false;
  /** How often looking on was in vain of late, less how often it was not. */
  #vain = 0;
  #sleeps = 0;
  #slept = false;
  #moved = false;
  #activeAt = 0;
  #turnAt = 0;
  /** Frames taken in the last turn, what one costs of late, and how many are taken at most. */
  #taken = 0;
  #costMs = TURN_MS;
  #most: number;
  readonly #fair: boolean;

  constructor(end: RingEnd, options: RingLinkOptions) {
    const { spin = SPIN_MICROS, keepAlive = false, closedByOwner = false, fair = false } = options;
    this.#fair = fair;
    this.#most = fair ? 1 : MOST_A_TURN;
    const { memory, capacity, side, port } = end;
    const other = side === 0 ? 1 : 0;
    this.#cells = new Int32Array(memory, 0, 2 * CELLS);
    this.#mine = side * CELLS;
    this.#theirs = other * CELLS;
    this.#writer = new RingWriter(ringOf(end));
    this.#reader = new RingReader(ringOf({ memory, capacity, side: other }));
    this.#largest = largestRecord(capacity);
    this.#port = port;
    this.#spin = spin / 1000;
    port.on('message', this.#heard);
    if (!closedByOwner) port.on('close', this.#gone);
    if (keepAlive) port.ref();
    else port.unref();
  }

  get backlog(): number {
    return this.#writer.fill + this.#queued + this.#besideBytes;
  }

  send(head: Uint8Array, body: Uint8Array = noBytes): boolean {
    if (!this.#open) return true;
    if (this.#queue.length > 0 || !this.#put(head, body)) {
      const frame = joined(head, body);
      this.#queue.push(frame);
      this.#queued += frame.length;
    }
    this.#wakeOther();
    // An answer is likely soon: look for it, so that the other side need not wake this one.
    this.#sent = true;
    this.#stir();
    this.#paused ||= this.#queued + this.#besideBytes > HIGH_WATER;
    return !this.#paused;
  }

  onFrame(handler: FrameHandler): void {
    this.#receive = handler;
    this.#stir();
  }

  onDrain(handler: () => void): void {
    this.#drained.push(handler);
  }

  onClose(handler: () => void): void {
    this.#closers.push(handler);
  }

  close(): void {
    if (this.#open) this.#shut();
  }

  /** Into the ring, or beside it with a mark in its place; false when there is no room. */
  #put(head: Uint8Array, body: Uint8Array): boolean {
    const length = head.length + body.length;
    if (length <= this.#largest) return this.#writer.write(head, body);
    if (!this.#writer.hasRoom) return false;
    const frame = joined(head, body);
    this.#port.postMessage(frame, [frame.buffer]);
    this.#beside = (this.#beside + length) >>> 0;
    return this.#writer.mark();
  }

  /** Bytes beside the ring that the other side has not taken. */
  get #besideBytes(): number {
    return (this.#beside - Atomics.load(this.#cells, this.#theirs + TAKEN)) >>> 0;
  }

  #stir(): void {
    if (this.#scheduled || !this.#open) return;
    this.#scheduled = true;
    this.#slept = false;
    Atomics.store(this.#cells, this.#mine + ASLEEP, 0);
    setImmediate(this.#turn);
  }

  /** One look: takes what has come, sends on what waited. Then another look next turn, or sleep. */
  readonly #turn = (): void => {
    this.#scheduled = false;
    const now = performance.now();
    // Since the last turn ran what its frames set off, however deep in promises.
    if (this.#fair && this.#taken > 0) {
      const cost = (now - this.#activeAt) / this.#taken;
      this.#costMs = Math.max(cost, COST_MEMORY * this.#costMs + (1 - COST_MEMORY) * cost);
      this.#most = Math.min(Math.max(Math.floor(TURN_MS / this.#costMs), 1), MOST_A_TURN);
    }
    this.#turnAt = now;
    const came = this.#work();
    if (came && !this.#moved && !this.#slept) this.#vain = Math.max(this.#vain - 1, 0);
    this.#moved = came || this.#sent;
    this.#sent = false;
    if (!this.#open) return;
    if (this.#moved) this.#activeAt = now;
    else if (now - this.#activeAt > this.#patience && this.#sleep()) {
      this.#sleeps += 1;
      this.#vain = Math.min(this.#vain + 1, MOST_VAIN);
      this.#slept = true;
      return;
    }
    this.#stir();
  };

  /** Calls that keep the thread busy before they first wait must not add up to one long turn. */
  readonly #inTime = (): boolean => !this.#fair || performance.now() - this.#turnAt < TURN_MS;

  /** A frame beside the ring, ahead of its mark; or nothing: a call to wake. */
  readonly #heard = (message: unknown): void => {
    if (message instanceof Uint8Array) this.#arrived.push(message);
    else if (!this.#scheduled && this.#open) this.#turn();
  };

  /** Looking on is worth its processor time only where frames come of it, which they do not while the other thread waits for this processor. */
  get #patience(): number {
    return this.#vain < MOST_VAIN / 2 || this.#sleeps % PROBE_EVERY === 0 ? this.#spin : 0;
  }

  /** Whether it sleeps now; false when something came in the meantime. */
  #sleep(): boolean {
    Atomics.store(this.#cells, this.#mine + ASLEEP, 1);
    // Only now that the other side would wake this one is a last look worth anything.
    return !this.#reader.ready && !this.#flush() && !this.#otherClosed;
  }

  #wakeOther(): void {
    const at = this.#theirs + ASLEEP;
    if (Atomics.load(this.#cells, at) === 1 && Atomics.compareExchange(this.#cells, at, 1, 0) === 1)
      this.#port.postMessage(null);
  }

  get #otherClosed(): boolean {
    return Atomics.load(this.#cells, this.#theirs + CLOSED) === 1;
  }

  /** Whether anything moved. */
  #work(): boolean {
    if (!this.#open) return false;
    const closed = this.#otherClosed;
    const taken = this.#take();
    // What was sent before the close is in the ring by now.
    if (closed && taken === 0) this.#shut();
    return taken > 0 || this.#flush();
  }

  #take(): number {
    const receive = this.#receive;
    if (!receive) return 0;
    const taken = this.#reader.read(
      this.#most,
      (record) => this.#open && receive(record, true),
      () => this.#takeBeside(receive),
      this.#inTime,
    );
    this.#taken = taken;
    const wants = this.#theirs + WANTS_ROOM;
    if (taken > 0 && Atomics.load(this.#cells, wants) === 1) {
      Atomics.store(this.#cells, wants, 0);
      this.#wakeOther();
    }
    return taken;
  }

  #takeBeside(receive: FrameHandler): void {
    // Posted before its mark was written, so it is there, though its event may not have come yet.
    while (this.#arrived.length === 0) {
      const found = receiveMessageOnPort(this.#port);
      if (!found) break;
      if (found.message instanceof Uint8Array) this.#arrived.push(found.message);
    }
    const frame = this.#arrived.shift();
    if (!frame) throw new RangeError('The ring is damaged: a frame beside it is missing.');
    Atomics.add(this.#cells, this.#mine + TAKEN, frame.length);
    if (this.#open) receive(frame, false);
  }

  /** Sends on what waited and says when the other side has caught up; whether anything moved. */
  #flush(): boolean {
    if (!this.#paused && this.#queue.length === 0) return false;
    // Said before looking: room that is made after the look is then told.
    Atomics.store(this.#cells, this.#mine + WANTS_ROOM, 1);
    let moved = 0;
    for (const frame of this.#queue) {
      if (!this.#put(frame, noBytes)) break;
      this.#queued -= frame.length;
      moved += 1;
    }
    this.#queue.splice(0, moved);
    if (moved > 0) this.#wakeOther();
    if (this.#paused && this.#queued + this.#besideBytes <= HIGH_WATER / 2) {
      this.#paused = false;
      for (const handler of this.#drained) handler();
      return true;
    }
    return moved > 0;
  }

  /** The other end is gone: what it had sent is still delivered. */
  readonly #gone = (): void => {
    while (this.#open && this.#take() > 0);
    if (this.#open) this.#shut();
  };

  #shut(): void {
    this.#open = false;
    this.#queue = [];
    this.#queued = 0;
    Atomics.store(this.#cells, this.#mine + CLOSED, 1);
    this.#wakeOther();
    this.#port.close();
    for (const handler of this.#closers) handler();
  }
}
