/**
 * Sockets that lie below some folders, found by looking.
 * It exists because the kernel names a socket as it was bound: by a relative name, or by one that was changed since, it cannot be found.
 * Invariant: looks at a bounded number of entries, the upper folders first; follows no link.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

export interface Walk {
  readonly folder: string;
  /** Folders below the folder; 0: only itself. */
  readonly depth: number;
  /** Entries looked at. */
  readonly most: number;
}

/** Large, and nobody's service listens there. */
const PASSED_OVER = new Set(['node_modules', 'objects', '.cache', '.npm', '.cargo', '.rustup']);

export async function socketsBelow({ folder, depth, most }: Walk): Promise<string[]> {
  const found: string[] = [];
  let seen = 0;
  let level = [folder];
  for (let at = 0; at <= depth && level.length > 0 && seen < most; at += 1) {
    const next: string[] = [];
    for (const path of level) {
      if (seen >= most) break;
      const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
      seen += entries.length;
      for (const entry of entries) {
        if (entry.isSocket()) found.push(join(path, entry.name));
        else if (entry.isDirectory() && !PASSED_OVER.has(entry.name)) next.push(join(path, entry.name));
      }
    }
    level = next;
  }
  return found;
}
