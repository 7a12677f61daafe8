/** The socket's preface and the bridge's ends: refusals, lost daemons, drained answers. */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { LmcpError } from '../../errors/index.js';
import { envelope } from '../contract-client.js';
import { type ContractRig, contractRig } from '../contract-server.js';
import { bridge } from './bridge.js';
import type { Preface } from './preface.js';
import { serveUnix, type UnixListener } from './unix.js';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

function socketPath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'lmcp-unix-'));
  closers.push(() => rmSync(folder, { recursive: true }));
  return join(folder, 's');
}

async function listen(rig: ContractRig, prefaceTimeoutMs = 5000): Promise<UnixListener> {
  const listener = await serveUnix({
    endpoint: rig.endpoint,
    path: socketPath(),
    version: '1.2.3',
    prefaceTimeoutMs,
    drainTimeoutMs: 200,
    open: async ({ version, repo }) => {
      if (version === 'old') throw new LmcpError('LMCP_DATA_VERSION', 'Another version.');
      if (version === 'broken') throw new Error('secret');
      return { workspace: repo ?? 'w', transport: 'stdio' };
    },
  });
  closers.push(() => listener.close());
  return listener;
}

/** Sends raw bytes and returns all that comes until the daemon ends. */
function raw(path: string, text: string | Buffer, end = false): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ path, allowHalfOpen: true });
    let received = '';
    socket.on('data', (chunk) => {
      received += chunk;
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(received));
    socket.on('end', () => socket.end());
    socket.write(text);
    if (end) socket.end();
  });
}

const preface: Preface = { lmcp: 1, version: '1.2.3', session: 'agent-1', server: 'contract', repo: '/r' };
const call = (id: number | string, name: string, args: object) =>
  `${JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params: { name, arguments: args, _meta: envelope } })}\n`;

