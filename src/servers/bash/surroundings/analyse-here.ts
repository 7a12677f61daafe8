/**
 * An analysis of a command where it would run: the folder, the repository around it, and the team's policy.
 * It exists so that the tools, the hook, the preview and the generator judge one command alike.
 * Invariant: reads only; git is asked only where its answer may change the level.
 */
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { type Analysis, analyze } from '../analysis/index.js';

export interface Here {
  readonly command: string;
  /** As the client wrote it: absolute, or relative to `base`. */
  readonly cwd?: string | undefined;
  /** The session's folder; the root when not given. */
  readonly base?: string | undefined;
  /** Absolute root of the work tree, or null when there is none. */
  readonly root: string | null;
}

/** The folder a command would run in, absolute; null when nobody said. */
export function folderOf({ cwd, base, root }: Omit<Here, 'command'>): string | null {
  const start = base ?? root;
  if (cwd === undefined) return start;
  if (isAbsolute(cwd)) return resolve(cwd);
  return start === null ? null : join(start, cwd);
}

export async function analyseHere(here: Here): Promise<Analysis> {
  const cwd = folderOf(here);
  return analyze(here.command, {
    home: homedir(),
    ...(cwd === null ? {} : { cwd }),
    ...(here.root === null ? {} : { repository: here.root }),
  });
}
