/**
 * The work tree around a folder, found by looking for `.git`, and kept for a moment.
 * It exists because a repository may lie in another, and because asking git for it would cost a process.
 * Invariant: a folder is looked at once in two seconds at most; nothing of what is found is read.
 */
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface Located {
  /** The folder with its links resolved; as given where it does not exist. */
  readonly folder: string;
  /** Root of the innermost work tree; null outside of any. */
  readonly root: string | null;
}

const LOOK_AGAIN_MS = 2_000;
const FOLDERS_KEPT = 512;

export class WorkTrees {
  readonly #kept = new Map<string, { readonly at: number; readonly located: Located }>();

  /** @param now monotonic, milliseconds. */
  around(folder: string, now: number): Located {
    const kept = this.#kept.get(folder);
    if (kept !== undefined && now - kept.at < LOOK_AGAIN_MS) return kept.located;
    const located = locate(folder);
    if (this.#kept.size >= FOLDERS_KEPT) this.#kept.clear();
    this.#kept.set(folder, { at: now, located });
    return located;
  }
}

function locate(given: string): Located {
  const folder = real(given);
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return { folder, root: at };
    if (dirname(at) === at) return { folder, root: null };
  }
}

/** Root of the innermost work tree around a folder, looked at anew; null outside of any. */
export function innermostRoot(folder: string): string | null {
  return locate(folder).root;
}

/** A path with its links resolved as far as it exists. */
export function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(real(parent), path.slice(parent === '/' ? 1 : parent.length + 1));
  }
}
