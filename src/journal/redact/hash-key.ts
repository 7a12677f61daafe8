/**
 * The data folder's key for keyed hashes: 32 random bytes in a file that only the owner reads.
 * It exists so that an author's hash cannot be looked up by hashing a list of names, nor compared between machines.
 * Invariant: made once, never replaced; a damaged file is an error, since a new key would make every author a stranger.
 */
import { LmcpError } from '../../errors/index.js';
import type { FileLayer } from '../files/layer.js';
import { readFile, replaceFile } from '../files/whole-file.js';

const keyBytes = 32;

/**
 * Reads `hash.key` in that folder or makes it.
 * @throws LMCP_BAD_STATE when the file is there but not a key.
 */
export async function loadHashKey(
  files: FileLayer,
  directory: string,
  random: (size: number) => Uint8Array,
): Promise<Uint8Array> {
  const path = `${directory}/hash.key`;
  const found = await readHashKey(files, directory);
  if (found) return found;
  await files.makeDirectory(directory);
  await replaceFile(files, path, random(keyBytes));
  // Two openers may race: whoever renamed last wins, so both read what is there now.
  const kept = await readFile(files, path);
  if (kept?.length !== keyBytes) throw new LmcpError('LMCP_DISK', 'hash.key could not be read back.');
  return kept;
}

/** Reads `hash.key` in that folder; undefined when there is none. @throws LMCP_BAD_STATE when the file is there but not a key. */
export async function readHashKey(files: FileLayer, directory: string): Promise<Uint8Array | undefined> {
  const found = await readFile(files, `${directory}/hash.key`);
  if (found === undefined || found.length === keyBytes) return found;
  throw new LmcpError('LMCP_BAD_STATE', 'hash.key in the data folder is damaged; restore it from a backup.');
}
