/**
 * Names each difference: added, changed, deleted, renamed, mode or link.
 * It exists so that a move reads as a move, and a file that was only touched does not show at all.
 * Invariant: contents decide, not times; a path is named once; the list is sorted by path.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { at, shownPath, targetOf } from './byte-path.js';
import type { Found, FoundList } from './compare-trees.js';
import { sameContent, shortText } from './content.js';
import type { Facts } from './facts.js';
import type { FileChange, Pair } from './file-change.js';
import { hunkOf } from './hunk.js';
import { pairRenames } from './renames.js';

export interface Roots {
  readonly before: string;
  readonly after: string;
}

/** @param most entries in the list; the rest is counted. */
export async function fileChanges(
  { rows: found, beyond }: FoundList,
  roots: Roots,
  most: number,
): Promise<{ diff: FileChange[]; more: number }> {
  const gone = found.filter(({ after }) => after === null);
  const fresh = found.filter(({ before }) => before === null);
  const moved = await pairRenames(gone, fresh, roots);
  const movedFrom = new Set(moved.values());
  const freshPaths = new Set(fresh.map(({ path }) => path));
  // Tens of thousands of entries are sorted next: whoever waits for this thread gets a turn before and after.
  await nextTurn();
  const names = secondNames(found, moved);
  const listed = found
    .filter(({ path }) => !movedFrom.has(path) || freshPaths.has(path))
    .sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : a.after === null ? -1 : 1));
  await nextTurn();
  const diff: FileChange[] = [];
  const hunks = new HunkBudget();
  let more = beyond;
  for (const entry of listed) {
    if (entry.after === null && movedFrom.has(entry.path)) continue;
    if (diff.length >= most) {
      more += 1;
      continue;
    }
    const change = await named(entry, roots, moved.get(entry), names.get(entry));
    if (change) diff.push(hunks.taken(change));
  }
  return { diff, more };
}

/** Characters of all hunks of a diff together: a few show what happens, hundreds only fill the answer. */
const MOST_HUNKS = 64 * 1024;

class HunkBudget {
  #left = MOST_HUNKS;

  /** The change, without its hunk when that does not fit any more. */
  taken(change: FileChange): FileChange {
    const { hunk, ...rest } = change;
    if (hunk === undefined || hunk.length > this.#left) return rest;
    this.#left -= hunk.length;
    return change;
  }
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
  const where = { path: shown(path, after), bytes: sizeOf(after) };
  if (before === null) {
    if (from !== undefined) return { ...where, change: 'renamed', from: shownPath(from) };
    if (other !== undefined) return { ...where, change: 'link', target: shownPath(other) };
    if (after.isSymbolicLink())
      return { ...where, change: 'link', target: shownPath(await targetOf(at(roots.after, path))) };
    const text = after.isFile() ? await shortText(at(roots.after, path), after.size) : undefined;
    const hunk = text === undefined ? undefined : hunkOf('', text);
    return { ...where, change: 'added', ...(hunk === undefined ? {} : { hunk }) };
  }
  const rights = rightsOf(before, after);
  if (after.isSymbolicLink()) {
    const target = await targetOf(at(roots.after, path));
    const same = before.isSymbolicLink() && target === (await targetOf(at(roots.before, path)));
    return same ? undefined : { ...where, change: 'link', target: shownPath(target) };
  }
  if (before.isFile() && after.isFile()) {
    const [old, now] = [at(roots.before, path), at(roots.after, path)];
    if (before.size !== after.size || !(await sameContent(old, now, after.size))) {
      const [was, is] = [await shortText(old, before.size), await shortText(now, after.size)];
      const hunk = was === undefined || is === undefined ? undefined : hunkOf(was, is);
      return { ...where, change: 'changed', ...rights, ...(hunk === undefined ? {} : { hunk }) };
    }
  } else if (before.kind !== after.kind) return { ...where, change: 'changed', ...rights };
  return rights === undefined ? undefined : { ...where, change: 'mode', ...rights };
}

const shown = (path: string, stats: Facts) =>
  stats.isDirectory() ? `${path === '' ? '.' : shownPath(path)}/` : shownPath(path);
const sizeOf = (stats: Facts) => (stats.isFile() ? stats.size : 0);

function rightsOf(before: Facts, after: Facts): { mode?: Pair; owner?: Pair } | undefined {
  const mode = pair(bits(before), bits(after));
  const owner = pair(`${before.uid}:${before.gid}`, `${after.uid}:${after.gid}`);
  if (!mode && !owner) return undefined;
  return { ...(mode ? { mode } : {}), ...(owner ? { owner } : {}) };
}

const bits = (stats: Facts) => (stats.mode & 0o7777).toString(8).padStart(4, '0');
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
