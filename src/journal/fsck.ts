/**
 * Checks a whole journal folder without changing it: every block's checksum, chain link and events, the witness, the index file.
 * It exists so that a user, or a backup job, can ask "is it all there?" and get file, byte and reason when it is not.
 * Invariant: read-only; takes no lock, so a report on a journal in use may show an unfinished tail.
 */
import { decodeBatch } from './batch.js';
import { openBlock } from './block.js';
import type { Catalogue } from './catalogue.js';
import { type Cipher, createCipher } from './cipher.js';
import { examine } from './examine.js';
import type { FileLayer } from './files/layer.js';
import { nodeFiles } from './files/node-files.js';
import { readFormat, segmentsFolder } from './format.js';
import type { JournalDamage } from './journal.js';
import { SegmentFault } from './segment.js';
import { type ProbeResult, probeLmdb } from './store/probe.js';
import { readHead } from './witness.js';

export interface FsckOptions {
  /** Default: the real disk. */
  readonly files?: FileLayer;
  readonly key?: Uint8Array;
  /** Folder of the LMDB store, checked in a child process; left out when undefined. */
  readonly storeDirectory?: string;
  /** Compiled probe script; see `probeLmdb`. */
  readonly probeScript?: string;
  /** Called now and then with the events checked so far. */
  readonly onProgress?: (events: number) => void;
}

export interface FsckReport {
  readonly ok: boolean;
  readonly segments: number;
  readonly blocks: number;
  readonly events: number;
  /** Good bytes. */
  readonly bytes: number;
  /** First bad block: file, offset, reason; null when there is none. */
  readonly damage: JournalDamage | null;
  /** Bytes behind the last good block that were never acknowledged (a crash); opening cuts them. */
  readonly tornBytes: number;
  /** SHA-256 (hex) of the last good block; 64 zeros for an empty journal. */
  readonly head: string;
  readonly encrypted: boolean;
  /** null when no store folder was given. */
  readonly store: ProbeResult | null;
}

/** Checks a journal. @throws LMCP_DATA_VERSION, LMCP_JOURNAL_KEY, LMCP_DISK */
export async function fsck(directory: string, options: FsckOptions = {}): Promise<FsckReport> {
  const files = options.files ?? nodeFiles;
  const { id } = await readFormat(files, directory, options.key);
  const cipher = options.key && createCipher(options.key, Buffer.from(id, 'hex'));
  const head = await readHead(files, directory);
  let blocks = 0;
  let events = 0;
  const { catalogue, damage, tail } = await examine(files, {
    folder: segmentsFolder(directory),
    witnesses: head ? [head] : [],
    onBlock: ({ bytes, header, offset }) => {
      checkEvents(bytes, header, offset, cipher);
      blocks += 1;
      events += header.count;
      if (blocks % 256 === 0) options.onProgress?.(events);
    },
  });
  const probe = options.probeScript === undefined ? {} : { script: options.probeScript };
  const store = options.storeDirectory === undefined ? null : await probeLmdb(options.storeDirectory, probe);
  return {
    ok: damage === null && store?.ok !== false,
    segments: catalogue.segments.length,
    blocks,
    events,
    bytes: catalogue.bytes,
    damage,
    tornBytes: tail?.bytes ?? 0,
    head: hexHead(catalogue),
    encrypted: cipher !== undefined,
    store,
  };
}

function checkEvents(
  bytes: Uint8Array,
  header: Parameters<typeof openBlock>[1],
  offset: number,
  cipher: Cipher | undefined,
): void {
  try {
    decodeBatch(openBlock(bytes, header, cipher));
  } catch (error) {
    const place = { offset, next: header.first, previous: header.previous };
    throw new SegmentFault(place, error instanceof Error ? error.message : String(error));
  }
}

function hexHead(catalogue: Catalogue): string {
  return Buffer.from(catalogue.hash).toString('hex');
}
