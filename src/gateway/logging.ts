/**
 * The daemon's log: JSON lines in the data folder, redacted before they are written.
 * It exists so that what happened in the background can be read afterwards.
 * Invariant: no secret and no more than the last few megabytes: the file starts anew when it has grown too large.
 */
import { chmodSync, renameSync, statSync } from 'node:fs';
import { destination, pino } from 'pino';
import { redactText } from '../journal/index.js';
import type { Log } from './daemon.js';

const MAX_BYTES = 5 * 1024 * 1024;

/** Opens the log file; the one before is kept as `.1`. */
export function openLog(path: string, options: { readonly version: string }): Log {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size > MAX_BYTES) renameSync(path, `${path}.1`);
  const logger = pino(
    { base: { pid: process.pid, version: options.version }, timestamp: pino.stdTimeFunctions.isoTime },
    destination({ dest: path, append: true, sync: true, mode: 0o600 }),
  );
  chmodSync(path, 0o600);
  return (level, text) => logger[level](redactText(text));
}
