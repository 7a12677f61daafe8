/** What only HTTP has: guards, headers, sessions, methods, paths, sizes, disconnects. */
import { createServer, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LmcpError } from '../../errors/index.js';
import { envelope } from '../contract-client.js';
import { type ContractRig, contractRig } from '../contract-server.js';
import { createHttpHandler, type HttpHandler, hardenHttpServer } from './http.js';

let rig: ContractRig;
let handler: HttpHandler;
let port: number;
let now: number;
let close: () => void;
const hints: (string | undefined)[] = [];

beforeEach(async () => {
  rig = contractRig();
  now = 0;
  hints.length = 0;
  handler = createHttpHandler({
    endpoint: rig.endpoint,
    token: 'secret',
    allowedHosts: ['daemon.example'],
    allowedOrigins: ['https://dash.example'],
    maxSessions: 3,
    sessionIdleMs: 1000,
    now: () => now,
    resolveWorkspace: async (hint) => {
      hints.push(hint);
      if (hint === 'refused') throw new LmcpError('LMCP_NOT_A_REPOSITORY', 'No repository there.');
      return hint ?? 'first';
    },
  });
  const server = createServer(handler).listen(0, '127.0.0.1');
  hardenHttpServer(server);
  await new Promise((resolve) => server.once('listening', resolve));
  port = (server.address() as AddressInfo).port;
  close = () => {
    server.close();
    server.closeAllConnections();
    handler.close();
  };
});
afterEach(() => close());

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  // biome-ignore lint/suspicious/noExplicitAny: bodies are asserted, not typed.
  body: any;
}

function send(options: {
  method?: string;
  path?: string;
  headers?: Record<string, string | undefined>;
  body?: unknown;
}): Promise<Answer> {
  const headers: Record<string, string> = {};
  const given = {
    authorization: 'Bearer secret',
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    ...options.headers,
  };
  for (const [name, value] of Object.entries(given)) if (value !== undefined) headers[name] = value;
  return new Promise((resolve, reject) => {
    const request = httpRequest({
      port,
      method: options.method ?? 'POST',
      path: options.path ?? '/mcp/contract',
      headers,
    });
    request.on('error', reject);
    request.on('response', async (response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk as Buffer);
      const text = Buffer.concat(chunks).toString();
      const json = response.headers['content-type'] === 'application/json';
      resolve({
        status: response.statusCode ?? 0,
        headers: response.headers,
        body: json ? JSON.parse(text) : text,
      });
    });
    const { body } = options;
    request.end(
      body === undefined || typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
    );
  });
}

const modern = (method?: string, name?: string) => ({
  'mcp-protocol-version': '2026-07-28',
  ...(method !== undefined && { 'mcp-method': method }),
  ...(name !== undefined && { 'mcp-name': name }),
});
const list = { jsonrpc: '2.0', id: 1, method: 'tools/list', params: { _meta: envelope } };
const echo = (name = 'echo') => ({
  jsonrpc: '2.0',
  id: 2,
  method: 'tools/call',
  params: { name, arguments: { text: 'a' }, _meta: envelope },
});
const initialize = (protocolVersion = '2025-11-25') => ({
  jsonrpc: '2.0',
  id: 0,
  method: 'initialize',
  params: { protocolVersion, capabilities: {}, clientInfo: { name: 'c', version: '1' } },
});
const ping = { jsonrpc: '2.0', id: 3, method: 'ping' };

async function session(path?: string): Promise<string> {
  const { headers } = await send({ body: initialize(), ...(path && { path }) });
  return String(headers['mcp-session-id']);
}

