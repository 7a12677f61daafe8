/**
 * The lock of whoever starts a daemon in the background, so that of many bridges at once one launches it.
 * It exists because a launched daemon needs a second before its own lock and file can be seen.
 * Invariant: a starter that died holds nobody up. Two that find it dead at once may both launch; the data folder's lock lets one in.
 */
import { closeSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { isRunning, thisProcess } from '../runtime/process-identity.js';

/** A lock that names nobody is being written at this moment, or was cut off; after this many milliseconds it is the latter. */
const UNSIGNED_MS = 1_000;

/** Whether this process now holds the lock. */
export function takeStartLock(path: string): boolean {
  try {
    const file = openSync(path, 'wx', 0o600);
    writeSync(file, JSON.stringify(thisProcess()));
    closeSync(file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    if (!isHeld(path)) rmSync(path, { force: true });
    return false;
  }
}

function isHeld(path: string): boolean {
  try {
    const { pid, started } = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
    if (typeof pid === 'number' && typeof started === 'string') return isRunning({ pid, started });
  } catch {
    // Unsigned: its age decides.
  }
  const written = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
  return written === undefined || Date.now() - written < UNSIGNED_MS;
}
