/**
 * Files in a folder that make other programs run commands later: hooks and settings of git, of editors and of agents.
 * It exists because a command that may write only to its folder could else leave something there that runs outside the sandbox.
 * Invariant: what is there is read-only to a run that nobody approved, and cannot be moved away; what a run makes anew is told.
 */
import { lstat, mkdir, realpath } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import type { Place } from './place.js';

export interface Protected {
  /** Folders mounted on themselves, writable: a mount point cannot be renamed, and what is read-only lies in it. */
  readonly pinned: readonly string[];
  /** Existing files and folders that are mounted read-only. */
  readonly readOnly: readonly string[];
  /** What stood at each watched path before; those that were made or replaced since, relative to the folder. */
  changed(): Promise<string[]>;
}

export const NOTHING_PROTECTED: Protected = { pinned: [], readOnly: [], changed: async () => [] };

const SETTINGS = ['.lmcp', '.claude', '.mcp.json', '.cursor', '.vscode', '.envrc'];
/** Of a repository; `commondir` would move all of them elsewhere (gitrepository-layout(5)). */
const OF_GIT = ['hooks', 'config', 'config.worktree', 'commondir'];
/** Between the working directory and the folder. */
const MOST_LEVELS = 32;

/** Makes `.git/hooks` where a repository has none, so that it can be mounted read-only; git itself makes it with a repository. */
export async function protectedIn({ folder, cwd }: Place): Promise<Protected> {
  const levels: string[] = [];
  for (let at = cwd; levels.length < MOST_LEVELS; at = dirname(at)) {
    levels.push(at);
    if (at === folder) break;
  }
  if (!levels.includes(folder)) levels.push(folder);
  const pinned: string[] = [];
  const watched: string[] = [];
  for (const level of levels) {
    const git = join(level, '.git');
    watched.push(
      git,
      ...[...SETTINGS, ...OF_GIT.map((name) => `.git/${name}`)].map((name) => join(level, name)),
    );
    if ((await kindOf(git)) !== 'folder') continue;
    pinned.push(git);
    if ((await kindOf(join(git, 'HEAD'))) === 'file') await mkdir(join(git, 'hooks')).catch(() => undefined);
  }
  const before = await Promise.all(watched.map(stampOf));
  const readOnly = await Promise.all(
    watched.map(async (path, i) => {
      if (before[i] === undefined || pinned.includes(path)) return [];
      // Where a link leads outside of the folder it is read-only already.
      const real = await realpath(path).catch(() => undefined);
      return real?.startsWith(`${folder}/`) ? [real] : [];
    }),
  );
  return {
    pinned,
    readOnly: [...new Set(readOnly.flat())],
    changed: async () => {
      const after = await Promise.all(watched.map(stampOf));
      return watched
        .filter((_, i) => after[i] !== undefined && after[i] !== before[i])
        .map((path) => relative(folder, path));
    },
  };
}

async function kindOf(path: string): Promise<'file' | 'folder' | undefined> {
  const found = await lstat(path).catch(() => undefined);
  return found?.isDirectory() ? 'folder' : found?.isFile() ? 'file' : undefined;
}

/** Another file or link at a path has another stamp; what is in a folder does not count. */
async function stampOf(path: string): Promise<string | undefined> {
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined) return undefined;
  return found.isDirectory()
    ? `folder ${found.ino}`
    : `${found.ino} ${found.mode} ${found.size} ${found.mtimeMs}`;
}
