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
import { type Catalogue, prefixOf } from './catalogue.js';
import { catchUp } from './catch-up.js';
import { type Cipher, nonceBytes } from './cipher.js';
import { decodeEvent, type EventInput, peekType } from './codec.js';
import type { FileLayer } from './files/layer.js';
import { findEvent } from './find-event.js';
import { compactForgotten, forgottenIn } from './forgotten.js';
import { segmentsFolder } from './format.js';
import type {
  Appended,
  AppendedListener,
  CompactReport,
  Journal,
  JournalDamage,
  JournalPrefix,
  JournalReport,
  JournalState,
  JournalStats,
} from './journal.js';
import { type PrepareOptions, prepareAll, rowsOf } from './prepare.js';
import { corrupt, diskError, type Reader } from './reading.js';
import { probeDisk, Recovery } from './recovery.js';
import { asidePrefix } from './repair.js';
import { type JournalIndex, receiptRow, subjectRow } from './store/journal-index.js';
import { typeSequences } from './store/type-sequences.js';
import type { SegmentWriter } from './writer.js';

export interface Parts extends PrepareOptions {
  readonly files: FileLayer;
  /** Folder of this journal. */
  readonly directory: string;
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
    /** Longest pause between two attempts of its own, in milliseconds. */
    readonly longestRetryMs: number;
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
  readonly #recovery: Recovery;
  #blocks = 0;
  #closing: Promise<void> | undefined;
  #writing: Promise<unknown> = Promise.resolve();
  #compacting: Promise<unknown> = Promise.resolve();

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
    const { files, directory, clock, limits } = parts;
    this.#recovery = new Recovery({
      clock,
      retryMs: limits.retryMs,
      longestMs: limits.longestRetryMs,
      // Room for one full block, or the first one would only fail again.
      attempt: () => probeDisk(files, directory, limits.blockBytes),
      describe: diskError,
      onRecovered: () => {
        this.#appender.declare();
        void this.#mendIndex();
      },
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
    const { error } = this.#recovery;
    if (error) return error.code === 'LMCP_DISK_FULL' ? 'full' : 'failed';
    return 'open';
  }
  get problem(): LmcpError | null {
    return this.#damage ? corrupt(this.#damage) : (this.#recovery.error ?? null);
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

  leftOut(count: number): void {
    if (count > 0) this.#appender.leftOut(count);
  }

  async *read(range: Parameters<Journal['read']>[0] = {}): AsyncGenerator<StoredEvent> {
    // One by one: a block of large events takes tens of times its bytes when all of it is decoded.
    for await (const item of this.readEncoded(range)) yield decoded(item);
  }

  async *readEncoded(range: Parameters<Journal['readEncoded']>[0] = {}): AsyncGenerator<BatchItem> {
    const { from = 1, types } = range;
    const to = this.#end(range.to);
    let scanFrom = from;
    const wanted = types && new Set<EventType | undefined>(types);
    if (wanted) {
      await this.#parts.index.flush();
      const indexed = Math.min(to, this.#parts.index.state.sequence);
      const rows = typeSequences(this.#parts.index, types, { from, to: indexed });
      // While a compaction runs, a row may lead to a tombstone.
      for await (const item of this.#reader.some(rows)) if (wanted.has(peekType(item.bytes))) yield item;
      scanFrom = Math.max(from, indexed + 1);
    }
    for await (const items of this.#reader.blocks(scanFrom, to))
      for (const item of items) if (!wanted || wanted.has(peekType(item.bytes))) yield item;
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

  compact(): Promise<CompactReport> {
    const { files, directory, catalogue, cipher, random, writer, index } = this.#parts;
    const compacting = this.#compacting.then(async () => {
      const folder = segmentsFolder(directory);
      const aside = (await files.list(directory)).filter((name) => name.startsWith(asidePrefix));
      const { all: forgotten } = await forgottenIn(this);
      if (forgotten.isEmpty) return { segments: 0, events: 0, freedBytes: 0, aside };
      const report = await compactForgotten({ files, folder, catalogue, cipher, random, forgotten }, () =>
        this.#alone(() => writer.roll()),
      );
      // Also when nothing is left to rewrite: a crash may have come between a compaction and this.
      await index.rebuild(
        () => this.lastSequence,
        (mended) => catchUp(mended, catalogue, this.#reader),
      );
      await index.vacuum();
      return { ...report, aside };
    });
    this.#compacting = compacting.catch(() => undefined);
    return compacting.catch((error: unknown) => {
      throw diskError(error);
    });
  }

  prefix(): JournalPrefix {
    return prefixOf(this.#parts.catalogue);
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
    this.#recovery.stop();
    await this.#compacting;
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
    for await (const item of this.#reader.some(index.sequences(row, 1, indexed))) {
      const stored = decoded(item);
      // While a compaction runs, a row may lead to a tombstone.
      if (stored.event.data.case !== undefined) yield stored;
    }
    for await (const items of this.#reader.blocks(indexed + 1, to)) {
      for (const item of items) {
        const stored = decoded(item);
        if (rowsOf(stored.event).includes(row)) yield stored;
      }
    }
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
    await this.#alone(() => writer.write(encodeBlock(batch, catalogue.hash, sealing), last));
    this.#recovery.succeeded();
    this.#blocks += 1;
    index.add(
      first,
      events.map(({ keys }) => keys),
      this.head,
    );
    for (const listener of this.#listeners) publish(listener, batch, first, last);
    return { first, last };
  }

  /** One at a time: blocks, and the end of a segment. */
  #alone<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#writing.then(work);
    this.#writing = done.catch(() => undefined);
    return done;
  }

  async #fail(error: unknown): Promise<LmcpError> {
    const described = diskError(error);
    // Cuts the half-written block now if the disk lets us; otherwise the next write begins with it.
    await this.#parts.writer.recover().catch(() => undefined);
    this.#recovery.failed(described);
    return described;
  }

  /** The index's store may have been refused by the same disk; what it missed is read back and indexed. */
  async #mendIndex(): Promise<void> {
    const { index, catalogue } = this.#parts;
    // A damaged block was told to its reader already; the index ends before it.
    await index
      .mend(
        () => this.lastSequence,
        (mended) => catchUp(mended, catalogue, this.#reader),
      )
      .catch(() => undefined);
  }

  #refusal(): LmcpError | undefined {
    if (this.#damage) return corrupt(this.#damage);
    return this.#recovery.refusal;
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
