/**
 * Small files read and replaced whole: format, lock, witness, keys.
 * It exists so that "written beside, synced, renamed, folder synced" is spelled once.
 * Invariant: after a crash a replaced file holds the old bytes or the new ones, never a mixture.
 */
import type { FileLayer } from './layer.js';

/** The bytes of a file; undefined when there is none. */
export async function readFile(files: FileLayer, path: string): Promise<Uint8Array | undefined> {
  try {
    const file = await files.open(path, 'read');
    try {
      return await file.read(0, await file.size());
    } finally {
      await file.close();
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Replaces (or creates) a file durably. The folder must exist. */
export async function replaceFile(files: FileLayer, path: string, bytes: Uint8Array): Promise<void> {
  const beside = `${path}.new`;
  const file = await files.open(beside, 'append');
  try {
    await file.truncate(0);
    await file.write(bytes, 0);
    await file.datasync();
  } finally {
    await file.close();
  }
  await files.rename(beside, path);
  await files.syncDirectory(path.slice(0, path.lastIndexOf('/')) || '/');
}

/** Parses a small JSON file; undefined when absent or not JSON. */
export async function readJson(files: FileLayer, path: string): Promise<unknown> {
  const bytes = await readFile(files, path);
  if (bytes === undefined) return undefined;
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}
