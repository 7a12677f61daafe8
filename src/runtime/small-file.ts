/**
 * The text of a small file that lies in a repository, which may be hostile.
 * It exists because what bears a file's name may be a pipe, a device or a link to one, and opening or reading it would hold a thread for ever.
 * Invariant: opens without waiting; reads no more than the size the file says it has, and only of regular files.
 */
import { closeSync, constants, fstatSync, openSync, readSync, statSync } from 'node:fs';

const { O_RDONLY, O_NONBLOCK, O_NOFOLLOW } = constants;

/**
 * @param maxBytes a larger file is not read.
 * @param links whether a link at the end of the path is followed.
 * @returns undefined for what is no regular file of at most that size. Files of /proc say that they are empty, and are read so.
 * @throws what opening and reading throw, such as ENOENT.
 */
export function readSmallFile(
  path: string,
  maxBytes: number,
  links: 'follow' | 'refuse',
): string | undefined {
  // A look before opening: to open a device can do something already.
  if (!statSync(path).isFile()) return undefined;
  const file = openSync(path, O_RDONLY | O_NONBLOCK | (links === 'refuse' ? O_NOFOLLOW : 0));
  try {
    const found = fstatSync(file);
    if (!found.isFile() || found.size > maxBytes) return undefined;
    const bytes = Buffer.allocUnsafe(found.size);
    let length = 0;
    while (length < bytes.length) {
      const read = readSync(file, bytes, length, bytes.length - length, length);
      if (read === 0) break;
      length += read;
    }
    return bytes.toString('utf8', 0, length);
  } finally {
    closeSync(file);
  }
}
