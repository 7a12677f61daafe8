/**
 * The file by which clients find a running daemon, and the lock that lets only one run a data folder.
 * It exists so that twenty agents share one daemon without a fixed port.
 * Invariant: the file is 0600 (it holds the token) and names a live process, or it counts as absent.
 */
import {
  chmodSync,
  closeSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { LmcpError } from '../errors/index.js';
import { daemonFile } from '../runtime/paths.js';
import { isRunning, type ProcessIdentity, thisProcess } from '../runtime/process-identity.js';

const schema = z.object({
  pid: z.int().positive(),
  /** Tells a later process with the same pid apart. */
  started: z.string(),
  version: z.string(),
  url: z.string(),
  socket: z.string(),
  token: z.string(),
  startedAt: z.string(),
});

export type DaemonFile = z.output<typeof schema>;

/** Reads the file as it is; undefined when there is none or it is not ours. */
export function readDaemonFile(data: string): DaemonFile | undefined {
  try {
    const parsed = schema.safeParse(JSON.parse(readFileSync(daemonFile(data), 'utf8')));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

/** The running daemon of a data folder, if its process lives. */
export function findDaemon(data: string): DaemonFile | undefined {
  const found = readDaemonFile(data);
  return found && isRunning(found) ? found : undefined;
}

/** Written whole or not at all. */
export function writeDaemonFile(data: string, daemon: DaemonFile): void {
  const path = daemonFile(data);
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(daemon)}\n`, { mode: 0o600 });
  chmodSync(draft, 0o600);
  renameSync(draft, path);
}

export function removeDaemonFile(data: string): void {
  if (readDaemonFile(data)?.pid === process.pid) rmSync(daemonFile(data), { force: true });
}

/** Takes the data folder's lock; returns how to give it back. @throws LMCP_DATA_LOCKED */
export function lockData(data: string): () => void {
  const path = join(data, 'daemon.lock');
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      const file = openSync(path, 'wx', 0o600);
      writeSync(file, JSON.stringify(thisProcess()));
      closeSync(file);
      return () => rmSync(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const holder = holderOf(path);
      if (holder && holder.pid !== process.pid && isRunning(holder)) {
        throw new LmcpError('LMCP_DATA_LOCKED', `Process ${holder.pid} uses ${data}.`);
      }
      rmSync(path, { force: true });
    }
  }
  throw new LmcpError('LMCP_DATA_LOCKED', `${path} cannot be taken.`);
}

/** Whoever wrote the lock; undefined when it is empty or no lock of ours. */
function holderOf(path: string): ProcessIdentity | undefined {
  try {
    const parsed = z
      .object({ pid: z.int(), started: z.string() })
      .safeParse(JSON.parse(readFileSync(path, 'utf8')));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
