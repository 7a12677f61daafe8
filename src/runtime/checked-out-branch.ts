/**
 * Where in a repository a call comes from: the branch of its working tree, and its folder; cheap enough for every call.
 * It exists because what an agent does next depends on the branch, and running git costs more than the call itself.
 * Invariant: the tree is looked at once an interval at most; a detached head, or none to be read, is an empty name.
 *
 * `.git` is a folder, or (in linked work trees and submodules) a file that names one; `HEAD` in it reads "ref: refs/heads/NAME"
 * (gitrepository-layout). Trees whose refs are kept as a table hold ".invalid" there: not known.
 */
import { join, resolve } from 'node:path';
import { readSmallFile } from './small-file.js';

/** How old an answer may be, in milliseconds. */
const LOOK_AGAIN_MS = 2_000;
/** Working trees remembered at once. */
const ROOTS = 64;
/** What a name or a path in these files may take, in bytes. */
const MOST_BYTES = 4_096;

interface Seen {
  /** When to look again, by the caller's clock. */
  readonly until: number;
  readonly branch: string;
}

export class CheckedOutBranch {
  readonly #seen = new Map<string, Seen>();
  readonly #now: () => number;
  #last: { readonly root: string; readonly seen: Seen } | undefined;

  /** @param now milliseconds of any steady clock */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** The branch of the working tree at `root`, as it was within the last two seconds; empty when there is none. */
  of(root: string): string {
    const now = this.#now();
    const last = this.#last;
    if (last?.root === root && now < last.seen.until) return last.seen.branch;
    let seen = this.#seen.get(root);
    if (seen === undefined || now >= seen.until) {
      seen = { until: now + LOOK_AGAIN_MS, branch: branchIn(root) };
      if (this.#seen.size >= ROOTS) this.#seen.clear();
      this.#seen.set(root, seen);
    }
    this.#last = { root, seen };
    return seen.branch;
  }
}

/** A folder relative to the working tree that holds it; empty for the tree itself, for others, and when not known. */
export function folderIn(root: string | null, folder: string | undefined): string {
  return root !== null && folder?.startsWith(`${root}/`) ? folder.slice(root.length + 1) : '';
}

function branchIn(root: string): string {
  const dotGit = join(root, '.git');
  const head = startOf(join(dotGit, 'HEAD')) ?? linkedHead(root, dotGit);
  const name = /^ref: refs\/heads\/([^\n]+)\n?$/.exec(head ?? '')?.[1] ?? '';
  return name === '.invalid' ? '' : name;
}

function linkedHead(root: string, dotGit: string): string | undefined {
  const folder = /^gitdir: ([^\n]+)\n?$/.exec(startOf(dotGit) ?? '')?.[1];
  return folder === undefined ? undefined : startOf(join(resolve(root, folder), 'HEAD'));
}

/** The text of a small file; undefined when it cannot be read, or is too large to be what it should be. */
function startOf(path: string): string | undefined {
  try {
    return readSmallFile(path, MOST_BYTES, 'follow');
  } catch {
    return undefined;
  }
}
