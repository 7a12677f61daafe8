/**
 * Segment files: their names, and reading their blocks one after the other, each one verified.
 * It exists as the only way bytes of a segment become batches, for opening, reading and fsck alike.
 * Invariant: a block is handed on only when magic, checksum, sequence and chain link fit; the walk stops at the first that does not.
 */
import {
  BadBlock,
  type BlockHeader,
  blockHash,
  blockHeaderBytes,
  checksumFits,
  decodeHeader,
} from './block.js';
import type { FileHandle } from './files/layer.js';

const suffix = '.seg';
const chunkBytes = 256 * 1024;

/** `00000000000000000042.seg` for the segment whose first event is 42. */
export function segmentName(first: number): string {
  return `${String(first).padStart(20, '0')}${suffix}`;
}

/** First sequence of a segment by its name; undefined for other files. */
export function segmentFirst(name: string): number | undefined {
  const match = /^(\d{20})\.seg$/.exec(name);
  return match ? Number(match[1]) : undefined;
}

/** A place in a segment from which a walk may begin: what the next block there must continue. */
export interface Place {
  readonly offset: number;
  /** Sequence that the block at this offset begins with. */
  readonly next: number;
  /** Hash of the block before. */
  readonly previous: Uint8Array;
}

/** A verified block on disk. `bytes` is valid until the next step of the walk. */
export interface VerifiedBlock {
  readonly header: BlockHeader;
  readonly bytes: Uint8Array;
  readonly offset: number;
  /** Last sequence in it. */
  readonly last: number;
  readonly hash: Uint8Array;
}

/** Raised by the walk at the first block that does not verify. */
export class SegmentFault extends Error {
  override readonly name = 'SegmentFault';
  constructor(
    readonly place: Place,
    readonly reason: string,
  ) {
    super(reason);
  }
}

/**
 * Walks blocks from a place to `end` (bytes that count in the file).
 * @throws SegmentFault at the first bad block.
 */
export async function* walkBlocks(file: FileHandle, from: Place, end: number): AsyncGenerator<VerifiedBlock> {
  let place = from;
  let buffer: Uint8Array = new Uint8Array(0);
  let bufferAt = place.offset;
  const need = async (offset: number, length: number): Promise<Uint8Array> => {
    if (offset < bufferAt || offset + length > bufferAt + buffer.length) {
      buffer = await file.read(offset, Math.max(length, Math.min(chunkBytes, end - offset)));
      bufferAt = offset;
    }
    return buffer.subarray(offset - bufferAt, offset - bufferAt + length);
  };
  while (place.offset < end) {
    const head = await need(place.offset, Math.min(blockHeaderBytes, end - place.offset));
    const header = headerOr(head, place);
    const total = blockHeaderBytes + header.stored;
    if (place.offset + total > end) throw new SegmentFault(place, 'the file ends inside a block');
    const bytes = await need(place.offset, total);
    if (bytes.length < total) throw new SegmentFault(place, 'the file ends inside a block');
    if (!checksumFits(bytes, header)) throw new SegmentFault(place, 'its checksum does not fit (CRC-32C)');
    if (header.first !== place.next)
      throw new SegmentFault(place, `it begins with event ${header.first}, not ${place.next}`);
    if (Buffer.compare(header.previous, place.previous) !== 0)
      throw new SegmentFault(place, 'it does not continue the block before (chain)');
    const block = {
      header,
      bytes,
      offset: place.offset,
      last: header.first + header.count - 1,
      hash: blockHash(bytes),
    };
    place = { offset: place.offset + total, next: block.last + 1, previous: block.hash };
    yield block;
  }
}

function headerOr(bytes: Uint8Array, place: Place): BlockHeader {
  try {
    return decodeHeader(bytes);
  } catch (error) {
    if (error instanceof BadBlock) throw new SegmentFault(place, error.message);
    throw error;
  }
}

/** Whether some whole block, later than `after`, lies behind this offset: proof that what is at the offset was once acknowledged. */
export async function hasLaterBlock(file: FileHandle, offset: number, after: number): Promise<boolean> {
  const end = await file.size();
  const overlap = 3;
  for (let at = offset + 1; at < end; at += chunkBytes) {
    const chunk = Buffer.from(await file.read(at, chunkBytes + overlap));
    for (
      let hit = chunk.indexOf('LMJB', 0, 'latin1');
      hit >= 0;
      hit = chunk.indexOf('LMJB', hit + 1, 'latin1')
    ) {
      if (hit < chunkBytes && (await isBlock(file, at + hit, end, after))) return true;
    }
  }
  return false;
}

async function isBlock(file: FileHandle, offset: number, end: number, after: number): Promise<boolean> {
  try {
    const header = decodeHeader(await file.read(offset, blockHeaderBytes));
    const total = blockHeaderBytes + header.stored;
    if (header.first <= after || offset + total > end) return false;
    return checksumFits(await file.read(offset, total), header);
  } catch {
    return false;
  }
}
