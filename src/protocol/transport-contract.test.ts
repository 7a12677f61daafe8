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

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const transports: Record<string, (rig: ContractRig, revision: Revision) => Promise<Wire>> = {
  async http(rig, revision) {
    const handler = createHttpHandler({
      endpoint: rig.endpoint,
      token: 'secret',
      resolveWorkspace: async () => 'w',
    });
    const server = createServer(handler).listen(0, '127.0.0.1');
    closers.push(
      () => server.close(),
      () => server.closeAllConnections(),
      () => handler.close(),
    );
    await new Promise((resolve) => server.once('listening', resolve));
    return httpWire((server.address() as AddressInfo).port, revision);
  },
  async streams(rig, revision) {
    const input = new PassThrough();
    const output = new PassThrough();
    const view = rig.endpoint.view('contract')!;
    void serveLines({ view, context: { workspace: 'w', session: 's', transport: 'stdio' }, input, output });
    return lineWire(input, output, revision);
  },
  async unix(rig, revision) {
    const path = await listen(rig);
    const socket = connect({ path, allowHalfOpen: true });
    socket.write('{"lmcp":1,"version":"1","session":"s","server":"contract"}\n');
    await new Promise((resolve) => socket.once('data', resolve));
    return lineWire(socket, socket, revision);
  },
  async bridge(rig, revision) {
    const path = await listen(rig);
    const input = new PassThrough();
    const output = new PassThrough();
    const preface = { lmcp: 1, version: '1', session: 's', server: 'contract' } as const;
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
    capabilities: {},
    clientInfo: { name: 'contract-client', version: '1' },
  },
};

async function lineWire(input: Writable, output: Readable, revision: Revision): Promise<Wire> {
  type Pending = { id: unknown; token?: unknown; notifications: Wired[]; settle: (response: Wired) => void };
  const pending: Pending[] = [];
  let buffered = '';
  output.setEncoding('utf8');
  output.on('data', (chunk: string) => {
    const lines = (buffered + chunk).split('\n');
    buffered = lines.pop() ?? '';
    for (const line of lines) {
      const message = JSON.parse(line);
      if (message.method !== undefined) pending.find((p) => p.id === 'p')?.notifications.push(message);
      else {
        const at = pending.findLastIndex((p) => p.id === message.id);
        pending.splice(Math.max(at, 0), 1)[0]?.settle(message);
      }
    }
  });
  const wire: Wire = {
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

async function httpWire(port: number, revision: Revision): Promise<Wire> {
  let session: Record<string, string> = {};
  const running = new Map<unknown, () => void>();
  const post = (bytes: Uint8Array, more: Record<string, string>, id?: unknown) =>
    new Promise<Returned & { headers: Record<string, unknown> }>((resolve) => {
      const request = httpRequest({
        port,
        method: 'POST',
        path: '/mcp/contract',
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
        const chunks: Buffer[] = [];
        for await (const chunk of response) chunks.push(chunk as Buffer);
        const text = Buffer.concat(chunks).toString();
        const stream = response.headers['content-type'] === 'text/event-stream';
        const messages = (stream ? [...text.matchAll(/^data: (.*)$/gm)].map((m) => m[1]!) : [text])
          .filter((m) => m !== '')
          .map((m) => JSON.parse(m));
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

for (const [transport, open] of Object.entries(transports))
  for (const revision of revisions)
    describe(`${transport}, ${revision}`, () => {
      const stateless = transport === 'http' && revision === '2026-07-28';
      for (const { name, run, revisions: of, shared } of transportCases)
        if (of.includes(revision) && !(shared && stateless))
          it(name, async () => {
            const rig = contractRig();
            await run(new Client(revision, await open(rig, revision)), rig);
          });
    });
