/**
 * Reads acknowledged events back: whole blocks in order, or the few blocks that hold given sequences.
 * It exists so that memory is bounded by one block however long the journal is.
 * Invariant: every block is verified again at every read; the first that fails ends the read with LMCP_JOURNAL_CORRUPT.
 */
import { describeError, LmcpError } from '../errors/index.js';
import { type BatchItem, encodeBatch, framedLength, splitBatch } from './batch.js';
import { BadBlock, openBlock } from './block.js';
import { type Catalogue, notePlace, placeBefore, type Segment } from './catalogue.js';
import type { Cipher } from './cipher.js';
import type { FileLayer } from './files/layer.js';
import type { JournalDamage } from './journal.js';
import { type Place, SegmentFault, walkBlocks } from './segment.js';

export interface ReaderOptions {
  readonly files: FileLayer;
  readonly catalogue: Catalogue;
  readonly cipher: Cipher | undefined;
  /** Told when a read finds what opening did not. */
  readonly onDamage: (damage: JournalDamage) => void;
}

/** The segment was rewritten while it was read: what it holds is to be looked up anew. */
class Moved extends Error {}

export class Reader {
  constructor(private readonly options: ReaderOptions) {}

  /** Encoded events `from`…`to`, a list a block. What is appended meanwhile beyond `to` is not waited for. */
  async *blocks(from: number, to: number): AsyncGenerator<BatchItem[]> {
    const { catalogue } = this.options;
    let next = Math.max(1, from);
    while (next <= to) {
      const segment = catalogue.segments[catalogue.find(next)];
      if (!segment) return;
      try {
        for await (const items of this.#segment(segment, next, to)) {
          next = (items.at(-1)?.sequence ?? next) + 1;
          yield items;
        }
      } catch (error) {
        if (!(error instanceof Moved)) throw error;
      }
    }
  }

  /** The events with these sequences (ascending). */
  async *some(sequences: Iterable<number>): AsyncGenerator<BatchItem> {
    let block: BatchItem[] = [];
    for (const sequence of sequences) {
      const last = block.at(-1)?.sequence ?? 0;
      if (sequence > last) block = await this.#blockOf(sequence);
      const item = block[sequence - (block[0]?.sequence ?? 0)];
      if (item) yield item;
    }
  }

  /** Batches of at most `maxBytes`; a single larger event makes one of its own. */
  async *batches(from: number, to: number, maxBytes: number): AsyncGenerator<Uint8Array> {
    let gathered: BatchItem[] = [];
    let bytes = 12;
    const batch = () =>
      encodeBatch(
        gathered[0]?.sequence ?? 0,
        gathered.map((item) => item.bytes),
      );
    for await (const items of this.blocks(from, to)) {
      for (const item of items) {
        const length = framedLength(item.bytes.length);
        if (gathered.length > 0 && bytes + length > maxBytes) {
          yield batch();
          gathered = [];
          bytes = 12;
        }
        gathered.push(item);
        bytes += length;
      }
    }
    if (gathered.length > 0) yield batch();
  }

  async #blockOf(sequence: number): Promise<BatchItem[]> {
    const { catalogue } = this.options;
    for (;;) {
      const segment = catalogue.segments[catalogue.find(sequence)];
      if (!segment) return [];
      try {
        for await (const items of this.#segment(segment, sequence, sequence, true)) return items;
        return [];
      } catch (error) {
        if (!(error instanceof Moved)) throw error;
      }
    }
  }

  /** Items of a segment's blocks from the one that holds `from`; `whole` keeps those of that block before it. */
  async *#segment(segment: Segment, from: number, to: number, whole = false): AsyncGenerator<BatchItem[]> {
    const { files, cipher } = this.options;
    const start = placeBefore(segment, from);
    const file = await this.#guard(start, segment, () => files.open(segment.path, 'read'));
    try {
      const steps = walkBlocks(file, start, segment.size);
      for (;;) {
        const step = await this.#guard(start, segment, () => steps.next());
        if (step.done) break;
        const { header, bytes, offset, last, hash } = step.value;
        notePlace(segment, { offset: offset + bytes.length, next: last + 1, previous: hash });
        if (last < from) continue;
        const place = { offset, next: header.first, previous: header.previous };
        const items = await this.#guard(place, segment, async () =>
          splitBatch(openBlock(bytes, header, cipher)),
        );
        const wanted = whole ? items : items.filter(({ sequence }) => sequence >= from && sequence <= to);
        yield wanted;
        if (last >= to) return;
      }
    } finally {
      await file.close();
    }
  }

  async #guard<T>(place: Place, segment: Segment, action: () => Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (error) {
      const at = error instanceof SegmentFault ? error.place : place;
      const absent = (error as NodeJS.ErrnoException).code === 'ENOENT';
      const bad = error instanceof SegmentFault || error instanceof BadBlock || absent || isBadState(error);
      if (!bad) throw diskError(error);
      if (!this.options.catalogue.segments.includes(segment)) throw new Moved();
      const reason = absent ? 'the file is gone' : (error as Error).message;
      const damage = { sequence: at.next, segment: segment.name, offset: at.offset, reason };
      this.options.onDamage(damage);
      throw corrupt(damage);
    }
  }
}

function isBadState(error: unknown): boolean {
  return error instanceof LmcpError && error.code === 'LMCP_BAD_STATE';
}

/** What a failed file operation is to a caller; an error that is not the disk's stays an internal one. */
export function diskError(error: unknown): LmcpError {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  if (error instanceof LmcpError || typeof code !== 'string') return describeError(error);
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new LmcpError('LMCP_DISK_FULL', 'No space is left on the disk.', { cause: error });
  return new LmcpError('LMCP_DISK', `The disk refused (${code}).`, { cause: error });
}

export function corrupt(damage: JournalDamage): LmcpError {
  return new LmcpError(
    'LMCP_JOURNAL_CORRUPT',
    `Event ${damage.sequence} cannot be read (${damage.segment} at byte ${damage.offset}): ${damage.reason}.`,
    { data: { ...damage } },
  );
}
