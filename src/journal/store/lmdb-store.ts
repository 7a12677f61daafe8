/**
 * The store on LMDB: memory-mapped, one writer, readers never wait.
 * It exists as the driver that serves; all it holds can be made again from the segments.
 * Invariant: LMDB has no checksums of its own, so each value carries one; a file that cannot be opened is moved aside, not trusted.
 */
import {
  chmodSync,
  closeSync,
  existsSync,
  fchmodSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import type { asBinary, RootDatabase } from 'lmdb';
import { frame, unframe } from './framed-value.js';
import { checkKey } from './memory-store.js';
import { breakSeal, seal, sealOf } from './seal.js';
import type { Store, StoreOperation } from './store.js';
import { isVacuumWished, vacuum, wishVacuum } from './vacuum.js';

/** Loaded where a store is opened, and nowhere else: it costs a thread 50 ms and 16 MiB. */
type Lmdb = typeof import('lmdb');

export interface LmdbStoreOptions {
  /** Folder for data.mdb and lock.mdb; made when absent. */
  readonly directory: string;
  /**
   * Asked after an unclean end: can the file be walked to its last entry? Pass `probeLmdb`: it finds out in a child process, because
   * damage inside the file can kill the process that reads it. Header, length and the seal of a clean end are always checked here.
   */
  readonly probe?: (directory: string) => Promise<{ readonly ok: boolean }>;
}

/** Opens the store. A damaged file is moved to `damaged.mdb` beside the data and an empty one is begun; `rebuilt` says so. */
export async function openLmdbStore(options: LmdbStoreOptions): Promise<LmdbStore> {
  const { directory, probe } = options;
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  let rebuilt = !headerFits(`${directory}/data.mdb`) || (await isSuspect(directory, probe));
  if (rebuilt) moveAside(directory);
  const lmdb = await import('lmdb');
  breakSeal(directory);
  const vacuumDue = await vacuumed(directory, lmdb);
  let root: RootDatabase<Buffer, string>;
  try {
    root = openRoot(lmdb, directory);
  } catch {
    moveAside(directory);
    rebuilt = true;
    root = openRoot(lmdb, directory);
  }
  return {
    ...storeOver(root, lmdb.asBinary, () => seal(directory)),
    rebuilt,
    vacuumDue,
    async vacuum() {
      wishVacuum(directory);
    },
    async copyTo(to) {
      await root.backup(to, false);
      const file = openSync(`${to}/data.mdb`, 'r+');
      try {
        fchmodSync(file, 0o600);
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      seal(to);
    },
  };
}

/** Writes the file anew if that is wished; what hindered it, else null. The old file serves on then. */
async function vacuumed(directory: string, lmdb: Lmdb): Promise<string | null> {
  if (!isVacuumWished(directory)) return null;
  try {
    await vacuum(directory, (path) => openRoot(lmdb, path), lmdb.asBinary);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

async function isSuspect(directory: string, probe: LmdbStoreOptions['probe']): Promise<boolean> {
  if (!existsSync(`${directory}/data.mdb`)) return false;
  const seal = sealOf(directory);
  if (seal === 'none' && probe) return !(await probe(directory)).ok;
  return seal === 'broken';
}

export interface LmdbStore extends Store {
  /** A damaged file was found and moved aside. */
  readonly rebuilt: boolean;
  /** Writes a consistent, sealed copy into a folder, which must exist, while the store is in use. */
  copyTo(directory: string): Promise<void>;
}

/**
 * Whether both meta pages are LMDB's and the file is as long as they say; LMDB itself would crash on less. Layout of the bundled
 * LMDB 1.0: page header 24 bytes, then magic u32, version u32, two words, the two database records of 48 bytes, last page u64.
 */
function headerFits(path: string): boolean {
  if (!existsSync(path)) return true;
  const size = statSync(path).size;
  if (size === 0) return true;
  const file = openSync(path, 'r');
  try {
    const read = (at: number) => {
      const bytes = Buffer.alloc(160);
      return readSync(file, bytes, 0, bytes.length, at) === bytes.length ? bytes : undefined;
    };
    const first = read(0);
    const pageSize = first?.readUInt32LE(48) ?? 0;
    if (pageSize < 512 || pageSize > 65_536) return false;
    return [first, read(pageSize)].every(
      (page) =>
        page?.readUInt32LE(24) === 0xbeefc0de && (Number(page.readBigUInt64LE(144)) + 1) * pageSize <= size,
    );
  } finally {
    closeSync(file);
  }
}

function openRoot({ open }: Lmdb, path: string): RootDatabase<Buffer, string> {
  const root = open<Buffer, string>({
    path,
    encoding: 'binary',
    keyEncoding: 'ordered-binary',
    noSubdir: false,
  });
  try {
    // Touches the tree's root: a torn header shows here and not in the middle of serving.
    root.getKeysCount({ limit: 1 });
    // LMDB makes them readable for all.
    for (const name of ['data.mdb', 'lock.mdb']) chmodSync(`${path}/${name}`, 0o600);
    return root;
  } catch (error) {
    void root.close();
    throw error;
  }
}

function moveAside(directory: string): void {
  rmSync(`${directory}/lock.mdb`, { force: true });
  // One damaged file is kept for whoever wants to look; it holds nothing that the segments do not.
  if (existsSync(`${directory}/data.mdb`)) renameSync(`${directory}/data.mdb`, `${directory}/damaged.mdb`);
}

function storeOver(
  root: RootDatabase<Buffer, string>,
  binary: typeof asBinary,
  onClosed: () => void,
): Omit<Store, 'vacuum' | 'vacuumDue'> {
  const apply = (operation: StoreOperation): void => {
    if ('put' in operation)
      void root.put(operation.put, binary(frame(operation.put, operation.value)) as unknown as Buffer);
    else void root.remove(operation.remove);
  };
  let closed: Promise<void> | undefined;
  return {
    driver: 'lmdb',
    get(key) {
      const value = root.getBinary(checkKey(key));
      return value && unframe(key, value);
    },
    *range({ start, end, reverse = false, limit }) {
      const range = reverse
        ? {
            start: end,
            end: start,
            exclusiveStart: true,
            inclusiveEnd: true,
            reverse,
            ...(limit !== undefined && { limit }),
          }
        : { start, end, ...(limit !== undefined && { limit }) };
      for (const { key, value } of root.getRange(range)) yield { key, value: unframe(key, value) };
    },
    async write(operations) {
      for (const operation of operations) checkKey('put' in operation ? operation.put : operation.remove);
      // Synchronous: it takes no longer than `batch` (0.3 ms for 4 rows, 0.6 ms for 200), and a commit that fails, as on a full
      // disk, is an error here. The asynchronous ways reject a promise inside lmdb that nobody can hear; the thread dies of it.
      // The callback returns nothing: given a put's promise, lmdb would hold the transaction open until that is settled, for ever.
      root.transactionSync(() => {
        for (const operation of operations) apply(operation);
      });
    },
    async flushed() {
      await root.flushed;
    },
    async clear() {
      root.clearSync();
    },
    async close() {
      closed ??= root.close().then(onClosed);
      await closed;
    },
  };
}
