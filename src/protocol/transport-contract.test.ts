/** Runs the transport contract over HTTP, the unix socket, the bridge and plain streams, in both revisions. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, request as httpRequest } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Duplex, PassThrough, type Readable, type Writable } from 'node:stream';
import { afterEach, describe, it } from 'vitest';
import { Client, type Returned, type Wire, type Wired } from './contract-client.js';
import { type ContractRig, contractRig } from './contract-server.js';
import { bridge, createHttpHandler, type Revision, revisions, serveLines, serveUnix } from './index.js';
import { transportCases } from './transport-contract.js';
import { featureCases } from './transport-features.js';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const transports: Record<string, (rig: ContractRig, revision: Revision, server: string) => Promise<Wire>> = {
  async http(rig, revision, server) {
    const handler = createHttpHandler({
      endpoint: rig.endpoint,
      token: 'secret',
      resolveWorkspace: async () => 'w',
    });
    const http = createServer(handler).listen(0, '127.0.0.1');
    closers.push(
      () => http.close(),
      () => http.closeAllConnections(),
      () => handler.close(),
    );
    await new Promise((resolve) => http.once('listening', resolve));
    return httpWire({ port: (http.address() as AddressInfo).port, path: `/mcp/${server}` }, revision);
  },
  async streams(rig, revision, server) {
    const input = new PassThrough();
    const output = new PassThrough();
    const view = rig.endpoint.view(server)!;
    void serveLines({ view, context: { workspace: 'w', session: 's', transport: 'stdio' }, input, output });
    return lineWire(input, output, revision);
  },
  async unix(rig, revision, server) {
    const path = await listen(rig);
    const socket = connect({ path, allowHalfOpen: true });
    socket.write(`{"lmcp":1,"version":"1","session":"s","server":"${server}"}\n`);
    await new Promise((resolve) => socket.once('data', resolve));
    return lineWire(socket, socket, revision);
  },
  async bridge(rig, revision, server) {
    const path = await listen(rig);
    const input = new PassThrough();
    const output = new PassThrough();
    const preface = { lmcp: 1, version: '1', session: 's', server } as const;
    void bridge({ path, preface, input, output });
    return lineWire(input, output, revision);
  },
};

async function listen(rig: ContractRig): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'lmcp-contract-'));
  closers.push(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 's');
  const listener = await serveUnix({
    endpoint: rig.endpoint,
    path,
    version: '1',
    open: async () => ({ workspace: 'w' }),
  });
  closers.push(() => listener.close());
  return path;
}

const initialize = {
  jsonrpc: '2.0',
  id: 0,
  method: 'initialize',
  params: {
    protocolVersion: '2025-11-25',
    capabilities: { elicitation: {}, sampling: {}, roots: {} },
    clientInfo: { name: 'contract-client', version: '1' },
  },
};

const noAnswer = (request: Wired): Wired => {
  throw new Error(`nobody answers ${request.method}`);
};

/** Sends what the client answers to a request of the server. */
function answer(wire: Wire, request: Wired): void {
  const result = wire.answers(request);
  if (result !== undefined) void wire.notify({ jsonrpc: '2.0', id: request.id, result });
}

async function lineWire(input: Writable, output: Readable, revision: Revision): Promise<Wire> {
  type Pending = { id: unknown; token?: unknown; notifications: Wired[]; settle: (response: Wired) => void };
  const pending: Pending[] = [];
  const heard: Wired[] = [];
  let buffered = '';
  output.setEncoding('utf8');
  output.on('data', (chunk: string) => {
    const lines = (buffered + chunk).split('\n');
    buffered = lines.pop() ?? '';
    for (const line of lines) {
      const message = JSON.parse(line);
      if (message.method !== undefined && message.id !== undefined) answer(wire, message);
      else if (message.method !== undefined) {
        heard.push(message);
        pending.find((p) => p.id === 'p')?.notifications.push(message);
      } else {
        const at = pending.findLastIndex((p) => p.id === message.id);
        pending.splice(Math.max(at, 0), 1)[0]?.settle(message);
      }
    }
  });
  const wire: Wire = {
    heard,
    answers: noAnswer,
    open: async () => undefined,
    send: (bytes, { id }) =>
      new Promise<Returned>((resolve) => {
        const notifications: Wired[] = [];
        pending.push({
          id,
          notifications,
          settle: (response) => resolve({ status: undefined, notifications, response }),
        });
        input.write(Buffer.concat([bytes, Buffer.from('\n')]));
      }),
    notify: async (message) => void input.write(`${JSON.stringify(message)}\n`),
    cancel: async (id) => {
      await wire.notify({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: id } });
      await new Promise((resolve) => setTimeout(resolve, 30));
      const at = pending.findIndex((p) => p.id === id);
      pending.splice(at, 1)[0]?.settle(undefined);
    },
    close: async () => void (input as Duplex).destroy(),
  };
  closers.push(() => wire.close());
  if (revision === '2025-11-25') {
    await wire.send(Buffer.from(JSON.stringify(initialize)), { id: 0 });
    await wire.notify({ jsonrpc: '2.0', method: 'notifications/initialized' });
  }
  return wire;
}

