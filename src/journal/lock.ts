/**
 * The exclusive lock on a journal's folder: a file with the owner's process id.
 * It exists because two writers would interleave sequences, and no checksum could tell whose is right.
 * Invariant: at most one living process holds it; a dead owner's lock is taken over, a living one's never.
 */
import { LmcpError } from '../errors/index.js';
import type { FileLayer } from './files/layer.js';
import { readJson } from './files/whole-file.js';

/** Who opens, and how the life of another is told. */
export interface ProcessView {
  readonly pid: number;
  /** Tells this process from a later one with the same id, e.g. when it started. */
  readonly mark?: string;
  /** Whether a process with that id, and that mark if it left one, runs. */
  isAlive(pid: number, mark?: string): boolean;
}

/** This process, by `kill(pid, 0)`. A foreign user's process counts as alive. */
export const thisProcess: ProcessView = {
  pid: process.pid,
  isAlive(pid) {
    try {
      process.kill(pid, 0);
      return true;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'EPERM';
    }
  },
};

export interface LockOptions {
  readonly process: ProcessView;
  readonly random: (size: number) => Uint8Array;
}

interface Holder {
  readonly pid: number;
  readonly mark: string | undefined;
  readonly token: string;
}

/**
 * Takes the lock; resolves with the function that gives it back (only if it is still ours).
 * @throws LMCP_DATA_LOCKED (data: { pid })
 */
export async function takeLock(
  files: FileLayer,
  directory: string,
  options: LockOptions,
): Promise<() => Promise<void>> {
  const path = `${directory}/LOCK`;
  const { pid, mark } = options.process;
  const mine: Holder = { pid, mark, token: Buffer.from(options.random(8)).toString('hex') };
  for (let attempt = 0; ; attempt += 1) {
    if (await create(files, path, mine)) break;
    const holder = await holderOf(files, path);
    if (holder !== undefined && options.process.isAlive(holder.pid, holder.mark)) throw locked(holder.pid);
    if (attempt === 3) throw locked(holder?.pid);
    await takeAway(files, path, holder, mine.token);
  }
  if ((await holderOf(files, path))?.token !== mine.token) throw locked(undefined);
  return async () => {
    if ((await holderOf(files, path))?.token === mine.token) await files.remove(path);
  };
}

async function create(files: FileLayer, path: string, mine: Holder): Promise<boolean> {
  try {
    const file = await files.open(path, 'create');
    try {
      await file.write(Buffer.from(JSON.stringify(mine)), 0);
    } finally {
      await file.close();
    }
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Moves a dead owner's lock aside, and looks again at what was moved: another opener may have been faster. */
async function takeAway(
  files: FileLayer,
  path: string,
  dead: Holder | undefined,
  token: string,
): Promise<void> {
  const aside = `${path}.${token}`;
  try {
    await files.rename(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const moved = await holderOf(files, aside);
  if (moved !== undefined && moved.token !== dead?.token) {
    await files.rename(aside, path);
    throw locked(moved.pid);
  }
  await files.remove(aside);
}

async function holderOf(files: FileLayer, path: string): Promise<Holder | undefined> {
  const found = (await readJson(files, path)) as Partial<Holder> | null | undefined;
  return typeof found?.pid === 'number' && typeof found.token === 'string'
    ? { pid: found.pid, mark: typeof found.mark === 'string' ? found.mark : undefined, token: found.token }
    : undefined;
}

function locked(pid: number | undefined): LmcpError {
  return new LmcpError(
    'LMCP_DATA_LOCKED',
    pid === undefined
      ? 'Another process is opening this data folder.'
      : `Process ${pid} uses this data folder.`,
    { data: { pid } },
  );
}
