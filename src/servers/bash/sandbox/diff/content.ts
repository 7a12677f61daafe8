/**
 * Reads and compares files of two trees, in pieces and with caps.
 * It exists so that a diff never holds a large file, and never follows a link out of its tree.
 * Invariant: files are opened without following links; what is no regular file is not read.
 */
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

const PIECE = 256 * 1024;
/** Texts up to this size get a hunk. */
const TEXT = 64 * 1024;

/** Whether two regular files of one size have the same bytes. */
export async function sameContent(a: Buffer, b: Buffer, size: number): Promise<boolean> {
  return withFile(a, (left) =>
    withFile(b, async (right) => {
      const [x, y] = [pieceFor(size), pieceFor(size)];
      for (let at = 0; ; ) {
        const [m, n] = await Promise.all([fill(left, x, at), fill(right, y, at)]);
        if (m !== n || x.compare(y, 0, n, 0, m) !== 0) return false;
        if (m === 0) return true;
        at += m;
      }
    }),
  );
}

export async function digest(path: Buffer, size: number): Promise<string> {
  return withFile(path, async (file) => {
    const hash = createHash('sha1');
    const piece = pieceFor(size);
    for (let at = 0; ; ) {
      const n = await fill(file, piece, at);
      if (n === 0) return hash.digest('hex');
      hash.update(piece.subarray(0, n));
      at += n;
    }
  });
}

/** The text of a short file; undefined when it is long or holds what is no UTF-8 text. */
export async function shortText(path: Buffer, size: number): Promise<string | undefined> {
  if (size > TEXT) return undefined;
  return withFile(path, async (file) => {
    const bytes = Buffer.allocUnsafe(size + 1);
    const n = await fill(file, bytes, 0);
    if (n > size || bytes.subarray(0, n).includes(0)) return undefined;
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.subarray(0, n));
    } catch {
      return undefined;
    }
  });
}

/** No larger than its file: thousands of small ones are read in a row. */
const pieceFor = (size: number) => Buffer.allocUnsafe(Math.min(PIECE, size + 1));

async function withFile<T>(path: Buffer, use: (file: FileHandle) => Promise<T>): Promise<T> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    return await use(file);
  } finally {
    await file.close();
  }
}

/** Reads until the buffer is full or the file ends. */
async function fill(file: FileHandle, into: Buffer, at: number): Promise<number> {
  let n = 0;
  while (n < into.length) {
    const { bytesRead } = await file.read(into, n, into.length - n, at + n);
    if (bytesRead === 0) break;
    n += bytesRead;
  }
  return n;
}
