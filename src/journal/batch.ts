/**
 * A batch: consecutive events as length-delimited bytes under their first sequence.
 * It exists because the payload of a block and the frame sent to other threads are the same bytes: no encoding twice.
 * Invariant: a batch that is not exactly its own length and count is refused, never read in part.
 *
 * Layout: first sequence u64 LE · count u32 LE · count × (length varint · event bytes).
 */
import { LmcpError } from '../errors/index.js';
import type { EventType, StoredEvent } from '../proto/index.js';
import { decodeEvent, peekType } from './codec.js';

const headerBytes = 12;

/** Bytes that `encodeBatch` adds to an event of that length. */
export function framedLength(eventLength: number): number {
  let bytes = 1;
  for (let rest = eventLength; rest > 0x7f; rest = Math.floor(rest / 128)) bytes += 1;
  return bytes + eventLength;
}

/** Joins encoded events; the first gets `firstSequence` (from 1, below 2^53), the next ones follow. */
export function encodeBatch(firstSequence: number, events: readonly Uint8Array[]): Uint8Array {
  const size = events.reduce((sum, event) => sum + framedLength(event.length), headerBytes);
  const out = new Uint8Array(size);
  const view = new DataView(out.buffer);
  view.setBigUint64(0, BigInt(firstSequence), true);
  view.setUint32(8, events.length, true);
  let at = headerBytes;
  for (const event of events) {
    let rest = event.length;
    for (; rest > 0x7f; rest = Math.floor(rest / 128)) out[at++] = (rest % 128) | 0x80;
    out[at++] = rest;
    out.set(event, at);
    at += event.length;
  }
  return out;
}

/** One event of a batch, still encoded; `bytes` is a view into the batch. */
export interface BatchItem {
  readonly sequence: number;
  readonly bytes: Uint8Array;
}

/** First sequence and count of a batch, from its header. @throws LMCP_BAD_STATE */
export function batchRange(batch: Uint8Array): { readonly first: number; readonly count: number } {
  if (batch.length < headerBytes) throw bad('it is shorter than its header');
  const view = new DataView(batch.buffer, batch.byteOffset, batch.byteLength);
  return { first: Number(view.getBigUint64(0, true)), count: view.getUint32(8, true) };
}

/** Splits a batch without decoding its events. @throws LMCP_BAD_STATE when the bytes are not one whole batch. */
export function splitBatch(batch: Uint8Array): BatchItem[] {
  const { first, count } = batchRange(batch);
  const items: BatchItem[] = [];
  let at = headerBytes;
  for (let i = 0; i < count; i += 1) {
    let length = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = batch[at++];
      if (byte === undefined) throw bad('it ends inside a length');
      length += (byte & 0x7f) * scale;
      if (byte < 0x80) break;
    }
    if (at + length > batch.length) throw bad('it ends inside an event');
    items.push({ sequence: first + i, bytes: batch.subarray(at, at + length) });
    at += length;
  }
  if (at !== batch.length) throw bad('bytes follow its last event');
  return items;
}

/** Splits and decodes a batch. @throws LMCP_BAD_STATE when the bytes are not one whole batch of events. */
export function decodeBatch(batch: Uint8Array): StoredEvent[] {
  return splitBatch(batch).map(decoded);
}

/** A batch whose events are decoded as they are taken: two thousand at once would hold a thread for ten milliseconds. */
export class LazyBatch implements Iterable<StoredEvent> {
  readonly #items: readonly BatchItem[];

  /** @throws LMCP_BAD_STATE when the bytes are not one whole batch; an event that cannot be decoded throws when it is taken. */
  constructor(batch: Uint8Array | undefined) {
    this.#items = batch === undefined ? [] : splitBatch(batch);
  }

  get length(): number {
    return this.#items.length;
  }

  /** Sequence of its last event; undefined when there is none. */
  get last(): number | undefined {
    return this.#items.at(-1)?.sequence;
  }

  *[Symbol.iterator](): Generator<StoredEvent> {
    for (const item of this.#items) yield decoded(item);
  }

  /** The events of some types; the others are not decoded. */
  *of(types: ReadonlySet<EventType>): Generator<StoredEvent> {
    for (const item of this.#items) {
      const type = peekType(item.bytes);
      if (type !== undefined && types.has(type)) yield decoded(item);
    }
  }

  /** The sequences of events of some types, and the type of each; nothing is decoded. */
  *typesOf(
    types: ReadonlySet<EventType>,
  ): Generator<{ readonly sequence: number; readonly type: EventType }> {
    for (const { sequence, bytes } of this.#items) {
      const type = peekType(bytes);
      if (type !== undefined && types.has(type)) yield { sequence, type };
    }
  }
}

function decoded({ sequence, bytes }: BatchItem): StoredEvent {
  try {
    return { sequence, event: decodeEvent(bytes) };
  } catch (cause) {
    throw new LmcpError('LMCP_BAD_STATE', `Event ${sequence} of the batch cannot be decoded.`, { cause });
  }
}

function bad(why: string): LmcpError {
  return new LmcpError('LMCP_BAD_STATE', `The batch is damaged: ${why}.`);
}
