/**
 * The file layer in memory: a map from path to bytes that grow in place.
 * It exists for tests and for journals that need no disk (replays of a data set).
 * Invariant: behaves as the disk does for every operation the interface names, error codes included.
 */
import type { FileHandle, FileLayer } from './layer.js';

/** One file: `bytes` is a buffer with room to grow, `size` what of it counts. */
interface MemoryFile {
  bytes: Uint8Array;
  size: number;
}

export interface MemoryFiles extends FileLayer {
  /** A copy of a file's content; undefined when there is none. */
  content(path: string): Uint8Array | undefined;
  /** Replaces a file's content, as bit rot or a restore would. */
  put(path: string, bytes: Uint8Array): void;
  paths(): string[];
}

export function fileError(code: string, path: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: ${path}`), { code });
}

export function createMemoryFiles(): MemoryFiles {
  const files = new Map<string, MemoryFile>();
  const need = (path: string): MemoryFile => {
    const file = files.get(path);
    if (file === undefined) throw fileError('ENOENT', path);
    return file;
  };
  return {
    async open(path, mode) {
      if (mode === 'create' && files.has(path)) throw fileError('EEXIST', path);
      if (mode !== 'read' && !files.has(path)) files.set(path, { bytes: new Uint8Array(0), size: 0 });
      return handle(need(path));
    },
    async rename(from, to) {
      const file = need(from);
      files.delete(from);
      files.set(to, file);
    },
    async remove(path) {
      need(path);
      files.delete(path);
    },
    async list(path) {
      const inside = [...files.keys()].filter((name) => name.startsWith(`${path}/`));
      return [...new Set(inside.map((name) => name.slice(path.length + 1).split('/')[0] ?? ''))].sort();
    },
    async makeDirectory() {},
    async syncDirectory() {},
    content(path) {
      const file = files.get(path);
      return file?.bytes.slice(0, file.size);
    },
    put(path, bytes) {
      files.set(path, { bytes: new Uint8Array(bytes), size: bytes.length });
    },
    paths: () => [...files.keys()].sort(),
  };
}

function handle(file: MemoryFile): FileHandle {
  return {
    async write(bytes, position) {
      const end = position + bytes.length;
      if (end > file.bytes.length) {
        const grown = new Uint8Array(Math.max(end, file.bytes.length * 2, 4096));
        grown.set(file.bytes.subarray(0, file.size));
        file.bytes = grown;
      }
      if (position > file.size) file.bytes.fill(0, file.size, position);
      file.bytes.set(bytes, position);
      file.size = Math.max(file.size, end);
    },
    async read(position, length) {
      return file.bytes.slice(Math.min(position, file.size), Math.min(position + length, file.size));
    },
    async datasync() {},
    async truncate(size) {
      if (size > file.size) {
        const grown = new Uint8Array(size);
        grown.set(file.bytes.subarray(0, file.size));
        file.bytes = grown;
      }
      file.size = size;
    },
    size: async () => file.size,
    async close() {},
  };
}