describe('guards', () => {
  const table: [string, Record<string, string | undefined>, number, string][] = [
    ['no token', { authorization: undefined }, 401, 'LMCP_UNAUTHORIZED'],
    ['a wrong token of equal length', { authorization: 'Bearer secreT' }, 401, 'LMCP_UNAUTHORIZED'],
    ['a longer token', { authorization: 'Bearer secret2' }, 401, 'LMCP_UNAUTHORIZED'],
    ['another scheme', { authorization: 'Basic secret' }, 401, 'LMCP_UNAUTHORIZED'],
    ['a foreign Host', { host: 'evil.example:80' }, 403, 'LMCP_FORBIDDEN_HOST'],
    ['a Host that only begins like ours', { host: 'localhost.evil.example' }, 403, 'LMCP_FORBIDDEN_HOST'],
    ['a foreign Origin', { origin: 'http://evil.example' }, 403, 'LMCP_FORBIDDEN_ORIGIN'],
    ['a null Origin', { origin: 'null' }, 403, 'LMCP_FORBIDDEN_ORIGIN'],
    [
      'an Origin that only begins like ours',
      { origin: 'http://localhost.evil.example' },
      403,
      'LMCP_FORBIDDEN_ORIGIN',
    ],
    ['another media type', { 'content-type': 'text/plain' }, 415, 'LMCP_MEDIA_TYPE'],
    ['no media type', { 'content-type': undefined }, 415, 'LMCP_MEDIA_TYPE'],
    ['a client that takes no JSON', { accept: 'text/event-stream' }, 406, 'LMCP_NOT_ACCEPTABLE'],
    ['a client that takes no stream', { accept: 'application/json' }, 406, 'LMCP_NOT_ACCEPTABLE'],
  ];
  it.each(table)('refuse %s', async (_name, headers, status, code) => {
    const answer = await send({ body: list, headers: { ...modern('tools/list'), ...headers } });
    expect(answer.status).toBe(status);
    expect(answer.body.error.data.code).toBe(code);
    expect(answer.body.id).toBeUndefined();
    expect(rig.hosted).toEqual([]);
  });

  it.each([
    { host: 'localhost' },
    { host: '[::1]:8080' },
    { host: 'daemon.example:1' },
    { origin: 'http://localhost:3000' },
    { origin: 'https://dash.example' },
    { accept: '*/*' },
    { accept: undefined },
    { 'content-type': 'application/json; charset=utf-8' },
  ])('let %j pass', async (headers) => {
    expect((await send({ body: list, headers: { ...modern('tools/list'), ...headers } })).status).toBe(200);
  });

  it('challenge for the bearer token', async () => {
    const { headers } = await send({ body: list, headers: { authorization: undefined } });
    expect(headers['www-authenticate']).toBe('Bearer');
  });
});

describe('paths and methods', () => {
  it.each([
    ['/mcp/nowhere', 404, 'LMCP_UNKNOWN_SERVER'],
    ['/mcp/__proto__', 404, 'LMCP_UNKNOWN_SERVER'],
    ['/mcp/', 404, 'LMCP_UNKNOWN_SERVER'],
    ['/mcpx', 404, 'LMCP_NO_SUCH_PATH'],
    ['/', 404, 'LMCP_NO_SUCH_PATH'],
  ])('%s is %i', async (path, status, code) => {
    const answer = await send({ path, body: list, headers: modern('tools/list') });
    expect([answer.status, answer.body.error.data.code]).toEqual([status, code]);
  });

  it.each(['GET', 'PUT', 'OPTIONS', 'PATCH'])('%s is not offered', async (method) => {
    const answer = await send({ method });
    expect(answer.status).toBe(405);
    expect(answer.headers.allow).toBe('POST, GET, DELETE');
  });

  it('lists only combined tools on /mcp, and calls no others there', async () => {
    const listed = await send({ path: '/mcp', body: list, headers: modern('tools/list') });
    expect(listed.body.result.tools.map((t: { name: string }) => t.name)).toEqual(['echo', 'count']);
    const called = await send({
      path: '/mcp',
      body: echo('wait'),
      headers: modern('tools/call', 'wait'),
    });
    expect(called.body.error.data.code).toBe('LMCP_UNKNOWN_TOOL');
  });
});

