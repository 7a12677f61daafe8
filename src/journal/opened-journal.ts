/**
 * The journal while it is open: appender, writer, reader, index and listeners under one contract.
 * It exists as the place where their states meet: what is refused when, and who is told what.
 * Invariant: listeners and index see a block after its fdatasync and in order; a disk error never acknowledges.
 */
import { LmcpError } from '../errors/index.js';
import type { EventType, StoredEvent } from '../proto/index.js';
import { Appender, type Prepared } from './append.js';
import { type BatchItem, encodeBatch } from './batch.js';
import { encodeBlock } from './block.js';
import type { Catalogue } from './catalogue.js';
import { type Cipher, nonceBytes } from './cipher.js';
import { decodeEvent, type EventInput, peekType } from './codec.js';
import { findEvent } from './find-event.js';
import type {
  Appended,
  AppendedListener,
  Journal,
  JournalDamage,
  JournalReport,
  JournalState,
  JournalStats,
} from './journal.js';
import { type PrepareOptions, prepareAll, rowsOf } from './prepare.js';
import { corrupt, diskError, type Reader } from './reading.js';
import { type JournalIndex, receiptRow, subjectRow, typeRow } from './store/journal-index.js';
import type { SegmentWriter } from './writer.js';

export interface Parts extends PrepareOptions {
  readonly catalogue: Catalogue;
  readonly writer: SegmentWriter;
  readonly reader: (onDamage: (damage: JournalDamage) => void) => Reader;
  readonly index: JournalIndex;
  readonly cipher: Cipher | undefined;
  readonly random: (size: number) => Uint8Array;
  readonly report: JournalReport;
  readonly limits: {
    readonly queueBytes: number;
    readonly blockBytes: number;
    readonly lingerMs: number;
    /** How long after a disk error the next append is refused without trying, in milliseconds. */
    readonly retryMs: number;
  };
  /** Writes the witness and gives the lock back. */
  readonly onClose: (head: { sequence: number; hash: string }) => Promise<void>;
}

