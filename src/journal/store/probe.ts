/**
 * Asks a child process whether an LMDB file can be opened and walked.
 * It exists because a damaged memory-mapped file can kill the process that reads it; a child may die of it, the daemon may not.
 * Invariant: resolves always; a child that dies, hangs or complains means "damaged".
 */
import { fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface ProbeResult {
  readonly ok: boolean;
  /** Keys found when it could be walked. */
  readonly keys: number;
  /** What was wrong; empty when ok. */
  readonly reason: string;
}

export interface ProbeOptions {
  /** Compiled child script; default: the one beside this file. */
  readonly script?: string;
  /** Milliseconds before the child is ended. Default 60,000. */
  readonly timeoutMs?: number;
}

/** Probes `data.mdb` in a folder. A folder without one is sound and empty. */
export async function probeLmdb(directory: string, options: ProbeOptions = {}): Promise<ProbeResult> {
  if (!existsSync(`${directory}/data.mdb`)) return { ok: true, keys: 0, reason: '' };
  const script = options.script ?? fileURLToPath(new URL('./probe-child.js', import.meta.url));
  if (!existsSync(script)) return { ok: false, keys: 0, reason: 'the probe is not built (npm run build)' };
  return new Promise((resolve) => {
    const child = fork(script, [directory], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'], execArgv: [] });
    let result: ProbeResult = { ok: false, keys: 0, reason: 'the child died while reading it' };
    const timer = setTimeout(() => {
      result = { ok: false, keys: 0, reason: 'it could not be walked in time' };
      child.kill('SIGKILL');
    }, options.timeoutMs ?? 60_000);
    child.on('message', (message) => {
      result = message as ProbeResult;
    });
    child.on('error', (error) => {
      result = { ok: false, keys: 0, reason: error.message };
    });
    child.on('close', () => {
      clearTimeout(timer);
      resolve(result);
    });
  });
}