describe('2026-07-28', () => {
  const mismatch: [string, Record<string, string>, unknown][] = [
    ['no Mcp-Method', modern(), list],
    ['another Mcp-Method', modern('prompts/list'), list],
    ['Mcp-Method in another case', modern('TOOLS/LIST'), list],
    ['a call under the header of a list', modern('tools/list'), echo()],
    ['a list under the headers of a call', modern('tools/call', 'echo'), list],
    ['no Mcp-Name', modern('tools/call'), echo()],
    ['an unknown Mcp-Name', modern('tools/call', 'wrong'), echo()],
    ['the Mcp-Name of another tool', modern('tools/call', 'fail'), echo()],
    ['a malformed Base64 name', modern('tools/call', '=?base64?***?='), echo()],
    [
      'another version in the body',
      modern('tools/call', 'echo'),
      {
        ...echo(),
        params: {
          ...echo().params,
          _meta: { ...envelope, 'io.modelcontextprotocol/protocolVersion': 'v999' },
        },
      },
    ],
    ['a stateless body without version header', {}, list],
    ['a stateless body under 2025-11-25', { 'mcp-protocol-version': '2025-11-25' }, list],
  ];
  it.each(mismatch)('refuses %s as a header mismatch', async (_name, headers, body) => {
    const answer = await send({ body, headers });
    expect(answer.status).toBe(400);
    expect(answer.body.error.code).toBe(-32020);
    expect(answer.body.id).toBe((body as { id: number }).id);
    expect(rig.hosted.filter((call) => call.outcome.ok)).toEqual([]);
  });

  it('reads Mcp-Name with white space around it and in Base64', async () => {
    const base64 = `=?base64?${Buffer.from('echo').toString('base64')}?=`;
    for (const name of [' echo\t', base64])
      expect((await send({ body: echo(), headers: modern('tools/call', name) })).status).toBe(200);
  });

  it('lists what it supports to an unsupported version', async () => {
    const answer = await send({ body: list, headers: { 'mcp-protocol-version': 'v999.0.0' } });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({
      id: 1,
      error: { code: -32022, data: { supported: ['2026-07-28', '2025-11-25'], requested: 'v999.0.0' } },
    });
  });

  it('answers unknown methods with 404, notifications with 202, responses with 400', async () => {
    const unknown = await send({
      body: { ...list, method: 'initialize' },
      headers: modern('initialize'),
    });
    expect([unknown.status, unknown.body.error.code, unknown.body.id]).toEqual([404, -32601, 1]);
    const notification = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } };
    expect((await send({ body: notification, headers: modern() })).status).toBe(202);
    expect((await send({ body: { jsonrpc: '2.0', id: 1, result: {} }, headers: modern() })).status).toBe(400);
  });

  it('refuses a call without id, whatever its headers say', async () => {
    const { id: _id, ...body } = echo();
    const answer = await send({ body, headers: modern('tools/call', 'echo') });
    expect([answer.status, answer.body.error.code]).toEqual([400, -32600]);
  });

  it('mints no session and ignores one', async () => {
    const answer = await send({
      body: echo(),
      headers: { ...modern('tools/call', 'echo'), 'mcp-session-id': 'whatever' },
    });
    expect(answer.status).toBe(200);
    expect(answer.headers['mcp-session-id']).toBeUndefined();
    expect(answer.headers['content-length']).toBeDefined();
  });

  it('names workspace and session by query, header or _meta', async () => {
    const headers = modern('tools/call', 'echo');
    await send({ body: echo(), headers, path: '/mcp?workspace=by%2Fquery' });
    await send({
      body: echo(),
      headers: { ...headers, 'lmcp-workspace': 'by-header', 'lmcp-session': 'S1' },
    });
    const meta = {
      ...envelope,
      'lmcp/session': 'S2',
      traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
    };
    await send({ body: { ...echo(), params: { ...echo().params, _meta: meta } }, headers });
    expect(hints).toEqual(['by/query', 'by-header', undefined]);
    const contexts = rig.hosted.map((call) => call.context);
    expect(contexts.map((context) => context.workspace)).toEqual(['by/query', 'by-header', 'first']);
    expect(contexts[0]?.session).toMatch(/^http-/);
    expect(contexts[1]?.session).toBe('S1');
    expect(contexts[2]).toMatchObject({ session: 'S2', traceparent: meta.traceparent });
  });

  it('refuses when the workspace is refused, with the id', async () => {
    const answer = await send({
      body: echo(),
      headers: { ...modern('tools/call', 'echo'), 'lmcp-workspace': 'refused' },
    });
    expect([answer.status, answer.body.id, answer.body.error.data.code]).toEqual([
      400,
      2,
      'LMCP_NOT_A_REPOSITORY',
    ]);
  });
});

