/** Whatever bytes and headers come in: an answer with a known code, no crash, no hang. */
import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { errors } from '../errors/index.js';
import { envelope } from './contract-client.js';
import { contractRig } from './contract-server.js';
import { createHttpHandler, hardenHttpServer } from './index.js';
import { parseMessage } from './message.js';
import { Peer } from './peer.js';

const rig = contractRig();
const wires = new Set(Object.values(errors).map(({ wire }) => wire));
const context = { workspace: 'w', session: 's', transport: 'internal' } as const;
const sink = {
  notify: () => undefined,
  deliver: () => true,
  ask: () => Promise.reject(new Error('nobody to ask')),
};

const valid = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/call',
  params: { name: 'echo', arguments: { text: 'a' }, _meta: { ...envelope, progressToken: 1 } },
});

/** A valid call with some of its bytes replaced, doubled or cut. */
const mutated = fc
  .array(fc.tuple(fc.nat(valid.length), fc.nat(4), fc.uint8Array({ maxLength: 4 })), { maxLength: 6 })
  .map((edits) =>
    edits.reduce(
      (bytes, [at, cut, add]) => Buffer.concat([bytes.subarray(0, at), add, bytes.subarray(at + cut)]),
      Buffer.from(valid),
    ),
  );
const method = fc.constantFrom('tools/call', 'tools/list', 'initialize', 'ping', 'server/discover', 'x');
const shaped = fc
  .record({
    jsonrpc: fc.constant('2.0'),
    id: fc.oneof(fc.integer(), fc.jsonValue()),
    method,
    params: fc.jsonValue(),
  })
  .map((message) => Buffer.from(JSON.stringify(message)));
const body = fc.oneof(
  mutated,
  shaped,
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
);

function checkResponse(bytes: Uint8Array): void {
  const message = JSON.parse(Buffer.from(bytes).toString());
  expect(message.jsonrpc).toBe('2.0');
  if (message.error !== undefined) expect(wires).toContain(message.error.code);
  else expect(message.result).toBeTypeOf('object');
}

it('a peer answers every message with a result or a registry code', async () => {
  await fc.assert(
    fc.asyncProperty(body, fc.boolean(), async (bytes, initialized) => {
      const peer = new Peer(rig.endpoint.view('contract')!, context, () => undefined);
      if (initialized)
        await peer.handle(
          { kind: 'request', id: 0, method: 'initialize', params: { protocolVersion: '2025-11-25' } },
          Buffer.alloc(0),
          sink,
        );
      const message = parseMessage(bytes);
      const reply = await peer.handle(message, bytes, sink);
      expect(reply !== undefined).toBe(message.kind === 'request' || message.kind === 'invalid');
      if (reply !== undefined) checkResponse(reply);
      expect(peer.inFlight).toBe(0);
    }),
    { numRuns: 3000 },
  );
});

it('a tool host answers every body, and never runs one that its headers did not name', async () => {
  await fc.assert(
    fc.asyncProperty(body, async (bytes) => {
      const before = rig.hosted.length;
      const response = await rig.endpoint.view()!.forward(
        {
          server: 'contract',
          revision: '2026-07-28',
          body: bytes,
          expect: { method: 'tools/call', name: 'echo' },
          context,
        },
        sink,
        new AbortController().signal,
      );
      checkResponse(response);
      const { outcome } = rig.hosted[before]!;
      expect(outcome.tool).toBe('echo');
      if (outcome.ok) expect(JSON.parse(bytes.toString()).params.name).toBe('echo');
    }),
    { numRuns: 2000 },
  );
});

let port = 0;
const server = createServer(
  createHttpHandler({ endpoint: rig.endpoint, token: 't', resolveWorkspace: async () => 'w' }),
);
beforeAll(async () => {
  hardenHttpServer(server);
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

function post(bytes: Uint8Array, headers: Record<string, string>): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ port, method: 'POST', path: '/mcp/contract', headers, timeout: 3000 });
    request.on('timeout', () => request.destroy(new Error('hangs')));
    request.on('error', reject);
    request.on('response', async (response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk as Buffer);
      resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() });
    });
    request.end(bytes);
  });
}

it('HTTP answers every body under every combination of headers', async () => {
  const maybe = (...values: string[]) =>
    fc.option(fc.oneof(fc.constantFrom(...values), visible), { nil: undefined });
  const visible = fc.string({ unit: fc.constantFrom(...'abz/=?:; ,*"{}'), maxLength: 12 });
  const headers = fc.record({
    'mcp-protocol-version': maybe('2026-07-28', '2025-11-25', '2025-03-26'),
    'mcp-method': maybe('tools/call', 'tools/list', 'server/discover'),
    'mcp-name': maybe('echo', 'fail', '=?base64?ZWNobw==?='),
    'mcp-session-id': maybe('x'),
    'lmcp-session': maybe('y'),
  });
  const allowed = new Set([200, 202, 400, 404]);
  await fc.assert(
    fc.asyncProperty(body, headers, async (bytes, given) => {
      const sent: Record<string, string> = {
        authorization: 'Bearer t',
        'content-type': 'application/json',
        accept: '*/*',
      };
      for (const [name, value] of Object.entries(given)) if (value !== undefined) sent[name] = value;
      const { status, text } = await post(bytes, sent);
      expect(allowed).toContain(status);
      if (status === 202) expect(text).toBe('');
      else checkResponse(Buffer.from(text));
    }),
    { numRuns: 600 },
  );
});
