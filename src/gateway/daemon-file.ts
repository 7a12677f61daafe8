/**
 * The file by which clients find a running daemon.
 * It exists so that twenty agents share one daemon without a fixed port.
 * Invariant: the file is 0600 (it holds the token) and names a live process, or it counts as absent.
 */
import { chmodSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { daemonFile } from '../runtime/paths.js';
import { isRunning } from '../runtime/process-identity.js';

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
