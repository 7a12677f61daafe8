/**
 * Holds a data folder against daemons while a command works on its files.
 * It exists so that no daemon starts in the middle of an offline backup or a repair.
 * Invariant: the lock is the daemon's own; it is given back whatever the work does.
 */
import { randomBytes } from 'node:crypto';
import { nodeFiles, takeLock } from '../journal/index.js';
import { lockView } from '../runtime/process-identity.js';

/** @throws LMCP_DATA_LOCKED when a daemon runs, or what the work throws */
export async function withDataLock<T>(data: string, work: () => Promise<T>): Promise<T> {
  const unlock = await takeLock(nodeFiles, data, {
    process: lockView(),
    random: (size) => new Uint8Array(randomBytes(size)),
  });
  try {
    return await work();
  } finally {
    await unlock();
  }
}
