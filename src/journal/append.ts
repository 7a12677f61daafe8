/**
 * Group commit: what callers append while one fdatasync runs goes to disk together with the next, as one block.
 * It exists because a sync costs the same for one event as for a thousand.
 * Invariant: order of calls is order of events; a durable call resolves only after its block was synced; one block is under way at a time.
 */
import { LmcpError } from '../errors/index.js';
import { framedLength } from './batch.js';
import type { Appended } from './journal.js';

/** One event ready for the disk. */
export interface Prepared {
  readonly bytes: Uint8Array;
  /** Rows for the index, made when the event was at hand decoded. */
  readonly keys: readonly string[];
}

export interface AppenderOptions {
  /** Writes one block with these events, in this order, and syncs it; resolves with the sequences they got. */
  readonly commit: (events: readonly Prepared[]) => Promise<Appended>;
  /** Cleans up after a disk error, says what callers see, and decides whether later calls are to be tried. */
  readonly onFailure: (error: unknown) => Promise<LmcpError>;
  /** The error to refuse a new call with right now, or undefined to take it. */
  readonly refusal: () => LmcpError | undefined;
  /** An event that tells how much telemetry was left out. */
  readonly droppedEvent: (count: number) => Prepared;
  /** Bytes that may wait. Beyond it durable calls wait their turn and telemetry is dropped. */
  readonly queueBytes: number;
  /** Bytes after which a block takes no further call. */
  readonly blockBytes: number;
  /** How long telemetry alone waits for company, in milliseconds. */
  readonly lingerMs: number;
}

interface Call {
  readonly events: readonly Prepared[];
  readonly bytes: number;
  /** Absent for telemetry. */
  readonly settle?: { resolve(appended: Appended): void; reject(error: LmcpError): void };
}

export class Appender {
  dropped = 0;
  #undeclared = 0;
  #queue: Call[] = [];
  #queuedBytes = 0;
  #queuedEvents = 0;
  readonly #waiting: (() => void)[] = [];
  /** Waiting calls that were let in and have not run yet: nobody may overtake them. */
  #entering = 0;
  #running: Promise<void> | undefined;
  #endLinger: (() => void) | undefined;
  #closed = false;

  constructor(private readonly options: AppenderOptions) {}

  get queuedBytes(): number {
    return this.#queuedBytes;
  }
  get queuedEvents(): number {
    return this.#queuedEvents;
  }

  /** Queues events that must be acknowledged. `prepare` runs once there is room, in the order of calls. */
  async durable(prepare: () => readonly Prepared[]): Promise<Appended> {
    if (this.#mustWait()) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
      this.#entering -= 1;
    }
    try {
      const refused = this.#closed ? closedError() : this.options.refusal();
      if (refused) throw refused;
      const events = prepare();
      const appended = new Promise<Appended>((resolve, reject) => this.#push(events, { resolve, reject }));
      this.#admit();
      return await appended;
    } catch (error) {
      this.#admit();
      throw error;
    }
  }

  /** Queues telemetry, or counts it as dropped. */
  telemetry(prepare: () => readonly Prepared[], count: number): void {
    if (this.#closed || this.#queuedBytes > this.options.queueBytes || this.options.refusal())
      this.#drop(count);
    else this.#push(prepare());
  }

  /** Counts telemetry that was left out before it came here. */
  leftOut(count: number): void {
    this.#drop(count);
    this.declare();
  }

  /** Writes the event that tells how much was left out, if anything was and the disk takes it; the next block carries it else. */
  declare(): void {
    if (this.#undeclared > 0 && !this.#closed && !this.options.refusal()) this.#push([]);
  }

  /** Resolves when everything queued so far is on disk or refused, however much comes after it. */
  async drained(): Promise<void> {
    if (!this.#running) return;
    await new Promise<void>((resolve) => {
      const ended = () => resolve();
      this.#push([], { resolve: ended, reject: ended });
    });
  }

  /** Takes no further calls and drains. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#admit();
    this.#endLinger?.();
    while (this.#running) {
      await this.#running;
      this.#endLinger?.();
    }
  }

  #push(events: readonly Prepared[], settle?: NonNullable<Call['settle']>): void {
    const bytes = events.reduce((sum, event) => sum + framedLength(event.bytes.length), 0);
    this.#queue.push({ events, bytes, ...(settle && { settle }) });
    this.#queuedBytes += bytes;
    this.#queuedEvents += events.length;
    if (settle) this.#endLinger?.();
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
  }

  async #run(): Promise<void> {
    // A turn of the event loop lets the calls of this turn gather in one block.
    await Promise.resolve();
    while (this.#queue.length > 0) {
      if (!this.#closed && this.#queue.every((call) => call.settle === undefined)) await this.#linger();
      const group = this.#take();
      try {
        await this.#write(group);
      } catch (error) {
        this.#fail(group, await this.options.onFailure(error));
      }
    }
  }

  async #write(group: readonly Call[]): Promise<void> {
    const missing = this.#undeclared;
    const events = group.flatMap((call) => call.events);
    const tail = missing > 0 ? [this.options.droppedEvent(missing)] : [];
    // A group may hold nothing but those who wait for what was before them.
    const nothing = events.length + tail.length === 0;
    const { first, last } = nothing ? { first: 1, last: 0 } : await this.options.commit([...events, ...tail]);
    this.#undeclared -= missing;
    this.#done(group);
    let next = first;
    for (const call of group) {
      call.settle?.resolve({ first: next, last: next + call.events.length - 1 });
      next += call.events.length;
    }
    if (next - 1 + tail.length !== last) throw new Error('the commit counted other events than it was given');
  }

  /** The group failed, and with it all that waits behind it: order would break otherwise. */
  #fail(group: readonly Call[], error: LmcpError): void {
    const rest = this.#queue;
    this.#queue = [];
    this.#done([...group, ...rest]);
    for (const call of [...group, ...rest]) {
      if (call.settle) call.settle.reject(error);
      else this.#drop(call.events.length);
    }
  }

  #take(): Call[] {
    let bytes = 0;
    let count = 0;
    for (const call of this.#queue) {
      if (count > 0 && bytes + call.bytes > this.options.blockBytes) break;
      bytes += call.bytes;
      count += 1;
    }
    return this.#queue.splice(0, count);
  }

  #done(calls: readonly Call[]): void {
    for (const call of calls) {
      this.#queuedBytes -= call.bytes;
      this.#queuedEvents -= call.events.length;
    }
    this.#admit();
  }

  /** Lets the next waiting call in when there is room (or, once closed, to be refused). One at a time keeps their order. */
  #admit(): void {
    if (this.#entering > 0 || (!this.#closed && this.#queuedBytes > this.options.queueBytes)) return;
    const enter = this.#waiting.shift();
    if (!enter) return;
    this.#entering += 1;
    enter();
  }

  #mustWait(): boolean {
    const full = this.#queuedBytes > this.options.queueBytes;
    return !this.#closed && (full || this.#waiting.length > 0 || this.#entering > 0);
  }

  #drop(count: number): void {
    this.dropped += count;
    this.#undeclared += count;
  }

  async #linger(): Promise<void> {
    const enough = () => this.#queuedBytes >= this.options.blockBytes;
    if (enough()) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, this.options.lingerMs);
      this.#endLinger = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#endLinger = undefined;
  }
}

function closedError(): LmcpError {
  return new LmcpError('LMCP_SERVER_DOWN', 'The journal is closed.');
}
