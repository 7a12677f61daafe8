/**
 * The segments of an open journal in memory: what each holds, and places from which a read may begin.
 * It exists so that a read of sequence n touches 64 KiB before it, not the file.
 * Invariant: entries are in order and without gaps; places come from verified walks only.
 */
import { genesis } from './block.js';
import type { JournalPrefix } from './journal.js';
import type { Place } from './segment.js';

/** Distance between remembered places, in bytes. */
const placeDistance = 64 * 1024;

export interface Segment {
  readonly name: string;
  readonly path: string;
  readonly first: number;
  /** Last sequence; `first - 1` while the segment is empty. */
  last: number;
  /** Bytes that count: acknowledged blocks, no more. */
  size: number;
  /** Hash of its last block (of the block before it while empty). */
  hash: Uint8Array;
  /** Verified places, ascending; the first is the segment's beginning. */
  readonly places: Place[];
}

/** A segment that holds nothing yet and continues `previous`. */
export function emptySegment(path: string, name: string, first: number, previous: Uint8Array): Segment {
  const places = [{ offset: 0, next: first, previous }];
  return { name, path, first, last: first - 1, size: 0, hash: previous, places };
}

/** Notes that a verified block lies at the end of the segment's known part. */
export function extend(
  segment: Segment,
  block: { readonly last: number; readonly hash: Uint8Array; readonly bytes: number },
): void {
  segment.size += block.bytes;
  segment.last = block.last;
  segment.hash = block.hash;
  notePlace(segment, { offset: segment.size, next: block.last + 1, previous: block.hash });
}

/** Remembers a place when the last one before it is far enough away. */
export function notePlace(segment: Segment, place: Place): void {
  const known = segment.places.at(-1);
  if (known === undefined || place.offset - known.offset >= placeDistance) segment.places.push(place);
}

export class Catalogue {
  readonly segments: Segment[] = [];

  get lastSequence(): number {
    return this.segments.at(-1)?.last ?? 0;
  }
  get hash(): Uint8Array {
    return this.segments.at(-1)?.hash ?? genesis;
  }
  get bytes(): number {
    return this.segments.reduce((sum, segment) => sum + segment.size, 0);
  }

  /** Index of the segment that holds a sequence; -1 when none does. */
  find(sequence: number): number {
    let low = 0;
    let high = this.segments.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const segment = this.segments[middle];
      if (segment === undefined || sequence < segment.first) high = middle - 1;
      else if (sequence > segment.last) low = middle + 1;
      else return middle;
    }
    return -1;
  }
}

/** What a catalogue holds, as plain data. */
export function prefixOf({ segments, lastSequence, hash }: Catalogue): JournalPrefix {
  return {
    last: lastSequence,
    head: Buffer.from(hash).toString('hex'),
    segments: segments.filter(({ size }) => size > 0).map(({ name, size }) => ({ name, size })),
  };
}

/** The last remembered place at or before a sequence. */
export function placeBefore(segment: Segment, sequence: number): Place {
  const { places } = segment;
  let low = 0;
  let high = places.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((places[middle]?.next ?? Number.POSITIVE_INFINITY) <= sequence) low = middle;
    else high = middle - 1;
  }
  return places[low] ?? { offset: 0, next: segment.first, previous: genesis };
}
