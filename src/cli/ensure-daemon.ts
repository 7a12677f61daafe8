/**
 * Makes sure that a daemon runs for a data folder, starting one in the background when none does.
 * It exists so that `lmcp stdio` and `lmcp learn` work on a machine where nothing was started.
 * Invariant: of many callers at once, one starts the daemon and the others wait for it; a start that fails is told at once.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LmcpError } from '../errors/index.js';
import { type DaemonFile, findDaemon } from '../gateway/daemon-file.js';
import { logFile, makePrivate } from '../runtime/paths.js';
import { type Launched, launchDaemon } from './launch.js';
import { takeStartLock } from './start-lock.js';

const WAIT_MS = 15_000;
const LOOK_MS = 15;
/** Pause before another launch while the daemon before still closes its journal. */
const RELAUNCH_MS = 150;

export interface EnsureOptions {
  /** How long the daemon may take, in milliseconds; 15,000 when not given. */
  readonly waitMs?: number;
  readonly launch?: (data: string, repo: string) => Launched;
}

/**
 * @param repo absolute folder the daemon starts in.
 * @throws LMCP_NO_DAEMON when it does not come up in time, or the error with which its start failed.
 */
export async function ensureDaemon(
  data: string,
  repo: string,
  { waitMs = WAIT_MS, launch = launchDaemon }: EnsureOptions = {},
): Promise<DaemonFile> {
  const running = findDaemon(data);
  if (running) return running;
  makePrivate(data);
  const until = Date.now() + waitMs;
  const lock = join(data, 'starting.lock');
  let mine = false;
  let launched: Launched | undefined;
  let failure: LmcpError | undefined;
  try {
    while (Date.now() < until) {
      const found = findDaemon(data);
      if (found) return found;
      mine ||= takeStartLock(lock);
      if (mine) launched ??= launch(data, repo);
      failure = launched?.failure() ?? failure;
      if (launched?.failure()) {
        // One that is ending has taken back its file but not its lock.
        if (failure?.code !== 'LMCP_DATA_LOCKED') break;
        launched.release();
        launched = undefined;
        await sleep(RELAUNCH_MS);
      } else await sleep(LOOK_MS);
    }
  } finally {
    launched?.release();
    if (mine) rmSync(lock, { force: true });
  }
  throw (
    failure ??
    new LmcpError(
      'LMCP_NO_DAEMON',
      `The daemon did not start within ${waitMs / 1000} s; see ${logFile(data)}.`,
    )
  );
}
