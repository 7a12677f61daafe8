/**
 * Replaces a user's file, whole or not at all.
 * It exists because a configuration that is half written locks an agent out.
 * Invariant: a symbolic link stays one (its target is replaced), and the file keeps its mode.
 */
import { chmodSync, mkdirSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { LmcpError } from '../errors/index.js';

/** Makes the folder when it is absent. @throws LMCP_DISK; nothing is changed then. */
export function replaceFile(path: string, text: string): void {
  let draft: string | undefined;
  try {
    mkdirSync(dirname(path), { recursive: true });
    const before = statSync(path, { throwIfNoEntry: false });
    const real = before ? realpathSync(path) : path;
    draft = `${real}.${process.pid}`;
    writeFileSync(draft, text, { flag: 'wx' });
    if (before) chmodSync(draft, before.mode & 0o7777);
    renameSync(draft, real);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (draft !== undefined && code !== 'EEXIST') rmSync(draft, { force: true });
    throw new LmcpError('LMCP_DISK', `${path} cannot be written (${code}).`, { cause });
  }
}
