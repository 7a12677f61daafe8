/**
 * The daemon's log: JSON lines in the data folder, redacted before they are written.
 * It exists so that what happened in the background can be read afterwards.
 * Invariant: no secret and no more than the last few megabytes: the file starts anew when it has grown too large.
 */
import { chmodSync, renameSync, statSync } from 'node:fs';
import { destination, pino } from 'pino';
import { redactText } from '../journal/index.js';

/** Writes one line; secrets are taken out first. */
export type Log = (level: 'info' | 'warn' | 'error', text: string) => void;

const MAX_BYTES = 5 * 1024 * 1024;
const LOOK_EVERY_LINES = 100;

/** Opens the log file; when it has grown too large it is kept as `.1` and begun anew. */
export function openLog(path: string, options: { readonly version: string }): Log {
  let target = open(path);
  const logger = pino(
    { base: { pid: process.pid, version: options.version }, timestamp: pino.stdTimeFunctions.isoTime },
    { write: (line: string) => target.write(line) },
  );
  let lines = 0;
  return (level, text) => {
    lines += 1;
    if (lines % LOOK_EVERY_LINES === 0 && sizeOf(path) > MAX_BYTES) {
      target.end();
      target = open(path);
    }
    logger[level](redactText(text));
  };
}

function open(path: string): ReturnType<typeof destination> {
  if (sizeOf(path) > MAX_BYTES) renameSync(path, `${path}.1`);
  const target = destination({ dest: path, append: true, sync: true, mode: 0o600 });
  chmodSync(path, 0o600);
  return target;
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
