/**
 * Walks two trees and finds what differs between them, looking only where a command can have written.
 * It exists so that an overlay of 10,000 files costs what was touched, and a plain copy is compared by the same code.
 * Invariant: links are never followed; every path that differs is found once.
 */
import type { Stats } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

export interface Found {
  /** Relative to the root; empty for the root itself. */
  readonly path: string;
  readonly before: Stats | null;
  readonly after: Stats | null;
}

export interface Trees {
  readonly before: string;
  readonly after: string;
  /** Names of a folder that may have been written to, or null when all may have been. */
  written(folder: string): Promise<ReadonlySet<string> | null>;
  /** Whether a folder that is listed by `written` still shows the old folder of its name beneath what was written. */
  isSameFolder(folder: string, unwritten: readonly string[]): Promise<boolean>;
  /** Whether a regular file is the untouched old one; `false` costs a comparison. */
  isUntouched(before: Stats, after: Stats): boolean;
}

/** Paths that were added, deleted, or may be changed: whoever asks compares contents. */
export async function compareTrees(trees: Trees): Promise<Found[]> {
  const found: Found[] = [];
  const [before, after] = await Promise.all([lstat(trees.before), lstat(trees.after)]);
  found.push({ path: '', before, after });
  await compareFolder(trees, { path: '', all: false }, found);
  return found;
}

interface Folder {
  readonly path: string;
  /** Everything below may differ: the folder is not the old one. */
  readonly all: boolean;
}

async function compareFolder(trees: Trees, folder: Folder, found: Found[]): Promise<void> {
  const { path } = folder;
  const [old, now, layer] = await Promise.all([
    readdir(join(trees.before, path)),
    readdir(join(trees.after, path)),
    folder.all ? null : trees.written(path),
  ]);
  const [was, is] = [new Set(old), new Set(now)];
  const both = now.filter((name) => was.has(name));
  let written = layer;
  if (written !== null && path !== '') {
    const unwritten = both.filter((name) => !written?.has(name));
    if (unwritten.length > 0 && !(await trees.isSameFolder(path, unwritten))) written = null;
  }
  for (const name of both) {
    if (written !== null && !written.has(name)) continue;
    await compareEntry(
      trees,
      { path: join(path, name), all: written === null && layer !== null ? true : folder.all },
      found,
    );
  }
  for (const name of old) if (!is.has(name)) await collect(trees.before, join(path, name), 'before', found);
  for (const name of now) if (!was.has(name)) await collect(trees.after, join(path, name), 'after', found);
}

async function compareEntry(trees: Trees, entry: Folder, found: Found[]): Promise<void> {
  const [old, now] = [join(trees.before, entry.path), join(trees.after, entry.path)];
  const [before, after] = await Promise.all([lstat(old), lstat(now)]);
  if (before.isDirectory() && after.isDirectory()) {
    found.push({ path: entry.path, before, after });
    await compareFolder(trees, entry, found);
  } else if (before.isDirectory()) {
    await collect(trees.before, entry.path, 'before', found);
    found.push({ path: entry.path, before: null, after });
  } else if (after.isDirectory()) {
    found.push({ path: entry.path, before, after: null });
    await collect(trees.after, entry.path, 'after', found);
  } else if (!trees.isUntouched(before, after)) found.push({ path: entry.path, before, after });
}

/** All of a tree that is on one side only. */
async function collect(root: string, path: string, side: 'before' | 'after', found: Found[]): Promise<void> {
  const stats = await lstat(join(root, path));
  found.push(side === 'before' ? { path, before: stats, after: null } : { path, before: null, after: stats });
  if (!stats.isDirectory()) return;
  for (const name of await readdir(join(root, path))) await collect(root, join(path, name), side, found);
}
