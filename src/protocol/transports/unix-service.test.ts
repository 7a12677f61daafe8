/** One line in, one line out: the services of the socket, and each way of not getting an answer. */
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { LmcpError } from '../../errors/index.js';
import { contractRig } from '../contract-server.js';
import { serveUnix, type UnixListener } from './unix.js';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const asked: unknown[] = [];

async function listen(prefaceTimeoutMs = 5000): Promise<UnixListener> {
  const folder = mkdtempSync(join(tmpdir(), 'lmcp-service-'));
  closers.push(() => rmSync(folder, { recursive: true }));
  asked.length = 0;
  const listener = await serveUnix({
    endpoint: contractRig().endpoint,
    path: join(folder, 's'),
    version: '1.2.3',
    prefaceTimeoutMs,
    open: async () => {
      throw new LmcpError('LMCP_NOT_A_REPOSITORY', 'A service opens nothing.');
    },
    services: {
      echo: async (request) => {
        asked.push(request);
        return { heard: request };
      },
      refuse: async () => {
        throw new LmcpError('LMCP_OVERLOADED', 'Later.');
      },
      fail: async () => {
        throw new Error('secret');
      },
    },
  });
  closers.push(() => listener.close());
  return listener;
}

/** Sends pieces and returns all that comes until the daemon ends. */
function exchange(path: string, pieces: readonly string[], end = false): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ path, allowHalfOpen: true });
    let received = '';
    socket.on('data', (chunk) => {
      received += chunk;
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(received));
    socket.on('end', () => socket.end());
    for (const piece of pieces) socket.write(piece);
    if (end) socket.end();
  });
}

const preface = (service: unknown) => `${JSON.stringify({ lmcp: 1, version: '1', session: 's', service })}\n`;

describe('a service of the socket', () => {
  it('answers one line with one line, and closes', async () => {
    const { path } = await listen();
    const answer = await exchange(path, [preface('echo'), '{"a":', '1}\n{"b":2}\n']);
    expect(answer).toBe('{"ok":true,"version":"1.2.3","result":{"heard":{"a":1}}}\n');
    expect(asked).toEqual([{ a: 1 }]);
  });

  it('takes a line that came with the preface, and one of a megabyte', async () => {
    const { path } = await listen();
    expect(await exchange(path, [`${preface('echo')}"now"\n`])).toContain('"heard":"now"');
    const long = 'x'.repeat(2 ** 20);
    expect(await exchange(path, [preface('echo'), `${JSON.stringify(long)}\n`])).toContain(long);
  });

  it('does what was asked though nobody waits for the answer', async () => {
    const { path } = await listen();
    await new Promise<void>((resolve) => {
      const socket = connect(path);
      socket.on('error', () => undefined);
      socket.write(`${preface('echo')}"gone"\n`, () => {
        socket.destroy();
        resolve();
      });
    });
    await expect.poll(() => asked).toEqual(['gone']);
  });

  it.each([
    ['an unknown service', 'nothing', '1\n', 'LMCP_UNKNOWN_SERVICE'],
    ['a name of every object', 'constructor', '1\n', 'LMCP_UNKNOWN_SERVICE'],
    ['a name of another kind', 7, '1\n', 'LMCP_INVALID_REQUEST'],
    ['no JSON', 'echo', 'what?\n', 'LMCP_PARSE'],
    ['a line without end', 'echo', `"${'x'.repeat(5 * 2 ** 20)}"\n`, 'LMCP_TOO_LARGE'],
    ['what the service refuses', 'refuse', '1\n', 'LMCP_OVERLOADED'],
    ['what the service trips over', 'fail', '1\n', 'LMCP_INTERNAL'],
  ])('refuses %s by code', async (_, service, line, code) => {
    const { path } = await listen();
    const answer = await exchange(path, [preface(service), line]);
    expect(JSON.parse(answer)).toMatchObject({ ok: false, error: { code } });
    expect(answer).not.toContain('secret');
    expect(asked).toEqual([]);
  });

  it('refuses a question that ends early or comes too late', async () => {
    const { path } = await listen(50);
    expect(await exchange(path, [preface('echo'), '{"a"'], true)).toContain('LMCP_INVALID_REQUEST');
    expect(await exchange(path, [preface('echo'), '{"a"'])).toContain('in time');
  });
});
