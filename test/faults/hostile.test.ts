/** What must not end the daemon: hostile request targets, random bytes on either socket, pipelined and half-closed requests. */
import { readFileSync } from 'node:fs';
import { connect, type NetConnectOpts } from 'node:net';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alive, Sandbox, type Started } from '../daemon.js';
import { envelope } from '../http-call.js';
import { TestRepository } from '../repository.js';
import { verifies } from '../requirements.js';

const sandbox = new Sandbox();
let daemon: Started;
beforeAll(async () => {
  daemon = await sandbox.start(new TestRepository().withHabits(3).root);
});
afterAll(() => sandbox.end());

/** Sends raw bytes, closes the writing side, and returns all that came back. */
function exchange(to: NetConnectOpts, bytes: string | Uint8Array): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(to);
    let out = '';
    socket.on('data', (chunk: Buffer) => {
      out += chunk.toString();
    });
    socket.on('close', () => resolve(out));
    // A reset is an answer too.
    socket.on('error', () => undefined);
    socket.end(bytes);
  });
}

const tcp = () => ({ port: Number(new URL(daemon.url).port), host: '127.0.0.1' });

/** Sends raw bytes and returns the status line. */
async function raw(text: string): Promise<string> {
  return (await exchange(tcp(), text)).split('\r\n')[0] ?? '';
}

/** A call as its bytes over HTTP; the id is what tells answers apart. */
function call(id: number, more = ''): string {
  const params = { name: 'related_files', arguments: { paths: ['src/parser.ts'] }, _meta: envelope };
  const body = JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params });
  return [
    'POST /mcp HTTP/1.1',
    'host: 127.0.0.1',
    `authorization: Bearer ${daemon.token}`,
    'content-type: application/json',
    'mcp-protocol-version: 2026-07-28',
    'mcp-method: tools/call',
    'mcp-name: related_files',
    ...(more === '' ? [] : [more]),
    `content-length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n');
}

const targets = [
  '//',
  '///',
  '//x',
  'http://[',
  'http://127.0.0.1:x/',
  '*',
  '/\\\\[',
  '/%',
  '/api/%zz',
  '/mcp/../../x',
  '/?\u0000',
];

describe('hostile requests', () => {
  it(verifies('security:targets'), async () => {
    for (const target of targets) {
      for (const method of ['GET', 'POST', 'OPTIONS', 'DELETE']) {
        const status = await raw(
          `${method} ${target} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`,
        );
        expect(status, `${method} ${target}`).toMatch(/^HTTP\/1\.1 4\d\d/);
      }
    }
    expect(alive(daemon.pid)).toBe(true);
    expect((await fetch(new URL('/healthz', daemon.url))).status).toBe(200);
  });

  it('does not answer another Host, not even that it is there', async () => {
    for (const path of ['/', '/healthz', '/api/status', '/mcp']) {
      expect(await raw(`GET ${path} HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n`)).toContain(
        '403',
      );
    }
  });

  it(verifies('faults:raw-bytes'), async () => {
    const { socket } = JSON.parse(readFileSync(join(sandbox.data, 'daemon.json'), 'utf8')) as {
      socket: string;
    };
    const start = fc.constantFrom('', 'POST /mcp HTTP/1.1\r\n', '{"lmcp":1,', call(1).slice(0, 120));
    const bytes = fc
      .tuple(start, fc.uint8Array({ maxLength: 2000 }))
      .map(([head, tail]) => Buffer.concat([Buffer.from(head), tail]));
    await fc.assert(
      fc.asyncProperty(bytes, fc.constantFrom<'tcp' | 'unix'>('tcp', 'unix'), async (sent, where) => {
        const answer = await exchange(where === 'tcp' ? tcp() : { path: socket }, sent);
        expect(answer).not.toMatch(/^HTTP\/1\.1 [25]/);
        expect(answer).not.toContain('LMCP_INTERNAL');
      }),
      { numRuns: 200 },
    );
    expect(alive(daemon.pid)).toBe(true);
  }, 60_000);

  it('answers pipelined requests in their order', async () => {
    const ids = [1, 2, 3, 4, 5];
    const last = call(6, 'connection: close');
    const answers = await new Promise<string>((resolve, reject) => {
      const socket = connect(tcp());
      let out = '';
      socket.on('data', (chunk: Buffer) => {
        out += chunk.toString();
      });
      socket.on('close', () => resolve(out)).on('error', reject);
      socket.write(ids.map((id) => call(id)).join('') + last);
    });
    const found = [...answers.matchAll(/"structuredContent".*?"id":(\d+)\}/g)].map(([, id]) => Number(id));
    expect(found).toEqual([...ids, 6]);
  });

  it('leaves a client that closed its writing side, and serves the next', async () => {
    await exchange(tcp(), call(1));
    await exchange(tcp(), call(1).slice(0, -20));
    expect(await exchange(tcp(), call(7, 'connection: close'))).not.toContain(' 500 ');
    expect((await fetch(new URL('/healthz', daemon.url))).status).toBe(200);
  });
});
