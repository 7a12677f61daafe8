/**
 * The journal's file layer for power-cut.mjs: writes go to memory, `datasync` and `syncDirectory` put them on the disk.
 * It exists so that a whole daemon, killed at any moment, leaves behind what a machine without power would.
 * Invariant: what was not synced is not on the disk, but for a torn part of it, now and then, as a page written back early.
 */
const { nodeFiles: real } = await import(new URL(import.meta.url).searchParams.get('real'));

/** path → { bytes, size, dirtyFrom, exists } of files that were written to or are not yet named on the disk. */
const cache = new Map();
/** folder → operations on names that its sync will carry out, in order. */
const names = new Map();
const folderOf = (path) => path.slice(0, path.lastIndexOf('/')) || '/';
const later = (path, operation) => {
  const folder = folderOf(path);
  names.set(folder, [...(names.get(folder) ?? []), operation]);
};
const missing = (path) => Object.assign(new Error(`ENOENT: ${path}`), { code: 'ENOENT' });

async function load(path) {
  const known = cache.get(path);
  if (known) return known.gone ? undefined : known;
  try {
    const file = await real.open(path, 'read');
    const bytes = Buffer.from(await file.read(0, await file.size()));
    await file.close();
    const loaded = { bytes, synced: bytes, named: true, gone: false };
    cache.set(path, loaded);
    return loaded;
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Writes a file's synced bytes to the disk, or some bytes beyond them. */
async function putOnDisk(path, bytes) {
  const file = await real.open(path, 'append');
  await file.truncate(bytes.length);
  await file.write(bytes, 0);
  await file.datasync();
  await file.close();
}

async function appendOnDisk(path, from, bytes) {
  const file = await real.open(path, 'append');
  await file.write(bytes.subarray(from), from);
  await file.close();
}

function handle(path, file) {
  return {
    async write(bytes, position) {
      const grown = Buffer.alloc(Math.max(file.bytes.length, position + bytes.length));
      file.bytes.copy(grown);
      grown.set(bytes, position);
      file.bytes = grown;
      // A page may be written back before anybody asks for it: a torn block.
      if (file.named && path.endsWith('.seg') && Math.random() < 0.3) {
        const torn = file.synced.length + Math.floor(Math.random() * (grown.length - file.synced.length));
        await appendOnDisk(path, file.synced.length, grown.subarray(0, torn));
      }
    },
    read: async (position, length) => new Uint8Array(file.bytes.subarray(position, position + length)),
    async datasync() {
      const now = file.bytes;
      const onlyMore =
        now.length >= file.synced.length && now.subarray(0, file.synced.length).equals(file.synced);
      if (file.named) await (onlyMore ? appendOnDisk(path, file.synced.length, now) : putOnDisk(path, now));
      file.synced = now;
    },
    async truncate(size) {
      const cut = Buffer.alloc(size);
      file.bytes.copy(cut, 0, 0, Math.min(size, file.bytes.length));
      file.bytes = cut;
    },
    size: async () => file.bytes.length,
    close: async () => undefined,
  };
}

export const nodeFiles = {
  async open(path, mode) {
    const found = await load(path);
    if (mode === 'read' && !found) throw missing(path);
    if (mode === 'create' && found) throw Object.assign(new Error(`EEXIST: ${path}`), { code: 'EEXIST' });
    if (found) return handle(path, found);
    const file = { bytes: Buffer.alloc(0), synced: Buffer.alloc(0), named: false, gone: false };
    cache.set(path, file);
    later(path, async () => {
      if (file.named || cache.get(path) !== file) return;
      await putOnDisk(path, file.synced);
      file.named = true;
    });
    return handle(path, file);
  },
  async rename(from, to) {
    const file = await load(from);
    if (!file) throw missing(from);
    cache.set(from, { gone: true });
    cache.set(to, file);
    const wasNamed = file.named;
    file.named = false;
    later(to, async () => {
      await putOnDisk(to, file.synced);
      file.named = true;
      if (wasNamed) await real.remove(from).catch(() => undefined);
    });
  },
  async remove(path) {
    const file = await load(path);
    if (!file) throw missing(path);
    cache.set(path, { gone: true });
    later(path, () => real.remove(path).catch(() => undefined));
  },
  async list(path) {
    const found = new Set(await real.list(path));
    for (const [name, file] of cache) {
      if (folderOf(name) !== path) continue;
      const own = name.slice(path.length + 1);
      if (file.gone) found.delete(own);
      else found.add(own);
    }
    return [...found].sort();
  },
  makeDirectory: real.makeDirectory,
  async syncDirectory(path) {
    const due = names.get(path) ?? [];
    names.delete(path);
    for (const operation of due) await operation();
    await real.syncDirectory(path);
  },
};
