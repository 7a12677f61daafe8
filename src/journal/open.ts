/**
 * Opens a journal: lock, format, examine the segments, cut an unacknowledged tail, catch the index up.
 * It exists so that whoever holds a `Journal` knows all of that was done, and what was found.
 * Invariant: nothing is cut that was acknowledged; a damaged journal opens read-only up to its last good event.
 */

import { catchUp } from './catch-up.js';
import { createCipher } from './cipher.js';
import { removeDrafts } from './compact.js';
import { type Examined, examine, type Sealed } from './examine.js';
import { cutFile } from './files/cut-file.js';
import type { FileLayer } from './files/layer.js';
import { openFormat, segmentsFolder } from './format.js';
import type { Journal, JournalReport } from './journal.js';
import { type ProcessView, takeLock, thisProcess } from './lock.js';
import { OpenedJournal } from './opened-journal.js';
import { diskError, Reader } from './reading.js';
import type { Redactor } from './redact/redactor.js';
import { JournalIndex } from './store/journal-index.js';
import type { Store } from './store/store.js';
import { createUlids } from './ulid.js';
import { readHead, type Witness, writeHead } from './witness.js';
import { SegmentWriter } from './writer.js';

export interface OpenOptions {
  /** Absolute folder of this workspace's journal; made when absent. */
  readonly directory: string;
  readonly files: FileLayer;
  /** Stays the caller's: close it after the journal. */
  readonly store: Store;
  /** Wall clock, milliseconds since the epoch. */
  readonly clock: () => number;
  /** Cryptographically strong in production: ids and nonces come from it. */
  readonly random: (size: number) => Uint8Array;
  /** 32 bytes; blocks are encrypted with a key derived from it. */
  readonly key?: Uint8Array;
  readonly redactor: Redactor;
  /** Written into events that name none. */
  readonly workspace: string;
  /** Size at which a segment is closed, in bytes. Default 64 MiB. */
  readonly segmentBytes?: number;
  /** Bytes that may wait for the disk. Default 16 MiB. */
  readonly queueBytes?: number;
  /** Bytes after which a block takes no further call. Default 1 MiB. */
  readonly blockBytes?: number;
  /** How long telemetry alone waits for company, in milliseconds. Default 25. */
  readonly lingerMs?: number;
  /**
   * How long after a disk error appends are refused without trying, in milliseconds; after it, and then in pauses that double up to
   * thirty times as long, the journal tries the disk by itself. Default 1,000.
   */
  readonly retryMs?: number;
  /** Walk all segments, not only those never verified before. Default false. */
  readonly verifyAll?: boolean;
  readonly process?: ProcessView;
}

/**
 * Opens or creates the journal of a folder. Look at `report` and `damage` of the result and show them.
 * @throws LMCP_DATA_LOCKED, LMCP_DATA_VERSION, LMCP_JOURNAL_KEY, LMCP_DISK, LMCP_DISK_FULL
 */
export async function openJournal(options: OpenOptions): Promise<Journal> {
  const { directory, files, random } = options;
  let unlock: (() => Promise<void>) | undefined;
  try {
    await files.makeDirectory(segmentsFolder(directory));
    await files.syncDirectory(directory);
    unlock = await takeLock(files, directory, { process: options.process ?? thisProcess, random });
    return await openLocked(options, unlock);
  } catch (error) {
    await unlock?.().catch(() => undefined);
    throw diskError(error);
  }
}

async function openLocked(options: OpenOptions, unlock: () => Promise<void>): Promise<Journal> {
  const { directory, files, key, random } = options;
  const { id, epoch } = await openFormat(files, directory, { key, random });
  const cipher = key && createCipher(key, Buffer.from(id, 'hex'));
  const { index, rebuilt } = await JournalIndex.open(options.store, `${id}.${epoch}`);
  await removeDrafts(files, segmentsFolder(directory));
  const head = await readHead(files, directory);
  const witnesses = [head, rebuilt ? undefined : { ...index.state, by: 'the index' }].filter(
    (witness): witness is Witness => witness !== undefined && witness.sequence > 0,
  );
  const found = await examine(files, {
    folder: segmentsFolder(directory),
    witnesses,
    ...(options.verifyAll !== true && { sealed: (name: string) => sealedNote(index.note(`sealed/${name}`)) }),
  });
  const cut = await cutTail(files, found);
  const { catalogue } = found;
  const damage = found.damage;
  const reader = (onDamage: ConstructorParameters<typeof Reader>[0]['onDamage']) =>
    new Reader({ files, catalogue, cipher, onDamage });
  const caughtUp = await catchUp(
    index,
    catalogue,
    reader(() => undefined),
  );
  const report: JournalReport = {
    cut,
    damage,
    index: { caughtUp, rebuilt: rebuilt && catalogue.lastSequence > 0 },
    segments: catalogue.segments.length,
    bytes: catalogue.bytes,
  };
  const writer = new SegmentWriter({
    files,
    folder: segmentsFolder(directory),
    catalogue,
    segmentBytes: options.segmentBytes ?? 64 * 1024 * 1024,
    onSealed: ({ name, last, size, hash }) =>
      void index
        .setNote(`sealed/${name}`, { last, size, hash: Buffer.from(hash).toString('hex') })
        .catch(() => undefined),
  });
  return new OpenedJournal({
    files,
    directory,
    catalogue,
    writer,
    reader,
    index,
    cipher,
    random,
    report,
    redactor: options.redactor,
    workspace: options.workspace,
    clock: options.clock,
    nextId: createUlids(options.clock, random),
    limits: {
      queueBytes: options.queueBytes ?? 16 * 1024 * 1024,
      blockBytes: options.blockBytes ?? 1024 * 1024,
      lingerMs: options.lingerMs ?? 25,
      retryMs: options.retryMs ?? 1000,
      longestRetryMs: 30 * (options.retryMs ?? 1000),
    },
    async onClose(last) {
      // A damaged journal keeps its older witness: it knows of more than the good prefix.
      if (!damage) await writeHead(files, directory, last).catch(() => undefined);
      await unlock();
    },
  });
}

/** Cuts an unacknowledged tail off, durably, before anything is appended behind it. */
async function cutTail(files: FileLayer, { tail, catalogue }: Examined): Promise<JournalReport['cut']> {
  if (!tail) return null;
  await cutFile(files, tail.segment.path, tail.segment.size);
  return { cutBytes: tail.bytes, atSequence: catalogue.lastSequence, segment: tail.segment.name };
}

function sealedNote(note: unknown): Sealed | undefined {
  const found = note as Partial<Sealed> | undefined;
  if (typeof found?.last !== 'number' || typeof found.size !== 'number' || typeof found.hash !== 'string')
    return undefined;
  return { last: found.last, size: found.size, hash: found.hash };
}
