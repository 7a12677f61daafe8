/** The limit a client: its rate, its burst, its hint, and its memory. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contractRig } from '../protocol/contract-server.js';
import { createHttpHandler } from '../protocol/index.js';
import { createRateLimit } from './rate-limit.js';

function rig(options: Parameters<typeof createRateLimit>[0]) {
  const clock = { now: 1000 };
  return { clock, limit: createRateLimit(options, () => clock.now) };
}

describe('the rate limit', () => {
  it('lets a burst through, then says when to come again, and keeps its word', () => {
    const { clock, limit } = rig({ requestsPerSecond: 10, burst: 3 });
    expect([1, 2, 3].map(() => limit('a'))).toEqual([undefined, undefined, undefined]);
    const refused = limit('a')!;
    expect(refused).toMatchObject({ code: 'LMCP_RATE_LIMITED', http: 429, retry: true });
    expect(refused.data).toEqual({ retryAfterMs: 100 });
    clock.now += 99;
    expect(limit('a')).toBeDefined();
    clock.now += 1;
    expect(limit('a')).toBeUndefined();
    expect(limit('a')).toBeDefined();
  });

  it('tells clients apart', () => {
    const { limit } = rig({ requestsPerSecond: 10, burst: 1 });
    expect(limit('a')).toBeUndefined();
    expect(limit('a')).toBeDefined();
    expect(limit('b')).toBeUndefined();
  });

  it('admits, over any time, the burst and the rate, and no more', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 80, size: 'max' }),
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 10 }),
        (pauses, requestsPerSecond, burst) => {
          const { clock, limit } = rig({ requestsPerSecond, burst });
          const admitted: number[] = [];
          let refusedInVain = 0;
          for (const pause of pauses) {
            clock.now += pause;
            if (limit('a') === undefined) admitted.push(clock.now);
            else {
              const since = admitted.filter((at) => at > clock.now - (burst * 1000) / requestsPerSecond - 1);
              if (since.length < burst) refusedInVain += 1;
            }
          }
          expect(refusedInVain).toBe(0);
          const isTooMany = (from: number, to: number, count: number) =>
            count > burst + ((to - from) / 1000) * requestsPerSecond + 1e-6;
          const tooMany = admitted.filter((from, i) =>
            admitted.slice(i).some((to, n) => isTooMany(from, to, n + 1)),
          );
          expect(tooMany).toEqual([]);
        },
      ),
    );
  });

  it('holds a bounded number of clients: a flood of names shares one allowance, and is forgotten', () => {
    const { clock, limit } = rig({ requestsPerSecond: 10, burst: 2, clients: 5 });
    const flood = () =>
      Array.from({ length: 100 }, (_, i) => limit(`name${i}`)).filter((it) => it === undefined);
    expect(flood().length).toBe(5 + 2);
    expect(limit('name0')).toBeUndefined();
    clock.now += 10_000;
    expect(limit('newcomer')).toBeUndefined();
    expect(limit('newcomer')).toBeUndefined();
    expect(limit('newcomer')).toBeDefined();
  });

  it('is off at 0', () => {
    const { limit } = rig({ requestsPerSecond: 0, burst: 1 });
    for (let i = 0; i < 10; i += 1) expect(limit('a')).toBeUndefined();
  });
});

describe('the rate limit over HTTP', () => {
  it('answers 429 with Retry-After to the session that sends too much, to no other, and counts no stranger', async () => {
    const { limit: admit } = rig({ requestsPerSecond: 0.5, burst: 1 });
    const asked: string[] = [];
    const handler = createHttpHandler({
      endpoint: contractRig().endpoint,
      token: 'token',
      resolveWorkspace: async () => 'w',
      admit: (client) => {
        asked.push(client);
        return admit(client);
      },
    });
    const server = createServer(handler);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`;
    const send = async (headers: Record<string, string>) => {
      const response = await fetch(url, { method: 'PUT', headers });
      return {
        status: response.status,
        wait: response.headers.get('retry-after'),
        body: await response.json(),
      };
    };
    try {
      const authorization = 'Bearer token';
      expect((await send({ 'lmcp-session': 'a' })).status).toBe(401);
      expect(asked).toEqual([]);
      expect((await send({ authorization, 'lmcp-session': 'a' })).status).toBe(405);
      const refused = await send({ authorization, 'lmcp-session': 'a' });
      expect(refused).toMatchObject({ status: 429, wait: '2' });
      expect(refused.body).toMatchObject({
        error: { code: -31429, data: { code: 'LMCP_RATE_LIMITED', retryAfterMs: 2000, retry: true } },
      });
      expect((await send({ authorization, 'mcp-session-id': 'b' })).status).toBe(405);
      await send({ authorization });
      expect(asked.slice(0, 3)).toEqual(['a', 'a', 'b']);
      expect(asked[3]).toMatch(/^http-/);
    } finally {
      handler.close();
      server.closeAllConnections();
      server.close();
    }
  });
});
