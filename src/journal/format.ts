/**
 * The folder's FORMAT file: which version wrote it, the journal's own id, and whether a key is needed.
 * It exists so that a folder of another version, or a wrong key, is told before a single block is touched.
 * Invariant: written durably before the first segment, never changed; segments without it are not opened.
 */
import { createHmac, hkdfSync } from 'node:crypto';
import { LmcpError } from '../errors/index.js';
import { formatVersion } from './block.js';
import type { FileLayer } from './files/layer.js';
import { readFile, readJson, replaceFile } from './files/whole-file.js';
import { segmentFirst } from './segment.js';

export interface Format {
  /** Random, 32 hex digits; also the salt of the block key. */
  readonly id: string;
  /** Counts repairs: what was derived from the segments before one is not valid after it. */
  readonly epoch: number;
}

interface Written extends Format {
  readonly format: number;
  /** Proof of the key without the key; absent when the journal is not encrypted. */
  readonly key?: string;
}

export interface FormatOptions {
  readonly key?: Uint8Array | undefined;
  readonly random: (size: number) => Uint8Array;
}

export function segmentsFolder(directory: string): string {
  return `${directory}/segments`;
}

/**
 * Reads FORMAT, or writes it into a new folder.
 * @throws LMCP_DATA_VERSION, LMCP_JOURNAL_KEY
 */
export async function openFormat(
  files: FileLayer,
  directory: string,
  options: FormatOptions,
): Promise<Format> {
  const path = `${directory}/FORMAT`;
  if ((await readFile(files, path)) === undefined) {
    const names = await files.list(segmentsFolder(directory));
    if (names.some((name) => segmentFirst(name) !== undefined))
      throw new LmcpError('LMCP_DATA_VERSION', 'The folder holds segments but no FORMAT file.');
    const id = Buffer.from(options.random(16)).toString('hex');
    const format: Format = { id, epoch: 0 };
    const sealed = options.key && { key: proof(options.key, id) };
    await write(files, path, { format: formatVersion, ...format, ...sealed });
    return format;
  }
  return readFormat(files, directory, options.key);
}

/** Reads FORMAT of a folder that must have one. @throws LMCP_DATA_VERSION, LMCP_JOURNAL_KEY */
export async function readFormat(files: FileLayer, directory: string, key?: Uint8Array): Promise<Format> {
  const found = (await readJson(files, `${directory}/FORMAT`)) as Partial<Written> | null | undefined;
  if (found?.format !== formatVersion || typeof found.id !== 'string')
    throw new LmcpError(
      'LMCP_DATA_VERSION',
      `The folder has format ${String(found?.format ?? 'unknown')}; this version reads ${formatVersion}.`,
    );
  if (found.key !== undefined && key === undefined)
    throw new LmcpError('LMCP_JOURNAL_KEY', 'The journal is encrypted and no key was given.');
  if (key !== undefined && found.key !== proof(key, found.id))
    throw new LmcpError(
      'LMCP_JOURNAL_KEY',
      found.key === undefined
        ? 'The journal is not encrypted, but a key was given.'
        : 'The key is not the one of this journal.',
    );
  return { id: found.id, epoch: found.epoch ?? 0 };
}

/** Whether a folder's blocks are encrypted; false when there is no FORMAT to say so. */
export async function isEncrypted(files: FileLayer, directory: string): Promise<boolean> {
  const found = (await readJson(files, `${directory}/FORMAT`)) as Partial<Written> | null | undefined;
  return typeof found?.key === 'string';
}

/** Notes that the segments were repaired. */
export async function nextEpoch(files: FileLayer, directory: string): Promise<void> {
  const path = `${directory}/FORMAT`;
  const found = (await readJson(files, path)) as Written;
  await write(files, path, { ...found, epoch: (found.epoch ?? 0) + 1 });
}

async function write(files: FileLayer, path: string, written: Written): Promise<void> {
  await replaceFile(files, path, Buffer.from(`${JSON.stringify(written)}\n`));
}

function proof(key: Uint8Array, id: string): string {
  const own = new Uint8Array(hkdfSync('sha256', key, Buffer.from(id, 'hex'), 'lmcp journal key proof', 32));
  return createHmac('sha256', own).update('lmcp').digest('hex').slice(0, 32);
}
