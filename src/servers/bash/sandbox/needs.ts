/**
 * Whether this machine can make the sandbox, in the words of a skipped suite or of `lmcp doctor`.
 * It exists so that a missing program is a stated reason and no red test, unless services are required.
 * Invariant: what is said is tried, not guessed from versions.
 */
import { spawnSync } from 'node:child_process';
import { LmcpError } from '../../../errors/index.js';
import { findBubblewrap } from './bubblewrap.js';

/**
 * The reason, or undefined when the sandbox works. Blocks for about 20 ms: not for the thread that answers.
 * @throws LMCP_NO_SANDBOX when it is missing and LMCP_REQUIRE_SERVICES is 1.
 */
export function sandboxMissing(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const reason = reasonFor(env);
  if (reason !== undefined && env.LMCP_REQUIRE_SERVICES === '1')
    throw new LmcpError('LMCP_NO_SANDBOX', reason);
  return reason;
}

function reasonFor(env: NodeJS.ProcessEnv): string | undefined {
  try {
    const tried = spawnSync(
      findBubblewrap(env.PATH),
      ['--unshare-pid', '--unshare-net', '--ro-bind', '/', '/', 'true'],
      {
        encoding: 'utf8',
      },
    );
    return tried.status === 0 ? undefined : (tried.stderr.trim().split('\n')[0] ?? 'bwrap failed');
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
