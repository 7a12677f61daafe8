/**
 * Repairs a damaged journal: keeps the good prefix, moves what follows aside, lets the index be built anew.
 * It exists because a read-only journal needs a way back that a user decides on, knowing what is lost.
 * Invariant: nothing is deleted: damaged bytes lie in `damaged-<n>/` afterwards; the good prefix is not touched.
 */

import { examine } from './examine.js';
import { cutFile } from './files/cut-file.js';
import type { FileLayer } from './files/layer.js';
import { nodeFiles } from './files/node-files.js';
import { readFile, replaceFile } from './files/whole-file.js';
import { nextEpoch, readFormat, segmentsFolder } from './format.js';
import type { JournalDamage } from './journal.js';
import { type ProcessView, takeLock, thisProcess } from './lock.js';
import { segmentFirst } from './segment.js';
import { readHead, writeHead } from './witness.js';

/** Names of the folders that hold what was moved aside begin so. */
export const asidePrefix = 'damaged-';

export interface RepairOptions {
  readonly files?: FileLayer;
  readonly key?: Uint8Array;
  readonly random: (size: number) => Uint8Array;
  readonly process?: ProcessView;
}

export interface RepairReport {
  /** What was wrong; null when nothing was, and nothing was done. */
  readonly damage: JournalDamage | null;
  /** Last event that is kept. */
  readonly lastSequence: number;
  /** Folder that holds what was moved aside; null when nothing was. */
  readonly movedTo: string | null;
  /** Names of the files moved or copied there. */
  readonly moved: readonly string[];
}

/** Keeps the good prefix. @throws LMCP_DATA_LOCKED, LMCP_DATA_VERSION, LMCP_JOURNAL_KEY, LMCP_DISK */
export async function repairJournal(directory: string, options: RepairOptions): Promise<RepairReport> {
  const files = options.files ?? nodeFiles;
  const unlock = await takeLock(files, directory, {
    process: options.process ?? thisProcess,
    random: options.random,
  });
  try {
    await readFormat(files, directory, options.key);
    return await repairLocked(files, directory);
  } finally {
    await unlock();
  }
}

async function repairLocked(files: FileLayer, directory: string): Promise<RepairReport> {
  const folder = segmentsFolder(directory);
  const head = await readHead(files, directory);
  const { catalogue, damage } = await examine(files, { folder, witnesses: head ? [head] : [] });
  const { lastSequence } = catalogue;
  if (!damage) {
    // The index alone knew of more (it is a witness too): a new epoch makes it be rebuilt from what is here.
    await nextEpoch(files, directory);
    return { damage, lastSequence, movedTo: null, moved: [] };
  }
  const aside = await freshFolder(files, directory);
  const good = new Set(catalogue.segments.filter(({ size }) => size > 0).map(({ name }) => name));
  const names = (await files.list(folder)).filter((name) => segmentFirst(name) !== undefined);
  const moved: string[] = [];
  const last = catalogue.segments.findLast(({ size }) => size > 0);
  if (last && (await cutCopy(files, last, `${aside}/${last.name}.rest`))) moved.push(`${last.name}.rest`);
  for (const name of names.filter((candidate) => !good.has(candidate))) {
    await files.rename(`${folder}/${name}`, `${aside}/${name}`);
    moved.push(name);
  }
  await files.syncDirectory(aside);
  await files.syncDirectory(folder);
  await writeHead(files, directory, {
    sequence: lastSequence,
    hash: Buffer.from(catalogue.hash).toString('hex'),
  });
  await nextEpoch(files, directory);
  return { damage, lastSequence, movedTo: aside, moved };
}

/** Copies what lies behind a segment's good part to another file, then cuts it off. */
async function cutCopy(
  files: FileLayer,
  segment: { readonly path: string; readonly size: number },
  target: string,
): Promise<boolean> {
  const bytes = (await readFile(files, segment.path)) ?? new Uint8Array(0);
  if (bytes.length <= segment.size) return false;
  await replaceFile(files, target, bytes.subarray(segment.size));
  await cutFile(files, segment.path, segment.size);
  return true;
}

async function freshFolder(files: FileLayer, directory: string): Promise<string> {
  for (let n = 1; ; n += 1) {
    const folder = `${directory}/${asidePrefix}${n}`;
    if ((await files.list(folder)).length > 0) continue;
    await files.makeDirectory(folder);
    await files.syncDirectory(directory);
    return folder;
  }
}
