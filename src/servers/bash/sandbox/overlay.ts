/**
 * Reads an overlay that another process holds, through that process's root in /proc.
 * It exists because the overlay is in a private mount namespace: nobody else sees it, and it ends with its holder.
 * Invariant: read after the last process of the command is gone, so that nothing moves under the walk.
 */
import type { Stats } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { at, bytePath, namesIn, within } from './diff/byte-path.js';
import type { Trees } from './diff/compare-trees.js';

export function overlayTrees(folder: string, scratch: string, holder: number): Trees {
  const view = `/proc/${holder}/root${scratch}`;
  const before = bytePath(folder);
  const [upper, after] = [bytePath(join(view, 'upper')), bytePath(join(view, 'merged'))];
  return {
    before,
    after,
    written: async (path) => new Set(await namesIn(at(upper, path)).catch(gone)),
    // A folder moved here over a deleted one of the same name (redirect_dir) shows other inodes than the old one's.
    isSameFolder: async (path, unwritten) => {
      for (const name of unwritten) {
        const inner = within(path, name);
        const [old, now] = await Promise.all([lstat(at(before, inner)), lstat(at(after, inner))]);
        if (old.isDirectory() || now.isDirectory()) continue;
        return isSame(old, now);
      }
      return false;
    },
    isUntouched: isSame,
  };
}

const isSame = (a: Stats, b: Stats) =>
  a.ino === b.ino &&
  a.size === b.size &&
  a.mtimeMs === b.mtimeMs &&
  a.ctimeMs === b.ctimeMs &&
  a.mode === b.mode &&
  a.uid === b.uid &&
  a.gid === b.gid;

/** Below a folder that was not written to there is no upper one. */
function gone(error: NodeJS.ErrnoException): string[] {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return [];
  throw error;
}
