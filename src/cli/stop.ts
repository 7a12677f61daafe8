/**
 * `lmcp stop`: ends the daemon of a data folder and waits until its journal is closed.
 * It exists so that nothing is left running.
 * Invariant: returns after the process is gone, or says that it is not.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { LmcpError } from '../errors/index.js';
import { dataFolder } from '../runtime/paths.js';
import { isRunning } from '../runtime/process-identity.js';
import { call, runningDaemon } from './daemon-client.js';

const WAIT_MS = 30_000;

export async function stop(options: { data?: string; json?: boolean }): Promise<void> {
  const daemon = runningDaemon(dataFolder(options.data));
  await call(daemon, { method: 'POST', path: '/api/stop' });
  const until = Date.now() + WAIT_MS;
  while (isRunning(daemon)) {
    if (Date.now() > until)
      throw new LmcpError('LMCP_INTERNAL', `Process ${daemon.pid} has not ended after ${WAIT_MS / 1000} s.`);
    await sleep(20);
  }
  process.stdout.write(
    options.json ? `${JSON.stringify({ stopped: daemon.pid })}\n` : `stopped process ${daemon.pid}\n`,
  );
}
