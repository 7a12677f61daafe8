/**
 * Tells a waiting client that a command still runs, and bounds how many run at once.
 * It exists because clients give up on a call that is silent for a minute (basic/lifecycle, Timeouts).
 * Invariant: more commands than a small machine bears are refused at once, with a hint to try again.
 */
import { LmcpError } from '../../../errors/index.js';
import type { ToolContext } from '../../../protocol/index.js';
import type { Services } from '../../../runtime/index.js';

const TELL_EVERY_MS = 2_000;
const MOST_AT_ONCE = 8;

let running = 0;

/** @throws LMCP_OVERLOADED, and what `work` throws */
export async function whileRunning<T>(
  { progress }: Pick<ToolContext<Services>, 'progress'>,
  timeoutMs: number,
  work: () => Promise<T>,
): Promise<T> {
  if (running >= MOST_AT_ONCE)
    throw new LmcpError('LMCP_OVERLOADED', `${MOST_AT_ONCE} commands run already; nothing was run.`);
  running += 1;
  let told = 0;
  const timer = setInterval(() => {
    told += TELL_EVERY_MS / 1000;
    progress(told, Math.ceil(timeoutMs / 1000), 'running');
  }, TELL_EVERY_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    running -= 1;
  }
}
