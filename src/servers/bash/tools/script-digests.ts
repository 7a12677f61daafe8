/**
 * What the scripts hold that a command runs.
 * It exists so that a yes to `bash deploy.sh` is a yes to the text it had, and not to what is written there before the run.
 * Invariant: reads only regular files, each up to a size; one that cannot be read has a text of its own.
 */
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open, realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Effect } from '../analysis/index.js';

/** A longer file is no script. */
const MOST_BYTES = 1024 * 1024;
/** A command line names few. */
const MOST_FILES = 32;

/** One text a script: its path and the digest of what it holds. */
export async function scriptDigests(effects: readonly Effect[], cwd: string): Promise<string[]> {
  const targets = new Set(effects.flatMap(({ kind, target }) => (kind === 'exec' ? [target] : [])));
  const paths = [...targets].slice(0, MOST_FILES).map((target) => resolve(cwd, target));
  const told = await Promise.all(
    paths.map(async (path) => {
      const real = await realpath(path).catch(() => undefined);
      if (real === undefined) return [];
      return [`${real} ${await digestOf(real).catch(() => 'cannot be read')}`];
    }),
  );
  return told.flat();
}

async function digestOf(path: string): Promise<string> {
  // A pipe of that name would never open.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  try {
    const found = await file.stat();
    if (!found.isFile()) return 'is no file';
    if (found.size > MOST_BYTES) return `${found.size} bytes, ${found.ino}, ${found.ctimeMs}`;
    return createHash('sha256')
      .update(await file.readFile())
      .digest('hex');
  } finally {
    await file.close();
  }
}
