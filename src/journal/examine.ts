/**
 * Walks the segments of a folder and says what is there: a catalogue of what is good, and how it ends.
 * It exists so that opening, fsck and repair judge by the same rules (see witness.ts for how a tail is judged).
 * Invariant: changes nothing on disk; the catalogue holds verified events only.
 */
import { join } from 'node:path';
import { Catalogue, emptySegment, extend, type Segment } from './catalogue.js';
import type { FileHandle, FileLayer } from './files/layer.js';
import type { JournalDamage } from './journal.js';
import { hasLaterBlock, SegmentFault, segmentFirst, type VerifiedBlock, walkBlocks } from './segment.js';
import type { Witness } from './witness.js';

/** A sealed segment that was verified before: the walk may pass over it while its size is the same. */
export interface Sealed {
  readonly last: number;
  readonly size: number;
  /** Hex. */
  readonly hash: string;
}

export interface ExamineOptions {
  /** Folder of the segments. */
  readonly folder: string;
  readonly witnesses: readonly Witness[];
  /** What is known of a sealed segment; return undefined to have it walked. The last segment is always walked. */
  readonly sealed?: (name: string) => Sealed | undefined;
  /** Sees each verified block; may throw SegmentFault's reason as an Error to call it bad. */
  readonly onBlock?: (block: VerifiedBlock, segment: Segment) => void;
}

export interface Examined {
  readonly catalogue: Catalogue;
  /** An unacknowledged tail in the last segment: from the segment's good size to the file's end. */
  readonly tail: { readonly segment: Segment; readonly bytes: number } | null;
  readonly damage: JournalDamage | null;
}

export async function examine(files: FileLayer, options: ExamineOptions): Promise<Examined> {
  const catalogue = new Catalogue();
  const names = (await files.list(options.folder)).filter((name) => segmentFirst(name) !== undefined);
  for (const [index, name] of names.entries()) {
    const isLast = index === names.length - 1;
    const expected = catalogue.lastSequence + 1;
    const segment = emptySegment(join(options.folder, name), name, expected, catalogue.hash);
    if (segmentFirst(name) !== expected)
      return ended(
        catalogue,
        damageAt(segment, `events from ${expected} are missing: the next segment is ${name}`),
      );
    catalogue.segments.push(segment);
    const file = await files.open(segment.path, 'read');
    try {
      const size = await file.size();
      const known = isLast ? undefined : options.sealed?.(name);
      if (known?.size === size) {
        segment.last = known.last;
        segment.size = known.size;
        segment.hash = Buffer.from(known.hash, 'hex');
        continue;
      }
      const fault = await walk(file, segment, size, options);
      if (!fault) continue;
      const acknowledged =
        fault.acknowledged ??
        (isLast ? await wasAcknowledged(file, segment, options.witnesses) : 'a later segment exists');
      if (acknowledged) return ended(catalogue, damageAt(segment, `${fault.reason}; ${acknowledged}`));
      return { catalogue, tail: { segment, bytes: size - segment.size }, damage: null };
    } finally {
      await file.close();
    }
  }
  return ended(catalogue, missingTail(catalogue, options.witnesses));
}

async function walk(
  file: FileHandle,
  segment: Segment,
  size: number,
  { witnesses, onBlock }: ExamineOptions,
): Promise<{ reason: string; acknowledged?: string } | undefined> {
  try {
    for await (const block of walkBlocks(
      file,
      { offset: 0, next: segment.first, previous: segment.hash },
      size,
    )) {
      const other = witnesses.find(
        ({ sequence, hash }) =>
          sequence === block.last && hash !== '' && hash !== Buffer.from(block.hash).toString('hex'),
      );
      if (other)
        return {
          reason: `its hash is not the one that ${other.by} recorded`,
          acknowledged: 'it was replaced',
        };
      onBlock?.(block, segment);
      extend(segment, { last: block.last, hash: block.hash, bytes: 96 + block.header.stored });
    }
    return undefined;
  } catch (error) {
    if (error instanceof SegmentFault) return { reason: error.reason };
    throw error;
  }
}

/** Why the bad block was known to be safe on disk once; undefined when nothing says so. */
async function wasAcknowledged(
  file: FileHandle,
  segment: Segment,
  witnesses: readonly Witness[],
): Promise<string | undefined> {
  const witness = witnesses.find(({ sequence }) => sequence > segment.last);
  if (witness) return `${witness.by} has seen event ${witness.sequence}`;
  if (await hasLaterBlock(file, segment.size, segment.last)) return 'a valid block follows it';
  return undefined;
}

function missingTail(catalogue: Catalogue, witnesses: readonly Witness[]): JournalDamage | null {
  const witness = witnesses.find(({ sequence }) => sequence > catalogue.lastSequence);
  if (!witness) return null;
  const reason = `the journal ends before event ${witness.sequence}, which ${witness.by} has seen`;
  const last = catalogue.segments.at(-1);
  return last ? damageAt(last, reason) : { sequence: 1, segment: '', offset: 0, reason };
}

function damageAt(segment: Segment, reason: string): JournalDamage {
  return { sequence: segment.last + 1, segment: segment.name, offset: segment.size, reason };
}

function ended(catalogue: Catalogue, damage: JournalDamage | null): Examined {
  return { catalogue, tail: null, damage };
}