async function httpWire(target: { port: number; path: string }, revision: Revision): Promise<Wire> {
  const heard: Wired[] = [];
  let session: Record<string, string> = {};
  const running = new Map<unknown, () => void>();
  const post = (bytes: Uint8Array, more: Record<string, string>, id?: unknown) =>
    new Promise<Returned & { headers: Record<string, unknown> }>((resolve) => {
      const request = httpRequest({
        ...target,
        method: bytes.length === 0 ? 'GET' : 'POST',
        headers: {
          authorization: 'Bearer secret',
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
          ...session,
          ...more,
        },
      });
      const none = { notifications: [], headers: {} };
      running.set(id, () => {
        request.destroy();
        resolve({ ...none, status: undefined, response: undefined });
      });
      request.on('error', () => resolve({ ...none, status: undefined, response: undefined }));
      request.on('response', async (response) => {
        const stream = response.headers['content-type'] === 'text/event-stream';
        const messages: Wired[] = [];
        const take = (message: Wired) => {
          if (message.method !== undefined && message.id !== undefined) answer(wire, message);
          else messages.push(message);
          if (message.method !== undefined && message.id === undefined) heard.push(message);
        };
        if (bytes.length === 0) resolve({ ...none, status: response.statusCode, response: undefined });
        let text = '';
        try {
          for await (const chunk of response.setEncoding('utf8')) {
            text += chunk;
            if (!stream) continue;
            const events = text.split('\n\n');
            text = events.pop() ?? '';
            for (const event of events) take(JSON.parse(event.replace(/^event: message\ndata: /, '')));
          }
        } catch {
          // The client left; what came is what counts.
        }
        if (text !== '') take(JSON.parse(text));
        resolve({
          status: response.statusCode,
          headers: response.headers,
          notifications: messages.filter((m) => m.method !== undefined),
          response: messages.find((m) => m.method === undefined),
        });
      });
      request.end(bytes);
    });
  const notification = { 'mcp-protocol-version': revision };
  const wire: Wire = {
    heard,
    answers: noAnswer,
    open: async () => {
      if (revision === '2025-11-25') await post(Buffer.alloc(0), notification, 'stream');
    },
    send: (bytes, { id, method, name }) =>
      post(
        bytes,
        {
          'mcp-protocol-version': revision,
          ...(revision === '2026-07-28' && method !== undefined && { 'mcp-method': method }),
          ...(revision === '2026-07-28' && name !== undefined && { 'mcp-name': name }),
        },
        id,
      ),
    notify: async (message) => {
      const { status } = await post(Buffer.from(JSON.stringify(message)), notification);
      if (status !== 202) throw new Error(`notification answered ${status}`);
    },
    cancel: async (id) => {
      if (revision === '2026-07-28') running.get(id)?.();
      else
        await wire.notify({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: id } });
    },
    close: async () => undefined,
  };
  if (revision === '2025-11-25') {
    const { headers } = await post(Buffer.from(JSON.stringify(initialize)), {});
    session = { 'mcp-session-id': String(headers['mcp-session-id']) };
    await wire.notify({ jsonrpc: '2.0', method: 'notifications/initialized' });
  }
  return wire;
}

const suites = { contract: transportCases, featured: featureCases };

for (const [transport, open] of Object.entries(transports))
  for (const revision of revisions)
    describe(`${transport}, ${revision}`, () => {
      const stateless = transport === 'http' && revision === '2026-07-28';
      for (const [server, cases] of Object.entries(suites))
        for (const { name, run, revisions: of, shared } of cases)
          if (of.includes(revision) && !(shared && stateless))
            it(name, async () => {
              const rig = contractRig({ pageSize: server === 'featured' ? 2 : 0 });
              await run(new Client(revision, await open(rig, revision, server)), rig);
            });
    });
