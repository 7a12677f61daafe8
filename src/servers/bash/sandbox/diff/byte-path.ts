/**
 * Paths as strings of their bytes, one character a byte.
 * It exists because a file's name need not be UTF-8: decoded and encoded again it would name another file, or none.
 * Invariant: what goes to the file system are the very bytes that came from it.
 */
import { readdir, readlink } from 'node:fs/promises';

export const bytePath = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');

/** Where something of a tree is; an empty path is the root itself. */
export const at = (root: string, path: string): Buffer => Buffer.from(within(root, path), 'latin1');

export const within = (folder: string, name: string): string =>
  folder === '' || name === '' ? folder + name : `${folder}/${name}`;

export const namesIn = (folder: Buffer): Promise<string[]> => readdir(folder, { encoding: 'latin1' });

/** Where a symbolic link points, as bytes. */
export const targetOf = (link: Buffer): Promise<string> => readlink(link, { encoding: 'latin1' });

/** As text: UTF-8 where it is that, else what is not ASCII as `\xNN`. */
export function shownPath(path: string): string {
  const bytes = Buffer.from(path, 'latin1');
  const text = bytes.toString('utf8');
  if (Buffer.from(text, 'utf8').equals(bytes)) return text;
  return path.replace(/[\x80-\xff]/g, (c) => `\\x${c.charCodeAt(0).toString(16)}`);
}
