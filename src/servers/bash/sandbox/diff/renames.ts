/**
 * Pairs what is gone with what is new and has the same content.
 * It exists because an overlay, like git, keeps no record of a move.
 * Invariant: exact contents only; each side is used once; the same base name goes first.
 */
import { basename } from 'node:path';
import { at, targetOf } from './byte-path.js';
import type { Found } from './compare-trees.js';
import { digest } from './content.js';
import type { Facts } from './facts.js';

/** Bytes that are hashed at most on each side; beyond that a move shows as a delete and an add. */
const MOST_BYTES = 256 * 1024 ** 2;

/** New entry → the old path. */
export async function pairRenames(
  gone: readonly Found[],
  fresh: readonly Found[],
  roots: { readonly before: string; readonly after: string },
): Promise<Map<Found, string>> {
  const sizes = new Set(fresh.flatMap(({ after }) => (after?.isFile() ? [after.size] : [])));
  const olds = new Map<string, Found[]>();
  let budget = MOST_BYTES;
  const pairs = sameInodes(gone, fresh);
  const paired = new Set(pairs.values());
  for (const entry of gone) {
    const { path, before } = entry;
    if (paired.has(path) || !before || before.isDirectory() || (before.isFile() && !sizes.has(before.size)))
      continue;
    budget -= before.size;
    if (budget < 0) break;
    const key = await identity(at(roots.before, path), entry, before.isSymbolicLink());
    if (key !== undefined) olds.set(key, [...(olds.get(key) ?? []), entry]);
  }
  if (olds.size === 0) return pairs;
  const waiting: { entry: Found; candidates: Found[] }[] = [];
  budget = MOST_BYTES;
  for (const entry of fresh) {
    const { path, after } = entry;
    if (pairs.has(entry) || !after || after.isDirectory()) continue;
    budget -= after.size;
    if (budget < 0) break;
    const key = await identity(at(roots.after, path), entry, after.isSymbolicLink());
    const candidates = key === undefined ? undefined : olds.get(key);
    if (candidates) waiting.push({ entry, candidates });
  }
  for (const sameName of [true, false])
    for (const { entry, candidates } of waiting) {
      if (pairs.has(entry)) continue;
      const found = candidates.findIndex(({ path }) => !sameName || basename(path) === basename(entry.path));
      const [old] = found < 0 ? [] : candidates.splice(found, 1);
      if (old) pairs.set(entry, old.path);
    }
  return pairs;
}

/** In an overlay a file that moved with its folder is still the lower one; its change time cannot be made to fit (inode(7)). */
function sameInodes(gone: readonly Found[], fresh: readonly Found[]): Map<Found, string> {
  const nameOf = ({ ino, size, ctimeMs, mode }: Facts) => `${ino} ${size} ${ctimeMs} ${mode}`;
  const olds = new Map<string, string>();
  for (const { path, before } of gone)
    if (before?.isFile() && before.nlink === 1) olds.set(nameOf(before), path);
  const pairs = new Map<Found, string>();
  for (const entry of fresh) {
    const { after } = entry;
    const old = after?.isFile() ? olds.get(nameOf(after)) : undefined;
    if (old !== undefined) pairs.set(entry, old);
  }
  return pairs;
}

/** Empty files are alike without being the same: their name counts too. */
async function identity(
  file: Buffer,
  { path, before, after }: Found,
  link: boolean,
): Promise<string | undefined> {
  const stats = before ?? after;
  if (!stats) return undefined;
  if (link) return `link ${await targetOf(file)}`;
  if (!stats.isFile()) return undefined;
  return stats.size === 0 ? `empty ${basename(path)}` : `${stats.size} ${await digest(file, stats.size)}`;
}
