/**
 * Whether the daemon can do its work right now, for GET /healthz.
 * It exists for supervisors and load balancers, which have no token and need no detail.
 * Invariant: says yes or no, asks no thread, and never waits.
 */
import type { ApiOptions } from './api-request.js';

/** No while it stops, and while the journal's thread is down between two starts. */
export function isHealthy({ stopping, threads }: ApiOptions): boolean {
  if (stopping()) return false;
  const journal = threads.figures().threads.get('journal');
  return journal === undefined || journal.running || journal.restarts === 0;
}
