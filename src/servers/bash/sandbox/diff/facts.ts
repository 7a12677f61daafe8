/**
 * What a comparison needs to know of one entry.
 * It exists because a `Stats` takes ten times the memory, and a command may touch tens of thousands of files.
 * Invariant: plain numbers, as lstat(2) gave them.
 */
import type { Stats } from 'node:fs';

const KIND = 0o170000;

export class Facts {
  readonly mode: number;
  readonly size: number;
  readonly uid: number;
  readonly gid: number;
  readonly ino: number;
  readonly nlink: number;
  readonly ctimeMs: number;

  constructor({ mode, size, uid, gid, ino, nlink, ctimeMs }: Stats) {
    this.mode = mode;
    this.size = size;
    this.uid = uid;
    this.gid = gid;
    this.ino = ino;
    this.nlink = nlink;
    this.ctimeMs = ctimeMs;
  }

  get kind(): number {
    return this.mode & KIND;
  }

  isFile(): boolean {
    return this.kind === 0o100000;
  }

  isDirectory(): boolean {
    return this.kind === 0o040000;
  }

  isSymbolicLink(): boolean {
    return this.kind === 0o120000;
  }
}
