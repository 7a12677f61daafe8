/**
 * What runs and previews of a daemon left behind that was killed: scratch folders and control groups.
 * It exists because a killed process removes nothing, and a copy may take half a gigabyte.
 * Invariant: only what carries our name and the number of a process that is gone; a folder also must be an hour old, as another
 * container that shares it may number its processes anew.
 */
import { lstat, mkdtemp, readdir, rm, rmdir } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { groupFolders } from './cgroup.js';

const HOUR_MS = 3_600_000;
const SCRATCH = /^lmcp-preview-(\d+)-/;
const GROUP = /^lmcp-(\d+)-[0-9a-f]{12}$/;

/** In memory where previews are copied to it. */
export const MEMORY = '/dev/shm';
export const cacheFolder = () => process.env.XDG_CACHE_HOME || join(homedir(), '.cache');

/** A new scratch folder, named by this process. */
export const scratchIn = (parent: string) => mkdtemp(join(parent, `lmcp-preview-${process.pid}-`));

let swept: Promise<void> | undefined;

/** Once a process; nothing that cannot be removed is an error. */
export function sweepOnce(): Promise<void> {
  swept ??= Promise.all([
    sweepScratch([tmpdir(), MEMORY, cacheFolder()], Date.now()),
    groupFolders().then(sweepGroups),
  ]).then(() => undefined);
  return swept;
}

/** @param now milliseconds since the epoch */
export async function sweepScratch(parents: readonly string[], now: number): Promise<void> {
  for (const path of await leftIn(parents, SCRATCH)) {
    const found = await lstat(path).catch(() => undefined);
    if (found?.isDirectory() && found.uid === process.getuid?.() && now - found.mtimeMs > HOUR_MS)
      await rm(path, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** A group that still holds a process cannot be removed (cgroups(7)). */
async function sweepGroups(parents: readonly string[]): Promise<void> {
  for (const path of await leftIn(parents, GROUP)) await rmdir(path).catch(() => undefined);
}

async function leftIn(parents: readonly string[], name: RegExp): Promise<string[]> {
  const found = await Promise.all(
    parents.map(async (parent) => {
      const names = await readdir(parent).catch(() => []);
      return names
        .filter((it) => {
          const pid = name.exec(it)?.[1];
          return pid !== undefined && !isAlive(Number(pid));
        })
        .map((it) => join(parent, it));
    }),
  );
  return found.flat();
}

function isAlive(pid: number): boolean {
  try {
    // No signal: asks only whether there is such a process (kill(2)).
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
