/**
 * Which backups were taken of a data folder, and up to which event each: `backups.json` in the folder.
 * It exists because what is forgotten here is not forgotten there, and whoever forgets must be told where it still lies.
 * Invariant: replaced whole, readable by its owner alone, the newest 100; a file that cannot be read is begun anew.
 */
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const FILE = 'backups.json';
const MOST = 100;

const schema = z.array(
  z.object({
    /** Absolute folder. */
    path: z.string(),
    /** When it was taken, milliseconds since the epoch. */
    at: z.number(),
    /** Workspace → last event in it. */
    workspaces: z.record(z.string(), z.int().min(0)),
  }),
);

export type RememberedBackup = z.output<typeof schema>[number];

/** Notes a backup; one taken before at the same path is replaced by it. @throws what the disk says */
export function rememberBackup(data: string, backup: RememberedBackup): void {
  const others = read(data).filter(({ path }) => path !== backup.path);
  const newest = [...others, backup].sort((one, other) => other.at - one.at).slice(0, MOST);
  const draft = join(data, `.${FILE}.${randomBytes(6).toString('hex')}`);
  try {
    const file = openSync(draft, 'wx', 0o600);
    try {
      writeSync(file, `${JSON.stringify(newest)}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(draft, join(data, FILE));
    sync(data);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}

/**
 * The backups that may still hold what this data folder held, newest first. One whose folder is not there now is told as well: it
 * may lie on a disk that is not plugged in. Left out is one whose place another backup has taken.
 */
export function backupsOf(data: string): (RememberedBackup & { readonly exists: boolean })[] {
  return read(data)
    .map((backup) => ({ ...backup, exists: existsSync(backup.path) }))
    .filter(({ path, at }) => (takenAt(path) ?? at) === at);
}

/** A folder's names. */
function sync(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function read(data: string): RememberedBackup[] {
  return schema.safeParse(json(join(data, FILE))).data ?? [];
}

/** When the backup in a folder was taken, by its own page; undefined when it cannot be read. */
function takenAt(folder: string): number | undefined {
  const page = z.object({ createdAt: z.string() }).safeParse(json(join(folder, 'backup.json')));
  return page.success ? Date.parse(page.data.createdAt) : undefined;
}

function json(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}
