/** What stands before a server's thread: places given back, failures counted by kind, overload told with a hint. */
import { describe, expect, it } from 'vitest';
import { LmcpError } from '../errors/index.js';
import type { CallRequest, CallSink, Forward } from '../protocol/index.js';
import { withAdmission } from './admission.js';
import { Monitor } from './metrics/index.js';
import { Router } from './router.js';

const sink: CallSink = { notify: () => undefined, ask: () => Promise.reject(new Error('nobody to ask')) };
const { signal } = new AbortController();

function callOf(change: Partial<CallRequest> = {}): CallRequest {
  return {
    server: 'a',
    revision: '2026-07-28',
    body: new Uint8Array(),
    expect: { method: 'tools/call', name: 't' },
    context: { workspace: 'w', session: 's', transport: 'http' },
    ...change,
  };
}

function rig(carry: Forward, enabled = true) {
  let reads = 0;
  let clock = 0;
  const now = () => {
    reads += 1;
    clock += 5;
    return clock;
  };
  const monitor = new Monitor({ enabled, servers: [{ name: 'a', tools: ['t'] }], now });
  const router = new Router(['a'], { window: 1, sessionWindow: 1, waiting: 1, now: () => 0 });
  const forward = withAdmission(carry, { monitor, router, now });
  return { forward, monitor, lane: router.lane('a')!, reads: () => reads };
}

describe('admission', () => {
  it('carries, times by tool, counts by transport, and gives the place back', async () => {
    const { forward, monitor, lane } = rig(async () => new Uint8Array([7]));
    expect(await forward(callOf(), sink, signal)).toEqual(new Uint8Array([7]));
    await forward(callOf({ expect: { method: 'prompts/get', name: 't' } }), sink, signal);
    const { durations, transports } = monitor.read().servers.get('a')!;
    expect(durations.get('t')).toMatchObject({ count: 1, sum: expect.any(Number) });
    expect(durations.get('')?.count).toBe(1);
    expect(transports.http).toBe(2);
    expect(lane.status).toEqual({ inFlight: 0, waiting: 0, shed: 0 });
  });

  it.each([
    ['the server’s fault', new Error('boom'), 'server'],
    ['a thread that died', new LmcpError('LMCP_SERVER_DOWN', 'x'), 'unavailable'],
    ['a cancelled call', new LmcpError('LMCP_CANCELLED', 'x'), 'cancelled'],
    ['the client’s fault', new LmcpError('LMCP_NOT_A_REPOSITORY', 'x'), 'client'],
  ])('passes on %s, counted as %3$s, and gives the place back', async (_, error, kind) => {
    const { forward, monitor, lane } = rig(() => Promise.reject(error));
    await expect(forward(callOf(), sink, signal)).rejects.toBe(error);
    const { failures } = monitor.read().servers.get('a')!;
    expect(Object.entries(failures).filter(([, count]) => count > 0)).toEqual([[kind, 1]]);
    expect(lane.status.inFlight).toBe(0);
  });

  it('sheds what is too much with a hint, and serves what waited', async () => {
    const ends: (() => void)[] = [];
    const { forward, lane } = rig(() => new Promise((resolve) => ends.push(() => resolve(new Uint8Array()))));
    const other = { workspace: 'w', session: 'other', transport: 'http' } as const;
    const first = forward(callOf(), sink, signal);
    const second = forward(callOf({ context: other }), sink, signal);
    await expect(
      forward(callOf({ context: { ...other, session: 'late' } }), sink, signal),
    ).rejects.toMatchObject({ code: 'LMCP_OVERLOADED', data: { retryAfterMs: expect.any(Number) } });
    expect(ends.length).toBe(1);
    ends[0]!();
    await first;
    await expect.poll(() => ends.length).toBe(2);
    ends[1]!();
    await second;
    expect(lane.status).toEqual({ inFlight: 0, waiting: 0, shed: 1 });
  });

  it('with the monitor off neither counts nor looks at the clock for it', async () => {
    const { forward, lane, reads } = rig(async () => new Uint8Array(), false);
    await forward(callOf(), sink, signal);
    expect(reads()).toBe(0);
    expect(lane.status.inFlight).toBe(0);
  });
});
