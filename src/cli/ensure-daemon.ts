/**
 * Makes sure that a daemon runs for a data folder, starting one in the background when none does.
 * It exists so that `lmcp stdio` and `lmcp learn` work on a machine where nothing was started.
 * Invariant: of many callers at once, one starts the daemon and the others wait for it.
 */
import { spawn } from 'node:child_process';
import { closeSync, openSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { LmcpError } from '../errors/index.js';
import { type DaemonFile, findDaemon } from '../gateway/daemon-file.js';
import { logFile, makePrivate } from '../runtime/paths.js';

const WAIT_MS = 15_000;
/** A starter that has not finished by then is taken for dead. */
const STALE_MS = 20_000;

/** @param repo folder the daemon starts in. @throws LMCP_NO_DAEMON when it does not come up. */
export async function ensureDaemon(data: string, repo: string): Promise<DaemonFile> {
  makePrivate(data);
  const until = Date.now() + WAIT_MS;
  let mine = false;
  const lock = join(data, 'starting.lock');
  try {
    while (Date.now() < until) {
      const found = findDaemon(data);
      if (found) return found;
      if (!mine && takeLock(lock)) {
        mine = true;
        launch(data, repo);
      }
      await sleep(15);
    }
  } finally {
    if (mine) rmSync(lock, { force: true });
  }
  throw new LmcpError(
    'LMCP_NO_DAEMON',
    `The daemon did not start within ${WAIT_MS / 1000} s; see ${logFile(data)}.`,
  );
}

function launch(data: string, repo: string): void {
  const main = fileURLToPath(new URL('./main.js', import.meta.url));
  const args = [main, 'start', '--background', '--data', data, '--repo', repo];
  spawn(process.execPath, args, { detached: true, stdio: 'ignore', cwd: data }).unref();
}

function takeLock(path: string): boolean {
  try {
    closeSync(openSync(path, 'wx', 0o600));
    return true;
  } catch {
    const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > STALE_MS) rmSync(path, { force: true });
    return false;
  }
}
