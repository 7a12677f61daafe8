/**
 * Walks two trees and finds what differs between them, looking only where a command can have written.
 * It exists so that an overlay of 10,000 files costs what was touched, and a plain copy is compared by the same code.
 * Invariant: links are never followed; every path that differs is found once, or counted beyond the most; paths are bytes (byte-path.ts).
 */
import type { Stats } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { at, namesIn, within } from './byte-path.js';
import { Facts } from './facts.js';

export interface Found {
  /** Relative to the root; empty for the root itself. */
  readonly path: string;
  readonly before: Facts | null;
  readonly after: Facts | null;
}

/** More than anybody reads; what is beyond is counted. Each takes about 300 bytes. */
const MOST = 20_000;

export class FoundList {
  readonly rows: Found[] = [];
  /** Entries that were found and not kept. */
  beyond = 0;

  push(path: string, before: Stats | null, after: Stats | null): void {
    if (this.rows.length >= MOST) this.beyond += 1;
    else this.rows.push({ path, before: before && new Facts(before), after: after && new Facts(after) });
  }
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

/** Files looked at side by side: libuv has four threads for this, and a round through them costs more than the look. */
const AT_ONCE = 32;

/** Paths that were added, deleted, or may be changed: whoever asks compares contents. */
export async function compareTrees(trees: Trees): Promise<FoundList> {
  const found = new FoundList();
  const [before, after] = await Promise.all([lstat(at(trees.before, '')), lstat(at(trees.after, ''))]);
  found.push('', before, after);
  await compareFolder(trees, { path: '', all: false }, found);
  return found;
}

interface Folder {
  readonly path: string;
  /** Everything below may differ: the folder is not the old one. */
  readonly all: boolean;
}

async function compareFolder(trees: Trees, folder: Folder, found: FoundList): Promise<void> {
  const { path } = folder;
  const [old, now, layer] = await Promise.all([
    namesIn(at(trees.before, path)),
    namesIn(at(trees.after, path)),
    folder.all ? null : trees.written(path),
  ]);
  const [was, is] = [new Set(old), new Set(now)];
  const both = now.filter((name) => was.has(name));
  let written = layer;
  if (written !== null && path !== '') {
    const unwritten = both.filter((name) => !written?.has(name));
    if (unwritten.length > 0 && !(await trees.isSameFolder(path, unwritten))) written = null;
  }
  const all = written === null && layer !== null ? true : folder.all;
  const looked = both.filter((name) => written === null || written.has(name));
  for (const names of groups(looked)) {
    const pairs = names.map(async (name) => {
      const inner = within(path, name);
      const [before, after] = await Promise.all([
        lstat(at(trees.before, inner)),
        lstat(at(trees.after, inner)),
      ]);
      return { path: inner, before, after };
    });
    for (const pair of await Promise.all(pairs)) await comparePair(trees, { ...pair, all }, found);
  }
  const gone = old.filter((name) => !is.has(name)).map((name) => within(path, name));
  const fresh = now.filter((name) => !was.has(name)).map((name) => within(path, name));
  await collect(trees.before, gone, 'before', found);
  await collect(trees.after, fresh, 'after', found);
}

interface Pair extends Folder {
  readonly before: Stats;
  readonly after: Stats;
}

async function comparePair(trees: Trees, pair: Pair, found: FoundList): Promise<void> {
  const { path, before, after } = pair;
  if (before.isDirectory() && after.isDirectory()) {
    found.push(path, before, after);
    await compareFolder(trees, pair, found);
  } else if (before.isDirectory()) {
    await collect(trees.before, [path], 'before', found);
    found.push(path, null, after);
  } else if (after.isDirectory()) {
    found.push(path, before, null);
    await collect(trees.after, [path], 'after', found);
  } else if (!trees.isUntouched(before, after)) found.push(path, before, after);
}

/** All of some trees that are on one side only. */
async function collect(
  root: string,
  paths: readonly string[],
  side: 'before' | 'after',
  found: FoundList,
): Promise<void> {
  for (const group of groups(paths)) {
    const stats = await Promise.all(group.map((path) => lstat(at(root, path))));
    for (const [i, path] of group.entries()) {
      const its = stats[i] ?? null;
      found.push(path, side === 'before' ? its : null, side === 'before' ? null : its);
      if (!its?.isDirectory()) continue;
      const inner = (await namesIn(at(root, path))).map((name) => within(path, name));
      await collect(root, inner, side, found);
    }
  }
}

function* groups<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let from = 0; from < all.length; from += AT_ONCE) yield all.slice(from, from + AT_ONCE);
}
