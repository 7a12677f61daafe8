/**
 * One thread's way into one workspace's journal: gathers what is written in one turn, bounds what is under way, counts what is left out.
 * It exists so that writers faster than the disk wait (durable) or are sampled (telemetry) in their own thread, before they fill memory.
 * Invariant: at most `DURABLE_BYTES` and one call of durable events, and `NOTE_BYTES` of telemetry, are under way at once; durable
 * calls keep their order and end once each; every note is on its way, or counted in `dropped` and told to the journal.
 */
import { create, toBinary } from '@bufbuild/protobuf';
import { describeError } from '../errors/index.js';
import { encodeBatch } from '../journal/index.js';
import { EventSchema } from '../proto/index.js';
import type { JournalMethods, NoMethods } from './messages.js';
import type { Peer } from './peer.js';
import type { EventInit } from './services.js';

/** Durable events under way, in bytes; a call beyond it waits, unencoded. */
export const DURABLE_BYTES = 4 * 1024 * 1024;
/** Telemetry not yet taken by the journal thread, in bytes; what is beyond it is dropped. */
export const NOTE_BYTES = 1024 * 1024;
/** Durable calls of one turn share a frame up to so many bytes. */
const GROUP_BYTES = 256 * 1024;
/** After so many bytes of telemetry one frame asks for an answer: it tells that all before it were taken. */
const ASK_AFTER_BYTES = 64 * 1024;
/** How long telemetry that nobody will ask for is gathered, in milliseconds: a frame wakes the journal's thread. */
const GATHER_MS = 5;

interface Call {
  readonly events: readonly EventInit[];
  resolve(last: number): void;
  reject(error: unknown): void;
}

interface Encoded {
  readonly call: Call;
  readonly events: readonly Uint8Array[];
  readonly bytes: number;
}

export class JournalLane {
  readonly #workspace: string;
  readonly #line: () => Peer<JournalMethods, NoMethods>;
  #calls: Call[] = [];
  #notes: Uint8Array[] = [];
  #scheduled = false;
  #later: NodeJS.Timeout | undefined;
  #durableBytes = 0;
  #noteBytes = 0;
  /** Telemetry sent since the last frame that asked for an answer. */
  #unasked = 0;
  /** Frames whose answer is still to come. */
  #asked = 0;
  #dropped = 0;
  #untold = 0;

  constructor(workspace: string, line: () => Peer<JournalMethods, NoMethods>) {
    this.#workspace = workspace;
    this.#line = line;
  }

  /** Telemetry left out for want of room, since the start. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Bytes gathered or under way, of both kinds. */
  get bytes(): number {
    return this.#durableBytes + this.#noteBytes;
  }

  /** Resolves with the last sequence once all of it is on disk; waits for room first. */
  append(events: readonly EventInit[]): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#calls.push({ events, resolve, reject });
      this.#schedule();
    });
  }

  /** Never waits and never throws for the journal's sake. @param soon sends at the end of this turn, else a few milliseconds later. */
  note(events: readonly EventInit[], soon = true): void {
    const full = this.#noteBytes >= NOTE_BYTES;
    const encoded = full ? [] : events.map((event) => encode(this.#workspace, event));
    const bytes = bytesOf(encoded);
    if (full || (this.#noteBytes > 0 && this.#noteBytes + bytes > NOTE_BYTES)) this.#drop(events.length);
    else {
      this.#notes.push(...encoded);
      this.#noteBytes += bytes;
    }
    if (soon) this.#schedule();
    else this.#later ??= setTimeout(() => this.flush(), GATHER_MS);
  }

  /** Sends what was noted so far. */
  flush(): void {
    clearTimeout(this.#later);
    this.#later = undefined;
    this.#sendNotes();
  }

  /** What one turn writes goes in one frame: a frame costs some ten microseconds on either side, whatever it holds. */
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      this.#sendNotes();
      this.#sendCalls();
    });
  }

  #sendNotes(): void {
    // With nothing but a count to tell, the next answer is waited for: the journal is busy enough.
    if (this.#notes.length === 0 && (this.#untold === 0 || this.#asked > 0)) return;
    const notes = this.#notes;
    const bytes = bytesOf(notes);
    const ask = { workspace: this.#workspace, durable: false, dropped: this.#untold };
    this.#notes = [];
    this.#untold = 0;
    try {
      const line = this.#line();
      const body = encodeBatch(0, notes);
      if (this.#unasked + bytes < ASK_AFTER_BYTES) line.cast('append', ask, body);
      else this.#taken(line.request('append', ask, { body }), this.#unasked + bytes);
      this.#unasked = this.#unasked + bytes < ASK_AFTER_BYTES ? this.#unasked + bytes : 0;
    } catch {
      // The journal's thread is being stopped.
      this.#noteBytes -= bytes;
      this.#drop(notes.length);
      this.#untold += ask.dropped;
    }
  }

  /** Frames arrive in order, so an answer speaks for all that went before it; a dead thread holds none of them any more. */
  #taken(answered: Promise<unknown>, bytes: number): void {
    this.#asked += 1;
    const free = () => {
      this.#asked -= 1;
      this.#noteBytes -= bytes;
      if (this.#untold > 0) this.#schedule();
    };
    answered.then(free, free);
  }

  #sendCalls(): void {
    while (this.#calls.length > 0 && this.#durableBytes < DURABLE_BYTES) {
      const group: Encoded[] = [];
      let bytes = 0;
      while (bytes < GROUP_BYTES && this.#durableBytes + bytes < DURABLE_BYTES) {
        const call = this.#calls.shift();
        if (!call) break;
        const encoded = this.#encodeCall(call);
        if (!encoded) continue;
        group.push(encoded);
        bytes += encoded.bytes;
      }
      if (group.length > 0) this.#send(group);
    }
  }

  #encodeCall(call: Call): Encoded | undefined {
    try {
      const events = call.events.map((event) => encode(this.#workspace, event));
      return { call, events, bytes: bytesOf(events) };
    } catch (error) {
      call.reject(error);
      return undefined;
    }
  }

  #send(group: readonly Encoded[]): void {
    const bytes = group.reduce((sum, each) => sum + each.bytes, 0);
    this.#durableBytes += bytes;
    const body = encodeBatch(
      0,
      group.flatMap(({ events }) => events),
    );
    const ask = { workspace: this.#workspace, durable: true, dropped: 0 };
    const asked = (async () => (await this.#line().request('append', ask, { body })).meta.first)();
    asked
      .then(
        (first) => share(group, first),
        (error: unknown) => this.#refused(group, error),
      )
      .finally(() => {
        this.#durableBytes -= bytes;
        if (this.#calls.length > 0) this.#schedule();
      });
  }

  /** A bad call is refused whole, before anything of it is taken; the others of its frame go again, each by itself. */
  #refused(group: readonly Encoded[], error: unknown): void {
    const { code } = describeError(error);
    const theirs = code === 'LMCP_BAD_EVENT' || code === 'LMCP_TOO_LARGE';
    if (theirs && group.length > 1) for (const each of group) this.#send([each]);
    else for (const { call } of group) call.reject(error);
  }

  #drop(count: number): void {
    this.#dropped += count;
    this.#untold += count;
  }
}

function share(group: readonly Encoded[], first: number): void {
  let next = first;
  for (const { call, events } of group) {
    next += events.length;
    call.resolve(next - 1);
  }
}

function encode(workspace: string, event: EventInit): Uint8Array {
  return toBinary(EventSchema, create(EventSchema, { ...event, workspace } as EventInit));
}

function bytesOf(events: readonly Uint8Array[]): number {
  return events.reduce((sum, event) => sum + event.length, 0);
}
