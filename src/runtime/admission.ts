/**
 * A call's way through its server's lane, timed and counted: what stands between the endpoint and the thread.
 * It exists apart from the threads so that the very code that serves can be tested and measured without one.
 * Invariant: a place that was given is given back, however the call ends; a call that waits for a person has none; with the
 * monitor off no clock is read.
 */
import { describeError } from '../errors/index.js';
import type { CallRequest, Forward } from '../protocol/index.js';
import { failureClass, type Monitor } from './metrics/index.js';
import { Place } from './place.js';
import type { Router } from './router.js';

export interface AdmissionOptions {
  readonly router: Router;
  readonly monitor: Monitor;
  /** Monotonic clock, milliseconds. */
  readonly now: () => number;
}

/** `carry`, with a bound on what is in flight and waiting for each server. @throws LMCP_OVERLOADED, and what `carry` throws */
export function withAdmission(carry: Forward, { router, monitor, now }: AdmissionOptions): Forward {
  return async (call, sink, signal) => {
    const { session } = call.context;
    const front = monitor.front(call.server);
    const lane = router.lane(call.server);
    const weight = front?.begins() ?? 0;
    const began = weight > 0 ? now() : 0;
    let place: Place | undefined;
    try {
      const turn = lane?.enter(session, 'interactive', signal);
      if (turn) await turn;
      if (lane === undefined) return await carry(call, sink, signal);
      place = new Place(lane, session, signal);
      return await carry(call, asks(call) ? place.around(sink) : sink, signal);
    } catch (error) {
      front?.failed(failureClass(describeError(error)));
      throw error;
    } finally {
      place?.end();
      front?.finished(call, weight, began);
    }
  };
}

/** Only in this revision a running call can ask its client. */
function asks({ revision }: CallRequest): boolean {
  return revision === '2025-11-25';
}
