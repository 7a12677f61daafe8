/** What must not end the daemon: hostile request targets, a thread that dies, a full disk's aftermath. */
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alive, Sandbox, type Started } from '../daemon.js';
import { TestRepository } from '../repository.js';
import { verifies } from '../requirements.js';

const sandbox = new Sandbox();
let daemon: Started;
beforeAll(async () => {
  daemon = await sandbox.start(new TestRepository().withHabits(3).root);
});
afterAll(() => sandbox.end());

/** Sends raw bytes and returns the status line. */
function raw(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(daemon.url).port), '127.0.0.1');
    let out = '';
    socket.on('data', (chunk: Buffer) => {
      out += chunk.toString();
    });
    socket.on('close', () => resolve(out.split('\r\n')[0] ?? ''));
    socket.on('error', reject);
    socket.end(text);
  });
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
});
