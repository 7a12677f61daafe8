/**
 * How many requests a second one client may send over HTTP, with a burst: the generic cell rate algorithm (ITU-T I.371).
 * It exists so that one client in a loop cannot take the daemon from the others; why no library: docs/decisions/0008.
 * Invariant: one number a client and a bounded number of clients; a client at rest costs nothing and is forgotten.
 */
import { LmcpError } from '../errors/index.js';

export interface RateLimitOptions {
  /** Requests a second that a client may keep up; 0: as many as it likes. */
  readonly requestsPerSecond: number;
  /** Requests that it may send at once after a rest. */
  readonly burst: number;
  /** Clients told apart at once; what comes beyond shares one allowance until others come to rest. 10,000 when not given. */
  readonly clients?: number;
}

/** Counts one request of that client; the error with `data.retryAfterMs` when it is one too many. */
export type RateLimit = (client: string) => LmcpError | undefined;

/** The key that clients beyond the bound share. */
const others = '';

/** @param now monotonic clock, milliseconds. */
export function createRateLimit(options: RateLimitOptions, now: () => number): RateLimit {
  const { requestsPerSecond, burst, clients = 10_000 } = options;
  if (requestsPerSecond === 0) return () => undefined;
  const cost = 1000 / requestsPerSecond;
  const tolerance = Math.max(0, burst - 1) * cost;
  /** Client → when its allowance will be whole again. */
  const dueAt = new Map<string, number>();
  let sweptAt = Number.NEGATIVE_INFINITY;

  /** Forgets clients at rest: they are like new ones. At most once in the time in which one comes to rest. */
  const sweep = (at: number): void => {
    if (at - sweptAt < tolerance + cost) return;
    sweptAt = at;
    for (const [client, due] of dueAt) if (due <= at) dueAt.delete(client);
  };

  return (client) => {
    const at = now();
    let key = client;
    let due = dueAt.get(key);
    if (due === undefined && dueAt.size >= clients) {
      sweep(at);
      if (dueAt.size >= clients) {
        key = others;
        due = dueAt.get(key);
      }
    }
    const from = due === undefined || due < at ? at : due;
    const wait = from - at - tolerance;
    // Half a microsecond of grace: sums of fractions of a millisecond are not exact.
    if (wait > 0.0005) return limited(requestsPerSecond, wait);
    dueAt.set(key, from + cost);
    return undefined;
  };
}

function limited(requestsPerSecond: number, wait: number): LmcpError {
  return new LmcpError('LMCP_RATE_LIMITED', `A client may send ${requestsPerSecond} requests a second.`, {
    data: { retryAfterMs: Math.max(1, Math.ceil(wait)) },
  });
}
