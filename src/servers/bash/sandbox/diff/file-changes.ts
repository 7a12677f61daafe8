/**
 * Names each difference: added, changed, deleted, renamed, mode or link.
 * It exists so that a move reads as a move, and a file that was only touched does not show at all.
 * Invariant: contents decide, not times; a path is named once; the list is sorted by path.
 */
import type { Stats } from 'node:fs';
import { readlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Found } from './compare-trees.js';
import { sameContent, shortText } from './content.js';
import type { FileChange, Pair } from './file-change.js';
import { hunkOf } from './hunk.js';
import { pairRenames } from './renames.js';

export interface Roots {
  readonly before: string;
  readonly after: string;
}

/** @param most entries in the list; the rest is counted. */
export async function fileChanges(
  found: readonly Found[],
  roots: Roots,
  most: number,
): Promise<{ diff: FileChange[]; more: number }> {
  const gone = found.filter(({ after }) => after === null);
  const fresh = found.filter(({ before }) => before === null);
  const moved = await pairRenames(gone, fresh, roots);
  const movedFrom = new Set(moved.values());
  const names = secondNames(found, moved);
  const listed = found
    .filter(({ path }) => !movedFrom.has(path) || fresh.some((it) => it.path === path))
    .sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : a.after === null ? -1 : 1));
  const diff: FileChange[] = [];
  let more = 0;
  for (const entry of listed) {
    if (entry.after === null && movedFrom.has(entry.path)) continue;
    if (diff.length >= most) {
      more += 1;
      continue;
    }
    const change = await named(entry, roots, moved.get(entry), names.get(entry));
    if (change) diff.push(change);
  }
  return { diff, more };
}

async function named(
  { path, before, after }: Found,
  roots: Roots,
  from: string | undefined,
  other: string | undefined,
): Promise<FileChange | undefined> {
  if (after === null) {
    if (before === null) return undefined;
    return { path: shown(path, before), change: 'deleted', bytes: sizeOf(before) };
  }
  const at = { path: shown(path, after), bytes: sizeOf(after) };
  if (before === null) {
    if (from !== undefined) return { ...at, change: 'renamed', from };
    if (other !== undefined) return { ...at, change: 'link', target: other };
    if (after.isSymbolicLink())
      return { ...at, change: 'link', target: await readlink(join(roots.after, path)) };
    const text = after.isFile() ? await shortText(join(roots.after, path), after.size) : undefined;
    const hunk = text === undefined ? undefined : hunkOf('', text);
    return { ...at, change: 'added', ...(hunk === undefined ? {} : { hunk }) };
  }
  const rights = rightsOf(before, after);
  if (after.isSymbolicLink()) {
    const target = await readlink(join(roots.after, path));
    const same = before.isSymbolicLink() && target === (await readlink(join(roots.before, path)));
    return same ? undefined : { ...at, change: 'link', target };
  }
  if (before.isFile() && after.isFile()) {
    const [old, now] = [join(roots.before, path), join(roots.after, path)];
    if (before.size !== after.size || !(await sameContent(old, now))) {
      const [was, is] = [await shortText(old, before.size), await shortText(now, after.size)];
      const hunk = was === undefined || is === undefined ? undefined : hunkOf(was, is);
      return { ...at, change: 'changed', ...rights, ...(hunk === undefined ? {} : { hunk }) };
    }
  } else if (kindOf(before) !== kindOf(after)) return { ...at, change: 'changed', ...rights };
  return rights === undefined ? undefined : { ...at, change: 'mode', ...rights };
}

const shown = (path: string, stats: Stats) => (stats.isDirectory() ? `${path === '' ? '.' : path}/` : path);
const sizeOf = (stats: Stats) => (stats.isFile() ? stats.size : 0);
const kindOf = (stats: Stats) => stats.mode & 0o170000;

function rightsOf(before: Stats, after: Stats): { mode?: Pair; owner?: Pair } | undefined {
  const mode = pair(bits(before), bits(after));
  const owner = pair(`${before.uid}:${before.gid}`, `${after.uid}:${after.gid}`);
  if (!mode && !owner) return undefined;
  return { ...(mode ? { mode } : {}), ...(owner ? { owner } : {}) };
}

const bits = (stats: Stats) => (stats.mode & 0o7777).toString(8).padStart(4, '0');
const pair = (before: string, after: string): Pair | undefined =>
  before === after ? undefined : { before, after };

/** New names of a file that has another name in the tree: its old one if it had one, else the first of the new ones. */
function secondNames(found: readonly Found[], moved: ReadonlyMap<Found, string>): Map<Found, string> {
  const first = new Map<number, string>();
  const linked = found.filter(({ after }) => after?.isFile() && after.nlink > 1);
  const old = linked.filter(({ before }) => before !== null);
  const fresh = linked.filter((entry) => entry.before === null).sort((a, b) => (a.path < b.path ? -1 : 1));
  for (const { path, after } of old) if (after) first.set(after.ino, path);
  const names = new Map<Found, string>();
  for (const entry of fresh) {
    const { after, path } = entry;
    if (!after || moved.has(entry)) continue;
    const other = first.get(after.ino);
    if (other === undefined) first.set(after.ino, path);
    else names.set(entry, other);
  }
  return names;
}
