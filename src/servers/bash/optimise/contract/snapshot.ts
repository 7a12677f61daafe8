/**
 * What lies in a folder, as one string to compare, and a way to empty the folder again.
 * It exists because a rewrite must leave the same files behind, with the same modes, links, times and contents.
 * Invariant: reads only, but for `emptied`; what may not be read counts by its name, mode and size.
 */
import { createHash } from 'node:crypto';
import { chmodSync, lstatSync, readdirSync, readFileSync, readlinkSync, rmSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { WRITTEN_AT } from './fixtures.js';

/** Commands that write now differ by the clock: of new files it only counts that they are new. */
const LATEST_FIXED = Date.UTC(2021, 0) / 1000;

export function snapshot(folder: string): string {
  const hash = createHash('sha256');
  const walk = (at: string) => {
    for (const name of listed(at)) {
      const path = join(at, name);
      const stat = lstatSync(path);
      hash.update(`${name}\0${stat.mode}\0${stat.nlink}\0${timeOf(stat)}\0`);
      if (stat.isDirectory()) walk(path);
      else if (stat.isSymbolicLink()) hash.update(readlinkSync(path));
      else if (stat.isFile()) hash.update(contentOf(path, stat));
    }
  };
  walk(folder);
  return hash.digest('hex');
}

function timeOf(stat: Stats): string {
  const seconds = Math.floor(stat.mtimeMs / 1000);
  if (stat.isDirectory() || seconds > LATEST_FIXED) return 'new';
  return seconds === WRITTEN_AT ? 'old' : String(seconds);
}

function listed(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

function contentOf(path: string, { size }: Stats): Buffer | string {
  try {
    return readFileSync(path);
  } catch {
    return `unreadable, ${size} bytes`;
  }
}

export function emptied(folder: string): void {
  const open = (at: string) => {
    for (const entry of readdirSync(at, { withFileTypes: true }))
      if (entry.isDirectory()) {
        chmodSync(join(at, entry.name), 0o700);
        open(join(at, entry.name));
      }
  };
  open(folder);
  for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true, force: true });
}
