/**
 * Copies a journal's acknowledged prefix to another folder, and proves the copy by walking it.
 * It exists so that backup and restore share one notion of "all of it, unaltered", with and without a daemon at work.
 * Invariant: the source is only read; a copy that resolves is durable, ends with the head that was asked for, and every block fits.
 */
import { constants } from 'node:fs';
import { copyFile, lstat, mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { LmcpError } from '../../errors/index.js';
import { prefixOf } from '../catalogue.js';
import { examine } from '../examine.js';
import { nodeFiles } from '../files/node-files.js';
import { segmentsFolder } from '../format.js';
import type { JournalPrefix } from '../journal.js';
import { corrupt } from '../reading.js';
import { readHead, writeHead } from '../witness.js';

/** What is acknowledged in a journal that nobody has open, or as far as can be told from outside. @throws LMCP_JOURNAL_CORRUPT */
export async function readPrefix(directory: string): Promise<JournalPrefix> {
  const head = await readHead(nodeFiles, directory);
  const witnesses = head ? [head] : [];
  const { catalogue, damage } = await examine(nodeFiles, { folder: segmentsFolder(directory), witnesses });
  if (damage) throw corrupt(damage);
  return prefixOf(catalogue);
}

/**
 * Copies FORMAT and the prefix's bytes of the segments into a new folder, and leaves its head there as a witness.
 * @param onBytes called with the bytes of each file done
 * @throws LMCP_BAD_BACKUP when what was copied does not end with the prefix's head, and the disk's own errors
 */
export async function copyJournal(
  from: string,
  to: string,
  prefix: JournalPrefix,
  onBytes: (bytes: number) => void = () => undefined,
): Promise<void> {
  await mkdir(segmentsFolder(to), { recursive: true, mode: 0o700 });
  await copyDurably(join(from, 'FORMAT'), join(to, 'FORMAT'));
  for (const { name, size } of prefix.segments) {
    await copyDurably(join(segmentsFolder(from), name), join(segmentsFolder(to), name), size);
    onBytes(size);
  }
  if (prefix.last > 0) await writeHead(nodeFiles, to, { sequence: prefix.last, hash: prefix.head });
  await nodeFiles.syncDirectory(segmentsFolder(to));
  await nodeFiles.syncDirectory(to);
  await proveCopy(to, prefix);
}

/** Walks all blocks of a copy: checksums, chain, and the head it must end with. @throws LMCP_BAD_BACKUP */
export async function proveCopy(
  directory: string,
  { last, head }: Pick<JournalPrefix, 'last' | 'head'>,
): Promise<void> {
  const found = await readPrefix(directory).catch((cause: unknown) => {
    if (cause instanceof LmcpError)
      throw new LmcpError('LMCP_BAD_BACKUP', `${directory}: ${cause.message}`, { cause });
    throw cause;
  });
  if (found.last !== last || found.head !== head)
    throw new LmcpError(
      'LMCP_BAD_BACKUP',
      `${directory} ends with event ${found.last} (${found.head.slice(0, 12)}), not ${last} (${head.slice(0, 12)}).`,
    );
}

/**
 * Copies a file, or its first `size` bytes, and syncs the copy. The kernel copies; where it can, it shares the blocks.
 * @throws LMCP_BAD_BACKUP when it is a link, a pipe or anything else that is no file of its own
 */
export async function copyDurably(from: string, to: string, size?: number): Promise<void> {
  if (!(await lstat(from)).isFile()) throw new LmcpError('LMCP_BAD_BACKUP', `${from} is no regular file.`);
  await copyFile(from, to, constants.COPYFILE_FICLONE);
  const file = await open(to, 'r+');
  try {
    await file.chmod(0o600);
    // What was appended behind the prefix while it was copied is not part of it.
    if (size !== undefined && (await file.stat()).size > size) await file.truncate(size);
    await file.datasync();
  } finally {
    await file.close();
  }
}
