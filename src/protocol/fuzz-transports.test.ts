/**
 * Random mutations of valid messages, and random bytes, over every transport: no crash, no hang, a code of the registry,
 * and honest calls between them answered. 21,000 messages; LMCP_FUZZ=1000000 sends that many.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, createServer, request as httpRequest } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, type Readable, type Writable } from 'node:stream';
import { afterEach, expect, it } from 'vitest';
import { errors } from '../errors/index.js';
import { type ContractRig, contractRig } from './contract-server.js';
import { seededMessages } from './fuzz-messages.js';
import { createHttpHandler, hardenHttpServer, serveLines, serveUnix } from './index.js';

/** Messages of each transport. */
const share = Math.ceil(Number(process.env.LMCP_FUZZ ?? 21_000) / 3);
const seed = Number(process.env.LMCP_FUZZ_SEED ?? 20_261_120);
const batch = 100;
const wires = new Set(Object.values(errors).map(({ wire }) => wire));
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
});

/** One message of ours: a result, an error of the registry, a notification or a question. */
function check(text: string): { id?: unknown; method?: string; result?: unknown } {
  const message = JSON.parse(text);
  expect(message.jsonrpc).toBe('2.0');
  if (message.method !== undefined) expect(message.params).toBeTypeOf('object');
  else if (message.error !== undefined) expect(wires).toContain(message.error.code);
  else expect(message.result).toBeTypeOf('object');
  return message;
}

const honest = (id: string, revision: string) => {
  const meta = {
    'io.modelcontextprotocol/protocolVersion': revision,
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  const params = { name: 'ping_me', arguments: {}, _meta: meta };
  return { jsonrpc: '2.0', id, method: 'tools/call', params };
};

async function fuzzLines(input: Writable, output: Readable, count: number): Promise<void> {
  const next = seededMessages(seed);
  let heard = (_message: ReturnType<typeof check>): void => undefined;
  let buffered = '';
  let failure: unknown;
  output.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (buffered + chunk).split('\n');
    buffered = lines.pop() ?? '';
    try {
      for (const line of lines) heard(check(line));
    } catch (error) {
      failure = error;
    }
  });
  for (let sent = 0; sent < count; sent += batch) {
    const bad = Array.from({ length: batch }, () => Buffer.concat([next(), Buffer.from('\n')]));
    const id = `honest-${sent}`;
    const answered = new Promise<void>((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`seed ${seed}: no answer after message ${sent}`)),
        20_000,
      );
      heard = (message) => {
        if (message.id !== id) return;
        clearTimeout(timer);
        if (message.result === undefined) reject(new Error(`seed ${seed}: refused after message ${sent}`));
        else resolve();
      };
    });
    input.write(Buffer.concat([...bad, Buffer.from(`\n${JSON.stringify(honest(id, '2026-07-28'))}\n`)]));
    await answered;
    if (failure !== undefined) throw failure;
  }
}

function view(rig: ContractRig) {
  const found = rig.endpoint.view('featured');
  if (found === undefined) throw new Error('no view');
  return found;
}

it(`survives ${share} messages over streams`, { timeout: 60_000 + 3 * share }, async () => {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const context = { workspace: 'w', session: 's', transport: 'stdio' } as const;
  void serveLines({ view: view(contractRig()), context, input, output });
  closers.push(() => input.destroy());
  await fuzzLines(input, output, share);
});

it(`survives ${share} messages over the unix socket`, { timeout: 60_000 + 3 * share }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lmcp-fuzz-'));
  const { endpoint } = contractRig();
  const path = join(folder, 's');
  const listener = await serveUnix({ endpoint, path, version: '1', open: async () => ({ workspace: 'w' }) });
  closers.push(
    () => rmSync(folder, { recursive: true }),
    () => listener.close(),
  );
  const socket = connect({ path, allowHalfOpen: true });
  closers.push(() => socket.destroy());
  socket.write('{"lmcp":1,"version":"1","session":"s","server":"featured"}\n');
  await new Promise((resolve) => socket.once('data', resolve));
  await fuzzLines(socket, socket, share);
});

it(`survives ${share} messages over HTTP`, { timeout: 60_000 + 3 * share }, async () => {
  const handler = createHttpHandler({
    endpoint: contractRig().endpoint,
    token: 't',
    resolveWorkspace: async () => 'w',
  });
  const server = createServer(handler);
  hardenHttpServer(server);
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const agent = new Agent({ keepAlive: true, maxSockets: 20 });
  closers.push(
    () => agent.destroy(),
    () => server.close(),
    () => server.closeAllConnections(),
    () => handler.close(),
  );
  const { port } = server.address() as AddressInfo;
  const post = (bytes: Uint8Array, more: Record<string, string>) =>
    new Promise<{ status: number; text: string }>((resolve, reject) => {
      const headers = {
        authorization: 'Bearer t',
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        ...more,
      };
      const request = httpRequest({ port, agent, method: 'POST', path: '/mcp/featured', headers });
      request.setTimeout(20_000, () => request.destroy(new Error(`seed ${seed}: hangs`)));
      request.on('error', reject);
      request.on('response', (response) => {
        let text = '';
        // A subscription stays open: what it said first is enough.
        const done = () => resolve({ status: response.statusCode ?? 0, text });
        response.setEncoding('utf8').on('data', (chunk) => {
          text += chunk;
          if (!text.includes('subscriptions/acknowledged')) return;
          done();
          request.destroy();
        });
        response.on('end', done).on('error', done);
      });
      request.end(bytes);
    });
  const next = seededMessages(seed);
  const methods = ['tools/call', 'tools/list', 'resources/read', 'prompts/get', 'tasks/get', 'x', ''];
  const names = ['ping_me', 'ask_twice', 'note://text', 'greet', '__proto__', '=?base64?YQ==?='];
  const versions = ['2026-07-28', '2026-07-28', '2025-11-25', 'v1'];
  for (let sent = 0; sent < share; sent += batch) {
    const answers = await Promise.all(
      Array.from({ length: batch }, (_, i) => {
        const headers = {
          'mcp-protocol-version': versions[i % versions.length] ?? '',
          'mcp-method': methods[(sent + i) % methods.length] ?? '',
          'mcp-name': names[(sent / batch + i) % names.length] ?? '',
        };
        return post(next(), headers);
      }),
    );
    for (const { status, text } of answers) {
      expect([200, 202, 400, 404]).toContain(status);
      const events = text.startsWith('event:')
        ? [...text.matchAll(/^data: (.*)$/gm)].map((it) => it[1])
        : [text];
      for (const event of events) if (event) check(event);
    }
    const id = `honest-${sent}`;
    const good = await post(Buffer.from(JSON.stringify(honest(id, '2026-07-28'))), {
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'tools/call',
      'mcp-name': 'ping_me',
    });
    expect(check(good.text)).toMatchObject({ id, result: { resultType: 'complete' } });
  }
});
