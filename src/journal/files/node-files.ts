/**
 * The file layer over node:fs/promises, so that no disk wait ever blocks the thread's event loop.
 * It exists as the one driver that serves; the others stand in for it in tests.
 * Invariant: files are readable by their owner alone; a write is whole or rejects.
 */
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import type { FileHandle, FileLayer } from './layer.js';

const flags = { append: 'r+', create: 'wx+', read: 'r' } as const;

async function openFile(path: string, mode: keyof typeof flags): Promise<FileHandle> {
  const file = await open(path, flags[mode], 0o600).catch((error: NodeJS.ErrnoException) => {
    if (mode === 'append' && error.code === 'ENOENT') return open(path, 'wx+', 0o600);
    throw error;
  });
  return {
    async write(bytes, position) {
      for (let done = 0; done < bytes.length; ) {
        const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
        done += bytesWritten;
      }
    },
    async read(position, length) {
      const buffer = new Uint8Array(length);
      let done = 0;
      while (done < length) {
        const { bytesRead } = await file.read(buffer, done, length - done, position + done);
        if (bytesRead === 0) break;
        done += bytesRead;
      }
      return done === length ? buffer : buffer.subarray(0, done);
    },
    datasync: () => file.datasync(),
    truncate: (size) => file.truncate(size),
    size: async () => (await file.stat()).size,
    close: () => file.close(),
  };
}

/** The real disk. */
export const nodeFiles: FileLayer = {
  open: openFile,
  rename,
  remove: (path) => rm(path),
  async list(path) {
    try {
      return (await readdir(path)).sort();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
  },
  async makeDirectory(path) {
    await mkdir(path, { recursive: true, mode: 0o700 });
  },
  async syncDirectory(path) {
    const directory = await open(path, 'r');
    try {
      await directory.sync();
    } finally {
      await directory.close();
    }
  },
};
