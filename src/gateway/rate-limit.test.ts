/** The limit a client: its rate, its burst, its hint, and its memory. */
import { Agent, createServer, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contractRig } from '../protocol/contract-server.js';
import { createHttpHandler, frontHttpServer } from '../protocol/index.js';
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
  const { limit: admit } = rig({ requestsPerSecond: 0.5, burst: 2 });
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
  frontHttpServer(server);
  const agents: Agent[] = [];
  let port = 0;
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
  });
  afterAll(() => {
    handler.close();
    for (const agent of agents) agent.destroy();
    server.closeAllConnections();
    server.close();
  });

  /** One connection. */
  const connection = () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    agents.push(agent);
    return (headers: Record<string, string>, body: object = { jsonrpc: '2.0', id: 1, method: 'ping' }) =>
      new Promise<{ status: number | undefined; headers: IncomingHttpHeaders; body: unknown }>(
        (resolve, reject) => {
          const types = { 'content-type': 'application/json', accept: '*/*', authorization: 'Bearer token' };
          const options = { agent, port, method: 'POST', path: '/mcp', headers: { ...types, ...headers } };
          const request = httpRequest(options, async (response) => {
            let text = '';
            for await (const chunk of response.setEncoding('utf8')) text += chunk;
            resolve({
              status: response.statusCode,
              headers: response.headers,
              body: text === '' ? undefined : JSON.parse(text),
            });
          });
          request.on('error', reject).end(JSON.stringify(body));
        },
      );
  };

  it('counts no stranger', async () => {
    expect((await connection()({ authorization: 'Bearer wrong' })).status).toBe(401);
    expect(asked).toEqual([]);
  });

  it('holds a connection to its allowance whatever it calls itself, and no other for it', async () => {
    for (const header of ['lmcp-session', 'mcp-session-id', 'x-nothing']) {
      const send = connection();
      const statuses = [];
      for (const name of ['a', 'b']) statuses.push((await send({ [header]: name })).status);
      expect(statuses, header).not.toContain(429);
      const refused = await send({ [header]: 'c' });
      expect(refused, header).toMatchObject({ status: 429, headers: { 'retry-after': '2' } });
      expect(refused.body).toMatchObject({
        error: { code: -31429, data: { code: 'LMCP_RATE_LIMITED', retry: true } },
      });
    }
    expect(asked.every((client) => client.startsWith('http-'))).toBe(true);
  });

  it('holds a connection to it that says the same again and again', async () => {
    const send = connection();
    const statuses = [];
    for (let i = 0; i < 4; i += 1) statuses.push((await send({ 'lmcp-session': 'same' })).status);
    expect(statuses).toEqual([400, 400, 429, 429]);
  });

  it('holds an open session to its allowance over all its connections', async () => {
    const { headers } = await connection()(
      {},
      { jsonrpc: '2.0', id: 0, method: 'initialize', params: { protocolVersion: '2025-11-25' } },
    );
    const named = { 'mcp-session-id': String(headers['mcp-session-id']) };
    const statuses = [];
    for (let i = 0; i < 3; i += 1) statuses.push((await connection()(named)).status);
    expect(statuses).toEqual([200, 200, 429]);
    expect((await connection()({ 'mcp-session-id': 'not one' })).status).toBe(404);
  });
});
