/**
 * A disk that breaks on purpose: a layer with a page cache of its own, over memory, that can lose what was not synced.
 * It exists because `kill -9` keeps the kernel's page cache, so only this shows what a power cut leaves behind.
 * Invariant: `crash()` keeps all that was synced; of the rest it keeps a seeded part: none, a torn prefix, or holes of zeros.
 */
import type { FileHandle, FileLayer } from './layer.js';
import { createMemoryFiles, fileError, type MemoryFiles } from './memory-files.js';

export interface FaultFiles extends FileLayer {
  /** The state a machine would find after a power cut now, as a new and healthy memory disk. */
  crash(): MemoryFiles;
  /** From now on writes fail (with ENOSPC) once this many more bytes are written (the fitting part is written); Infinity heals. */
  setSpace(bytes: number, code?: 'ENOSPC' | 'EDQUOT' | 'EIO'): void;
  /** The next `count` datasyncs fail with EIO, and what they should have saved is lost in a crash, as on Linux. */
  failSyncs(count: number): void;
  /** Rejects every operation from now on: the process is dead to the disk. */
  kill(): void;
  /** Operations so far (writes, syncs, truncates, opens, renames, removes). */
  readonly operations: number;
  /** Called before each operation with its number; may throw to stop there. */
  onOperation(hook: (operation: number) => void): void;
}

/** `chance` gives numbers in [0, 1); seed it. `base` is the disk as it was found. */
export function createFaultFiles(chance: () => number, base: MemoryFiles = createMemoryFiles()): FaultFiles {
  const cache = base;
  const durable = new Map<string, Uint8Array>();
  /** Byte ranges whose sync failed: the kernel calls those pages clean, so no later sync saves them unless they are written anew. */
  const lost = new Map<string, { from: number; to: number }>();
  for (const path of base.paths()) durable.set(path, base.content(path) ?? new Uint8Array(0));
  // A file is on the disk under a name only once its folder was synced; renames and removes likewise.
  const named = new Map<string, string>([...durable.keys()].map((path) => [path, path]));
  const identity = new Map<string, string>(named);
  let files = 0;
  let space = Number.POSITIVE_INFINITY;
  let full = 'ENOSPC';
  let failing = 0;
  let dead = false;
  let operations = 0;
  let hook: ((operation: number) => void) | undefined;
  const step = (path: string) => {
    if (dead) throw fileError('EIO', path);
    operations += 1;
    hook?.(operations);
    if (dead) throw fileError('EIO', path);
  };
  const idOf = (path: string) => identity.get(path) ?? path;

  const wrap = (path: string, inner: FileHandle): FileHandle => {
    const id = idOf(path);
    return {
      async write(bytes, position) {
        step(path);
        const fits = Math.min(bytes.length, Math.max(0, space));
        const gap = lost.get(id);
        if (gap && position <= gap.from)
          lost.set(id, { from: Math.max(gap.from, position + fits), to: gap.to });
        if (fits > 0) await inner.write(bytes.subarray(0, fits), position);
        space -= fits;
        if (fits < bytes.length) throw fileError(full, path);
      },
      read: (position, length) => inner.read(position, length),
      async datasync() {
        step(path);
        const bytes = await inner.read(0, await inner.size());
        if (failing > 0) {
          failing -= 1;
          lost.set(id, { from: durable.get(id)?.length ?? 0, to: bytes.length });
          throw fileError('EIO', path);
        }
        const gap = lost.get(id);
        if (gap && gap.from < gap.to) bytes.fill(0, gap.from, Math.min(gap.to, bytes.length));
        durable.set(id, bytes);
      },
      async truncate(to) {
        step(path);
        await inner.truncate(to);
        const gap = lost.get(id);
        if (gap) lost.set(id, { from: gap.from, to: Math.min(gap.to, to) });
      },
      size: () => inner.size(),
      close: () => inner.close(),
    };
  };

  /** What is left of a file: its synced bytes, and by chance a torn part of what came after them. */
  const remains = (path: string): Uint8Array => {
    const id = idOf(path);
    const now = cache.content(path) ?? new Uint8Array(0);
    const synced = durable.get(id) ?? new Uint8Array(0);
    const fate = chance();
    if (fate < 0.4) return synced;
    const from = Math.min(synced.length, now.length);
    const kept = from + Math.floor((now.length - from) * chance());
    const torn = now.slice(0, Math.max(kept, 0));
    torn.set(synced.subarray(0, Math.min(from, torn.length)));
    if (fate < 0.7 && torn.length > from) {
      // The size reached the disk, some pages did not.
      const hole = from + Math.floor((torn.length - from) * chance());
      torn.fill(0, hole, Math.min(torn.length, hole + 1 + Math.floor(chance() * 512)));
    }
    return torn.length < synced.length ? synced : torn;
  };

  return {
    async open(path, mode) {
      step(path);
      const exists = cache.content(path) !== undefined;
      const inner = await cache.open(path, mode);
      if (!exists) identity.set(path, `${path}#${files++}`);
      return wrap(path, inner);
    },
    async rename(from, to) {
      step(from);
      await cache.rename(from, to);
      identity.set(to, idOf(from));
      identity.delete(from);
    },
    async remove(path) {
      step(path);
      await cache.remove(path);
      identity.delete(path);
    },
    list: (path) => cache.list(path),
    makeDirectory: (path) => cache.makeDirectory(path),
    async syncDirectory(path) {
      step(path);
      for (const name of [...named.keys()]) if (name.startsWith(`${path}/`)) named.delete(name);
      for (const name of cache.paths()) if (name.startsWith(`${path}/`)) named.set(name, idOf(name));
    },
    crash() {
      dead = true;
      const left = createMemoryFiles();
      for (const [path, id] of named) {
        const live = identity.get(path) === id && cache.content(path) !== undefined;
        left.put(path, live ? remains(path) : (durable.get(id) ?? new Uint8Array(0)));
      }
      // A new name may have reached the disk without the sync.
      for (const path of cache.paths()) {
        if (!named.has(path) && chance() < 0.5) left.put(path, remains(path));
      }
      return left;
    },
    setSpace: (bytes, code = 'ENOSPC') => {
      space = bytes;
      full = code;
    },
    failSyncs: (count) => {
      failing = count;
    },
    kill: () => {
      dead = true;
    },
    get operations() {
      return operations;
    },
    onOperation: (listener) => {
      hook = listener;
    },
  };
}
