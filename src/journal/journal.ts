/**
 * What an open journal can do: append, read, publish, say how it is.
 * It exists apart from its parts so that the thread around it and the tests hold one small contract.
 * Invariant: sequences are dense from 1; a read returns only verified events, in sequence, none of them past `lastSequence`.
 */
import type { LmcpError } from '../errors/index.js';
import type { EventType, StoredEvent } from '../proto/index.js';
import type { EventInput } from './codec.js';

/** First and last sequence that an append was given. */
export interface Appended {
  readonly first: number;
  readonly last: number;
}

/** `full` and `failed` heal by themselves once the disk takes writes again; `damaged` needs `repairJournal`. */
export type JournalState = 'open' | 'full' | 'failed' | 'damaged' | 'closed';

/** Corruption: where it begins. Everything before `sequence` is good and stays readable. */
export interface JournalDamage {
  /** First sequence that cannot be read. */
  readonly sequence: number;
  /** Segment file name, relative to the journal's folder. */
  readonly segment: string;
  /** Byte offset of the bad block in that file. */
  readonly offset: number;
  readonly reason: string;
}

/** What opening found and did. */
export interface JournalReport {
  /** Set when an unacknowledged, torn tail was cut off: how many bytes, and the last good sequence before them. */
  readonly cut: { readonly cutBytes: number; readonly atSequence: number; readonly segment: string } | null;
  readonly damage: JournalDamage | null;
  /** How the indexes were brought up to date: events indexed now, and whether they were rebuilt from nothing. */
  readonly index: { readonly caughtUp: number; readonly rebuilt: boolean };
  readonly segments: number;
  /** Bytes of all segments after the cut. */
  readonly bytes: number;
}

/** What is acknowledged at one moment: a consistent prefix, for a backup. */
export interface JournalPrefix {
  readonly last: number;
  /** SHA-256 (hex) of the last block; 64 zeros when empty. */
  readonly head: string;
  /** Files of the segments folder, in order, and how many bytes of each count. */
  readonly segments: readonly { readonly name: string; readonly size: number }[];
}

/** What a compaction did. */
export interface CompactReport {
  /** Segments that were rewritten. */
  readonly segments: number;
  /** Payloads that are gone now and were there before. */
  readonly events: number;
  /** Of the segments; below zero where tombstones take more than the small events they stand for. */
  readonly freedBytes: number;
  /** Folders of repairs before (`damaged-<n>`): what was moved there is as it was. */
  readonly aside: readonly string[];
}

export interface JournalStats {
  /** Events waiting for the disk. */
  readonly queued: number;
  /** Bytes waiting for the disk. */
  readonly queuedBytes: number;
  /** Telemetry events not taken since open, because the queue was full or the disk refused. */
  readonly dropped: number;
  /** Blocks (= group commits = fdatasyncs) since open. */
  readonly blocks: number;
  /** Strings the redactor changed since open. */
  readonly redactions: number;
}

/** Called after fdatasync, in order, with one encoded batch (see `decodeBatch`). It must not throw and must not keep the bytes' buffer writable. */
export type AppendedListener = (batch: Uint8Array, first: number, last: number) => void;

export interface Journal {
  /** Last acknowledged sequence (what can be read may end before it: see `damage`); 0 when the journal is empty. */
  readonly lastSequence: number;
  /** SHA-256 (hex) of the last block: equal heads mean equal journals. 64 zeros when empty. */
  readonly head: string;
  readonly state: JournalState;
  /** Why it takes no events now: LMCP_DISK_FULL, LMCP_DISK, LMCP_JOURNAL_CORRUPT; null while it does. Reading goes on. */
  readonly problem: LmcpError | null;
  readonly damage: JournalDamage | null;
  readonly report: JournalReport;
  readonly stats: JournalStats;

  /**
   * Redacts, numbers and writes the events in this order; resolves after fdatasync.
   * Waits while the queue is full (back-pressure). Hand many or large events in encoded: they then cost their bytes alone while
   * they wait. At most 65,536 events and 8 MiB a call, 4 MiB an event.
   * @throws LMCP_BAD_EVENT, LMCP_TOO_LARGE (nothing of this call was taken); LMCP_DISK_FULL, LMCP_DISK (not acknowledged;
   * a retry is safe after LMCP_DISK_FULL); LMCP_JOURNAL_CORRUPT (read-only until repaired).
   */
  append(events: readonly EventInput[], options: { readonly durable: true }): Promise<Appended>;
  /**
   * Telemetry: queued in order with the rest, resolves at once and never rejects for the disk's sake. What finds no room is
   * counted in `stats.dropped` and written later as one `captureDropped` event.
   * @throws LMCP_BAD_EVENT, LMCP_TOO_LARGE
   */
  append(events: readonly EventInput[], options: { readonly durable: false }): Promise<null>;
  /** Counts telemetry that a writer left out before it came here; told by the next `captureDropped` event. */
  leftOut(count: number): void;

  /**
   * Events `from`…`to` (both included; default: all so far), optionally of some types only (through the index).
   * Once damage is known, "all" means the good prefix, and a `to` beyond it is an error.
   * @throws LMCP_JOURNAL_CORRUPT at the first event that does not verify; all before it were yielded.
   */
  read(range?: {
    readonly from?: number;
    readonly to?: number;
    readonly types?: readonly EventType[];
  }): AsyncIterable<StoredEvent>;
  /** As `read`, but as they lie on disk, without decoding them; so also tombstones, where no types are named. */
  readEncoded(range?: {
    readonly from?: number;
    readonly to?: number;
    readonly types?: readonly EventType[];
  }): AsyncIterable<{ readonly sequence: number; readonly bytes: Uint8Array }>;
  /** The same events as encoded batches of at most `maxBytes` (one larger event makes one larger batch), without decoding them. */
  readBatches(range: {
    readonly from: number;
    readonly to?: number;
    readonly maxBytes: number;
  }): AsyncIterable<Uint8Array>;
  /** Events that speak of a subject, e.g. `commit:3f2a…`, `build:17`, `incident:…` (see store/subjects.ts), oldest first. */
  readSubject(subject: string): AsyncIterable<StoredEvent>;
  /** Sequence of the receipt (`predictionMade`) with that prediction id; undefined when there is none. */
  receipt(prediction: string): Promise<number | undefined>;

  /** Sequence of the event with that id; undefined when there is none. Looks into the blocks, about one for each doubling. */
  sequenceOf(id: string): Promise<number | undefined>;

  /**
   * Takes the payloads that `eventsForgotten` events name off the disk: segments that hold them are rewritten, with tombstones in
   * their place, and the index is made anew; the store is written anew at its next opening, so that no page of it keeps what was
   * removed. Sequences, chain and head stay.
   * @throws LMCP_JOURNAL_CORRUPT, LMCP_DISK, LMCP_DISK_FULL; what was rewritten before stays so, and a retry goes on
   */
  compact(): Promise<CompactReport>;

  /** What is on disk now. Segments only grow behind it, until one is compacted. */
  prefix(): JournalPrefix;

  /** Listens to what is appended from now on; returns the function that stops it. */
  onAppended(listener: AppendedListener): () => void;
  /** Resolves when everything queued so far is on disk or refused, and the indexes hold it. */
  flush(): Promise<void>;
  /** Flushes, writes the witness of a clean end, gives the folder free. Idempotent. */
  close(): Promise<void>;
}