export class OpenedJournal implements Journal {
  readonly report: JournalReport;
  readonly #parts: Parts;
  readonly #appender: Appender;
  readonly #reader: Reader;
  readonly #listeners = new Set<AppendedListener>();
  #damage: JournalDamage | null;
  #failure: { error: LmcpError; retryAt: number } | undefined;
  #blocks = 0;
  #closing: Promise<void> | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.report = parts.report;
    this.#damage = parts.report.damage;
    this.#reader = parts.reader((damage) => {
      this.#damage ??= damage;
    });
    this.#appender = new Appender({
      commit: (events) => this.#commit(events),
      onFailure: (error) => this.#fail(error),
      refusal: () => this.#refusal(),
      droppedEvent: (count) => this.#droppedEvent(count),
      ...parts.limits,
    });
  }

  get lastSequence(): number {
    return this.#parts.catalogue.lastSequence;
  }
  get head(): string {
    return hexOf(this.#parts.catalogue.hash);
  }
  get damage(): JournalDamage | null {
    return this.#damage;
  }
  get state(): JournalState {
    if (this.#closing) return 'closed';
    if (this.#damage) return 'damaged';
    if (this.#failure) return this.#failure.error.code === 'LMCP_DISK_FULL' ? 'full' : 'failed';
    return 'open';
  }
  get stats(): JournalStats {
    const { queuedEvents: queued, queuedBytes, dropped } = this.#appender;
    return {
      queued,
      queuedBytes,
      dropped,
      blocks: this.#blocks,
      redactions: this.#parts.redactor.redactions,
    };
  }

  append(events: readonly EventInput[], options: { readonly durable: true }): Promise<Appended>;
  append(events: readonly EventInput[], options: { readonly durable: false }): Promise<null>;
  async append(
    events: readonly EventInput[],
    options: { readonly durable: boolean },
  ): Promise<Appended | null> {
    const prepare = () => prepareAll(events, this.#parts);
    if (events.length === 0) throw new LmcpError('LMCP_BAD_EVENT', 'There is no event to append.');
    if (options.durable) return this.#appender.durable(prepare);
    this.#appender.telemetry(prepare, events.length);
    return null;
  }

  async *read(
    range: { from?: number; to?: number; types?: readonly EventType[] } = {},
  ): AsyncGenerator<StoredEvent> {
    const { from = 1, types } = range;
    const to = this.#end(range.to);
    let scanFrom = from;
    if (types) {
      await this.#parts.index.flush();
      const indexed = Math.min(to, this.#parts.index.state.sequence);
      yield* this.#decoded(this.#reader.some(this.#ofTypes(types, from, indexed)));
      scanFrom = Math.max(from, indexed + 1);
    }
    const wanted = types && new Set<EventType | undefined>(types);
    for await (const items of this.#reader.blocks(scanFrom, to)) {
      // One by one: a block of large events takes tens of times its bytes when all of it is decoded.
      for (const item of items) if (!wanted || wanted.has(peekType(item.bytes))) yield decoded(item);
    }
  }

  readBatches(range: { from: number; to?: number; maxBytes: number }): AsyncGenerator<Uint8Array> {
    return this.#reader.batches(Math.max(1, range.from), this.#end(range.to), range.maxBytes);
  }

  async *readSubject(subject: string): AsyncGenerator<StoredEvent> {
    yield* this.#withRow(subjectRow(subject));
  }

  async receipt(prediction: string): Promise<number | undefined> {
    for await (const { sequence } of this.#withRow(receiptRow(prediction))) return sequence;
    return undefined;
  }

  sequenceOf(id: string): Promise<number | undefined> {
    return findEvent(this, id);
  }

  onAppended(listener: AppendedListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async flush(): Promise<void> {
    await this.#appender.drained();
    await this.#parts.index.flush();
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#appender.close();
    await this.#parts.index.flush();
    await this.#parts.writer.close();
    await this.#parts.onClose({ sequence: this.lastSequence, hash: this.head });
  }

  /** Events of an index row; beyond what the index holds (its store failed) they are found by a scan. */
  async *#withRow(row: string): AsyncGenerator<StoredEvent> {
    const { index } = this.#parts;
    await index.flush();
    const to = this.#end();
    const indexed = Math.min(to, index.state.sequence);
    yield* this.#decoded(this.#reader.some(index.sequences(row, 1, indexed)));
    for await (const items of this.#reader.blocks(indexed + 1, to)) {
      for (const item of items) {
        const stored = decoded(item);
        if (rowsOf(stored.event).includes(row)) yield stored;
      }
    }
  }

  /** Merges the rows of several types, ascending and lazily. */
  *#ofTypes(types: readonly EventType[], from: number, to: number): Generator<number> {
    const rows = [...new Set(types)].map((type) =>
      this.#parts.index.sequences(typeRow(type), from, to)[Symbol.iterator](),
    );
    const heads = rows.map((row) => row.next());
    for (;;) {
      let least = -1;
      heads.forEach((head, i) => {
        if (!head.done && (least < 0 || head.value < Number(heads[least]?.value))) least = i;
      });
      const head = heads[least];
      const row = rows[least];
      if (!head || head.done || !row) return;
      yield head.value;
      heads[least] = row.next();
    }
  }

  async *#decoded(items: AsyncIterable<BatchItem>): AsyncGenerator<StoredEvent> {
    for await (const item of items) yield decoded(item);
  }

  /** Where a read ends. Asking for what is damaged is an error; asking for "all" gives the good prefix. */
  #end(to?: number): number {
    const damagedFrom = this.#damage?.sequence ?? Number.POSITIVE_INFINITY;
    if (this.#damage && to !== undefined && to >= damagedFrom) throw corrupt(this.#damage);
    return Math.min(to ?? this.lastSequence, this.lastSequence, damagedFrom - 1);
  }

  async #commit(events: readonly Prepared[]): Promise<Appended> {
    const { catalogue, writer, cipher, random, index } = this.#parts;
    const first = catalogue.lastSequence + 1;
    const last = first + events.length - 1;
    const batch = encodeBatch(
      first,
      events.map(({ bytes }) => bytes),
    );
    const sealing = cipher && { cipher, nonce: random(nonceBytes) };
    await writer.write(encodeBlock(batch, catalogue.hash, sealing), last);
    this.#failure = undefined;
    this.#blocks += 1;
    index.add(
      first,
      events.map(({ keys }) => keys),
      this.head,
    );
    for (const listener of this.#listeners) publish(listener, batch, first, last);
    return { first, last };
  }

  async #fail(error: unknown): Promise<LmcpError> {
    const described = diskError(error);
    // Cuts the half-written block now if the disk lets us; otherwise the next write begins with it.
    await this.#parts.writer.recover().catch(() => undefined);
    this.#failure = { error: described, retryAt: this.#parts.clock() + this.#parts.limits.retryMs };
    return described;
  }

  #refusal(): LmcpError | undefined {
    if (this.#damage) return corrupt(this.#damage);
    if (this.#failure && this.#parts.clock() < this.#failure.retryAt) return this.#failure.error;
    return undefined;
  }

  #droppedEvent(count: number): Prepared {
    const data = { case: 'captureDropped', value: { kind: 'journal-queue', count: BigInt(count) } } as const;
    const [event] = prepareAll([{ source: 'journal', data }], this.#parts);
    if (!event) throw new Error('one event in, one event out');
    return event;
  }
}

function decoded({ sequence, bytes }: BatchItem): StoredEvent {
  return { sequence, event: decodeEvent(bytes) };
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}

/** A listener's mistake must not unmake an acknowledged commit: it surfaces as an uncaught error of its own turn. */
function publish(listener: AppendedListener, batch: Uint8Array, first: number, last: number): void {
  try {
    listener(batch, first, last);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
