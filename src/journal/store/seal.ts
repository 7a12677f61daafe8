/**
 * The seal of a store that was closed in order: size and checksum of its file, beside it.
 * It exists because LMDB has no checksums of its own: with it, damage done while nobody held the file is found before it is mapped.
 * Invariant: taken away before the first write, put back after the last; a file whose seal does not fit is not used at all.
 */
import { closeSync, fsyncSync, openSync, readFileSync, readSync, rmSync, writeSync } from 'node:fs';
import { crc32 } from 'node:zlib';

const chunkBytes = 1 << 20;

interface Seal {
  readonly size: number;
  /** CRC-32 (IEEE; some 6 GB/s in Node's zlib) of the whole file. */
  readonly crc: number;
}

const sealPath = (directory: string) => `${directory}/sealed`;
const dataPath = (directory: string) => `${directory}/data.mdb`;

/** Seals a closed store. On a disk without room it stays unsealed, which costs a probe at the next opening. */
export function seal(directory: string): void {
  try {
    const measured = JSON.stringify(measure(dataPath(directory)));
    const file = openSync(sealPath(directory), 'w', 0o600);
    try {
      writeSync(file, `${measured}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  } catch {
    breakSeal(directory);
  }
}

/** Whether there is a seal and it fits the file. */
export function sealFits(directory: string): boolean {
  return sealOf(directory) === 'fits';
}

/** `none`: it was not closed in order. `broken`: the file, or its seal, was changed after it was. */
export function sealOf(directory: string): 'fits' | 'broken' | 'none' {
  try {
    const { size, crc } = JSON.parse(readFileSync(sealPath(directory), 'utf8')) as Partial<Seal>;
    const found = measure(dataPath(directory));
    return found.size === size && found.crc === crc ? 'fits' : 'broken';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'none' : 'broken';
  }
}

export function breakSeal(directory: string): void {
  rmSync(sealPath(directory), { force: true });
}

function measure(path: string): Seal {
  const file = openSync(path, 'r');
  try {
    const chunk = Buffer.allocUnsafe(chunkBytes);
    let size = 0;
    let crc = 0;
    for (;;) {
      const count = readSync(file, chunk, 0, chunkBytes, size);
      if (count === 0) return { size, crc };
      crc = crc32(chunk.subarray(0, count), crc);
      size += count;
    }
  } finally {
    closeSync(file);
  }
}
