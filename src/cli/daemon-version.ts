/**
 * Says when the running daemon is of another version than this command.
 * It exists because a daemon outlives an update, and its answers then surprise.
 * Invariant: one line on stderr, never on stdout, and never a reason to fail.
 */
import type { DaemonFile } from '../gateway/daemon-file.js';
import { packageVersion } from './version.js';

/** Undefined when the versions are equal. */
export function versionWarning(daemon: Pick<DaemonFile, 'pid' | 'version'>, own: string): string | undefined {
  if (daemon.version === own) return undefined;
  return `lmcp ${own} speaks to a daemon (process ${daemon.pid}) of version ${daemon.version}; \`lmcp stop\` ends it, the next command starts its own.`;
}

export function warnOfOtherVersion(daemon: Pick<DaemonFile, 'pid' | 'version'>): void {
  const warning = versionWarning(daemon, packageVersion());
  if (warning !== undefined) process.stderr.write(`${warning}\n`);
}