describe('2025-11-25', () => {
  it.each(['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05', '1999-01-01'])(
    'offers itself to a client that asks for %s',
    async (version) => {
      const answer = await send({ body: initialize(version) });
      expect(answer.status).toBe(200);
      expect(answer.body.result.protocolVersion).toBe('2025-11-25');
      expect(answer.body.result.capabilities).toEqual({ tools: {} });
      expect(answer.headers['mcp-session-id']).toMatch(/^[\x21-\x7e]{36}$/);
    },
  );

  it('opens no session for an initialize without version', async () => {
    const answer = await send({ body: { ...initialize(), params: {} } });
    expect(answer.body.error.code).toBe(-32602);
    expect(answer.headers['mcp-session-id']).toBeUndefined();
    expect(handler.sessions()).toBe(0);
  });

  it('demands the session, its view and its version', async () => {
    const id = await session();
    const within = (headers: Record<string, string>, path?: string) =>
      send({ body: ping, headers, ...(path && { path }) }).then(({ status }) => status);
    expect(await within({ 'mcp-session-id': id })).toBe(200);
    expect(await within({ 'mcp-session-id': id, 'mcp-protocol-version': '2025-11-25' })).toBe(200);
    expect(await within({})).toBe(400);
    expect(await within({ 'mcp-session-id': 'unknown' })).toBe(404);
    expect(await within({ 'mcp-session-id': id }, '/mcp')).toBe(404);
    expect(await within({ 'mcp-session-id': id, 'mcp-protocol-version': '2025-06-18' })).toBe(400);
  });

  it('ends a session by DELETE', async () => {
    const id = await session();
    const headers = { 'mcp-session-id': id };
    expect((await send({ method: 'DELETE', headers })).status).toBe(204);
    expect((await send({ method: 'DELETE', headers })).status).toBe(404);
    expect((await send({ body: ping, headers })).status).toBe(404);
    expect((await send({ method: 'DELETE' })).status).toBe(405);
  });

  it('ends no session of another view', async () => {
    const headers = { 'mcp-session-id': await session() };
    expect((await send({ method: 'DELETE', headers, path: '/mcp' })).status).toBe(404);
    expect((await send({ body: ping, headers })).status).toBe(200);
    expect((await send({ method: 'DELETE', headers })).status).toBe(204);
  });

  it('keeps nothing of a session for which there was no place', async () => {
    const view = rig.endpoint.view('featured')!;
    const before = view.subscriptions.size;
    const streams = [];
    for (let i = 0; i < 3; i += 1) {
      const request = httpRequest({
        port,
        method: 'GET',
        path: '/mcp/featured',
        headers: {
          authorization: 'Bearer secret',
          accept: 'text/event-stream',
          'mcp-session-id': await session('/mcp/featured'),
        },
      });
      request.on('error', () => undefined).end();
      await new Promise((resolve) => request.once('response', resolve));
      streams.push(request);
    }
    expect(view.subscriptions.size).toBe(before + 3);
    for (let i = 0; i < 5; i += 1) {
      const { body } = await send({ body: initialize(), path: '/mcp/featured' });
      expect(body.error.data.code).toBe('LMCP_OVERLOADED');
    }
    expect(view.subscriptions.size).toBe(before + 3);
    for (const request of streams) request.destroy();
  });

  it('keeps a bounded number of sessions and drops the idle', async () => {
    const ids = [await session(), await session(), await session()];
    const alive = async (id: string) =>
      (await send({ body: ping, headers: { 'mcp-session-id': id } })).status === 200;
    expect(await alive(ids[0]!)).toBe(true);
    await session();
    expect(handler.sessions()).toBe(3);
    expect([await alive(ids[0]!), await alive(ids[1]!)]).toEqual([true, false]);
    now = 1001;
    expect(await alive(ids[0]!)).toBe(false);
    await session();
    expect(handler.sessions()).toBe(1);
  });

  it('takes notifications and responses with 202', async () => {
    const headers = { 'mcp-session-id': await session() };
    for (const body of [
      { jsonrpc: '2.0', method: 'notifications/initialized' },
      { jsonrpc: '2.0', id: 9, result: {} },
    ])
      expect((await send({ body, headers })).status).toBe(202);
  });

  it('goes on with a call whose connection is lost', async () => {
    const id = await session();
    const lost = httpRequest({
      port,
      method: 'POST',
      path: '/mcp/contract',
      headers: {
        authorization: 'Bearer secret',
        'content-type': 'application/json',
        'mcp-session-id': id,
      },
    });
    lost.on('error', () => undefined);
    lost.end(JSON.stringify({ ...echo(), params: { name: 'echo', arguments: { text: 'x', delayMs: 80 } } }));
    await new Promise((resolve) => setTimeout(resolve, 30));
    lost.destroy();
    await expect.poll(() => rig.hosted.map((call) => call.outcome.ok)).toEqual([true]);
  });
});

describe('bodies', () => {
  it('refuses what is declared too large before reading it', async () => {
    const answer = await send({ body: Buffer.alloc(5 * 1024 * 1024, 0x20), headers: modern('tools/list') });
    expect([answer.status, answer.headers.connection]).toEqual([413, 'close']);
  });

  it('refuses what turns out too large while it comes in chunks', async () => {
    const socket = connect(port, '127.0.0.1');
    const chunk = Buffer.alloc(512 * 1024, 0x20);
    socket.write(
      'POST /mcp HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer secret\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n',
    );
    let answer = '';
    socket.on('data', (data) => {
      answer += data;
    });
    socket.on('error', () => undefined);
    for (let i = 0; i < 10; i += 1) {
      socket.write(`${chunk.length.toString(16)}\r\n`);
      socket.write(chunk);
      socket.write('\r\n');
    }
    await expect.poll(() => answer).toContain('413');
    socket.destroy();
  });

  it('survives clients that leave in the middle of a body or a header', async () => {
    for (const text of ['POST /mcp HTTP/1.1\r\nhost: x', 'garbage\r\n\r\n', '\0\0\0\0']) {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => undefined);
      socket.write(text);
      await new Promise((resolve) => setTimeout(resolve, 10));
      socket.destroy();
    }
    const socket = connect(port, '127.0.0.1');
    socket.write(
      'POST /mcp HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer secret\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{',
    );
    await new Promise((resolve) => setTimeout(resolve, 20));
    socket.destroy();
    expect((await send({ body: list, headers: modern('tools/list') })).status).toBe(200);
  });
});