describe('serveUnix', () => {
  it('is private to the user and refuses a path in use', async () => {
    const { path } = await listen(contractRig());
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const again = serveUnix({
      endpoint: contractRig().endpoint,
      path,
      version: '1',
      open: async () => ({ workspace: 'w' }),
    });
    await expect(again).rejects.toMatchObject({ code: 'LMCP_DATA_LOCKED' });
  });

  it.each([
    ['nonsense', 'LMCP_INVALID_REQUEST'],
    ['{"lmcp":2}', 'LMCP_INVALID_REQUEST'],
    ['{"lmcp":1,"version":"1"}', 'LMCP_INVALID_REQUEST'],
    ['{"lmcp":1,"version":"1","session":"s","repo":7}', 'LMCP_INVALID_REQUEST'],
    ['{"lmcp":1,"version":"1","session":"s","server":"nope"}', 'LMCP_UNKNOWN_SERVER'],
    ['{"lmcp":1,"version":"old","session":"s"}', 'LMCP_DATA_VERSION'],
    ['{"lmcp":1,"version":"broken","session":"s"}', 'LMCP_INTERNAL'],
    ['x'.repeat(20_000), 'LMCP_INVALID_REQUEST'],
  ])('refuses preface %# with the right code', async (line, code) => {
    const { path } = await listen(contractRig());
    const reply = JSON.parse(await raw(path, `${line}\n`));
    expect(reply).toMatchObject({ ok: false, error: { code } });
    expect(JSON.stringify(reply)).not.toContain('secret');
  });

  it('closes a connection that sends no preface in time, or leaves', async () => {
    const listener = await listen(contractRig(), 50);
    expect(await raw(listener.path, '{"lmcp":')).toContain('No preface');
    await raw(listener.path, '{"lmcp":', true);
    await expect.poll(() => listener.connections).toBe(0);
  });

  it('serves lines that came with the preface, and answers them after the client half-closed', async () => {
    const rig = contractRig();
    const { path } = await listen(rig);
    const text = `${JSON.stringify(preface)}\n${call(1, 'echo', { text: 'a', delayMs: 50 })}`;
    const [reply, answer] = (await raw(path, text, true))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(reply).toEqual({ ok: true, version: '1.2.3', pid: process.pid });
    expect(answer.result.structuredContent.text).toBe('a');
    expect(rig.hosted[0]?.context).toMatchObject({ workspace: '/r', session: 'agent-1', transport: 'stdio' });
  });

  it('aborts what still runs a while after its client is gone', async () => {
    const rig = contractRig();
    const { path } = await listen(rig);
    const socket = connect(path);
    socket.write(`${JSON.stringify(preface)}\n${call(1, 'wait', { name: 'broken' })}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
    socket.destroy();
    await expect.poll(() => rig.services.aborted).toEqual(['broken']);
  });
});

describe('bridge', () => {
  const pipes = () => {
    const input = new PassThrough();
    const output = new PassThrough();
    let received = '';
    output.on('data', (chunk) => {
      received += chunk;
    });
    const messages = () =>
      received
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line));
    return { input, output, messages };
  };

  it('says when there is no daemon, or when it refuses', async () => {
    const { input, output } = pipes();
    const none = bridge({ path: socketPath(), preface, input, output });
    await expect(none).rejects.toMatchObject({ code: 'LMCP_NO_DAEMON' });
    const { path } = await listen(contractRig());
    const refused = bridge({ path, preface: { ...preface, version: 'old' }, input, output });
    await expect(refused).rejects.toMatchObject({ code: 'LMCP_DATA_VERSION', message: 'Another version.' });
  });

  it('drains running calls when the client ends', async () => {
    const { path } = await listen(contractRig());
    const { input, output, messages } = pipes();
    const ended = bridge({ path, preface, input, output });
    input.end(call('last', 'echo', { text: 'x', delayMs: 80 }));
    expect(await ended).toBe('client-closed');
    expect(messages().map(({ id }) => id)).toEqual(['last']);
  });

  it('answers what was running when the daemon went away', async () => {
    const rig = contractRig();
    const listener = await listen(rig);
    const { input, output, messages } = pipes();
    const ended = bridge({ path: listener.path, preface, input, output });
    input.write(
      call('done', 'echo', { text: 'x' }) +
        call('lost', 'wait', { name: 'x' }) +
        call(7, 'wait', { name: 'y' }),
    );
    await expect.poll(() => messages().length).toBe(1);
    await listener.close();
    expect(await ended).toBe('server-closed');
    expect(messages().map(({ id, error }) => [id, error?.data.code])).toEqual([
      ['done', undefined],
      ['lost', 'LMCP_SERVER_DOWN'],
      [7, 'LMCP_SERVER_DOWN'],
    ]);
  });

  it('gives up on a daemon that does not answer', async () => {
    const path = socketPath();
    const silent = createServer().listen(path);
    closers.push(() => silent.close());
    await new Promise((resolve) => silent.once('listening', resolve));
    const { input, output } = pipes();
    const mute = bridge({ path, preface, input, output, openTimeoutMs: 50 });
    await expect(mute).rejects.toMatchObject({ code: 'LMCP_NO_DAEMON' });
  });

  it('holds back the daemon while the client does not read', async () => {
    const rig = contractRig();
    const { path } = await listen(rig);
    const input = new PassThrough();
    const output = new PassThrough({ highWaterMark: 1024 });
    const ended = bridge({ path, preface, input, output });
    const text = 'x'.repeat(60_000);
    for (let i = 0; i < 200; i += 1) input.write(call(i, 'echo', { text }));
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(output.writableLength).toBeLessThan(1024 * 1024);
    let ids = 0;
    let buffered = '';
    output.on('data', (chunk) => {
      const lines = (buffered + chunk).split('\n');
      buffered = lines.pop() ?? '';
      ids += lines.length;
    });
    await expect.poll(() => ids, { timeout: 5000 }).toBe(200);
    input.end();
    expect(await ended).toBe('client-closed');
  });
});
