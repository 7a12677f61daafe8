/** What only HTTP has: the stream of a session, arguments in headers, and the one path that may be open. */
import { createServer, request as httpRequest, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { envelope } from '../contract-client.js';
import { contractRig } from '../contract-server.js';
import { createHttpHandler } from './http.js';

const rig = contractRig();
const hints: (string | undefined)[] = [];
const handler = createHttpHandler({
  endpoint: rig.endpoint,
  token: 'secret',
  openServer: 'contract',
  resolveWorkspace: async (hint) => {
    hints.push(hint);
    return 'w';
  },
});
const server = createServer(handler);
let port = 0;
beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
  handler.close();
});

const token = { authorization: 'Bearer secret' };
const types = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };

interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Record<string, string>;
  readonly body?: object;
}

function open({
  method = 'POST',
  path = '/mcp/featured',
  headers = {},
  body,
}: Sent): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ port, method, path, headers: { ...types, ...headers } }, resolve);
    request.on('error', reject);
    request.end(body && JSON.stringify(body));
  });
}

async function send(
  sent: Sent,
): Promise<{ status: number | undefined; headers: IncomingMessage['headers']; body: string }> {
  const response = await open(sent);
  const { statusCode: status, headers } = response;
  return { status, headers, body: await textOf(response) };
}

async function textOf(response: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) text += chunk;
  return text;
}

const initialize = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'c', version: '1' } },
};

async function session(): Promise<Record<string, string>> {
  const { headers } = await send({ headers: token, body: initialize });
  return { ...token, 'mcp-session-id': String(headers['mcp-session-id']) };
}

describe('the stream of a session', () => {
  it('is for sessions of this view that accept it', async () => {
    const headers = await session();
    expect((await send({ method: 'GET', headers: token })).status).toBe(405);
    expect((await send({ method: 'GET', headers: { ...token, 'mcp-session-id': 'x' } })).status).toBe(404);
    expect((await send({ method: 'GET', headers, path: '/mcp' })).status).toBe(404);
    expect((await send({ method: 'GET', headers: { ...headers, accept: 'text/html' } })).status).toBe(406);
  });

  it('ends when another takes its place, and when the session ends', async () => {
    const headers = await session();
    const first = await open({ method: 'GET', headers });
    expect(first.headers['content-type']).toBe('text/event-stream');
    const second = await open({ method: 'GET', headers });
    expect(await textOf(first)).toBe('');
    const told = textOf(second);
    rig.services.changed('prompts');
    await send({ method: 'DELETE', headers });
    expect(await told).toContain('notifications/prompts/list_changed');
  });

  it('is asked nothing that its client did not say it can answer', async () => {
    const params = { name: 'ask_twice', arguments: {} };
    const call = { jsonrpc: '2.0', id: 2, method: 'tools/call', params };
    const { body } = await send({ headers: await session(), body: call });
    expect(JSON.parse(body).error).toMatchObject({
      code: -32021,
      data: { requiredCapabilities: { elicitation: {} } },
    });
  });

  it('refuses a question whose stream broke', async () => {
    const asking = { ...initialize.params, capabilities: { elicitation: {}, sampling: {} } };
    const opened = await send({ headers: token, body: { ...initialize, params: asking } });
    const headers = { ...token, 'mcp-session-id': String(opened.headers['mcp-session-id']) };
    const params = { name: 'ask_twice', arguments: {} };
    const call = await open({ headers, body: { jsonrpc: '2.0', id: 2, method: 'tools/call', params } });
    await new Promise((resolve) => call.once('data', resolve));
    const hosted = rig.hosted.length;
    call.destroy();
    await expect.poll(() => rig.hosted.length).toBe(hosted + 1);
    expect(rig.hosted.at(-1)?.outcome).toMatchObject({ ok: false, code: 'LMCP_CLIENT_GONE' });
  });
});

describe('arguments in headers', () => {
  const call = async (region: string | undefined, header: string | undefined) => {
    const headers = {
      ...token,
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'tools/call',
      'mcp-name': 'mirrored',
      ...(header !== undefined && { 'Mcp-Param-Region': header }),
    };
    const params = { name: 'mirrored', arguments: region === undefined ? {} : { region }, _meta: envelope };
    const { status, body } = await send({
      headers,
      body: { jsonrpc: '2.0', id: 1, method: 'tools/call', params },
    });
    return [status, JSON.parse(body).error?.code];
  };

  it('must say what the body says', async () => {
    expect(await call('Hello', 'Hello')).toEqual([200, undefined]);
    expect(await call('Grüße', '=?base64?R3LDvMOfZQ==?=')).toEqual([200, undefined]);
    for (const header of [undefined, 'hello', '', '=?base64?SGVsbG8?=', 'null'])
      expect(await call('Hello', header), header).toEqual([400, -32020]);
    expect(await call(undefined, 'Hello')).toEqual([400, -32020]);
  });
});

describe('the open path', () => {
  const list = { jsonrpc: '2.0', id: 1, method: 'tools/list', params: { _meta: envelope } };
  const stateless = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/list' };
  const status = async (path: string, headers = {}) =>
    (await send({ path, headers: { ...stateless, ...headers }, body: list })).status;

  it('asks for no token, and nothing else is open', async () => {
    expect(await status('/mcp/contract')).toBe(200);
    expect(await status('/mcp/contract?workspace=x')).toBe(200);
    for (const path of [
      '/mcp',
      '/mcp/featured',
      '/mcp/contract/',
      '/mcp/contractx',
      '/mcp/contract/../featured',
      '//mcp/contract',
    ])
      expect(await status(path), path).toBe(401);
  });

  const call = (id: number) => {
    const params = { name: 'echo', arguments: { text: 'x' } };
    return { jsonrpc: '2.0', id, method: 'tools/call', params };
  };
  const named = { 'lmcp-workspace': '/header' };
  const calling = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call', 'mcp-name': 'echo' };

  it('does not look at what a client says of a workspace', async () => {
    hints.length = 0;
    for (const [path, headers] of [
      ['/mcp/contract?workspace=/query', {}],
      ['/mcp/contract', named],
    ] as const) {
      const { params } = call(1);
      const body = { ...call(1), params: { ...params, _meta: envelope } };
      expect((await send({ path, headers: { ...calling, ...headers }, body })).status).toBe(200);
      const opened = await send({ path, headers, body: initialize });
      const session = { 'mcp-session-id': String(opened.headers['mcp-session-id']) };
      expect((await send({ path, headers: { ...session, ...headers }, body: call(2) })).status).toBe(200);
    }
    expect(hints).toEqual([undefined, undefined, undefined, undefined]);
    await send({ path: '/mcp/featured', headers: { ...token, ...named }, body: initialize });
    expect(hints.at(-1)).toBe('/header');
  });

  it('still judges Host and Origin, and lets no other page in than its own', async () => {
    expect(await status('/mcp/contract', { host: 'evil.example' })).toBe(403);
    expect(await status('/mcp/contract', { origin: 'https://evil.example' })).toBe(403);
    for (const origin of ['http://localhost:1', 'http://localhost', `https://localhost:${port}`, 'null'])
      expect(await status('/mcp/contract', { host: `localhost:${port}`, origin }), origin).toBe(403);
    const own = { host: `localhost:${port}`, origin: `http://localhost:${port}` };
    expect(await status('/mcp/contract', own)).toBe(200);
    expect(await status('/mcp/featured', { ...token, origin: 'http://localhost:1' })).toBe(200);
  });
});
