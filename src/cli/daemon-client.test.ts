import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { DaemonFile } from '../gateway/daemon-file.js';
import { call, lines } from './daemon-client.js';

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

async function daemon(answer: RequestListener): Promise<DaemonFile> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(() => server.close());
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, pid: 1, token: 't' } as DaemonFile;
}

async function drained(from: DaemonFile, query: Record<string, string> = {}): Promise<number> {
  let count = 0;
  for await (const _ of lines(from, { method: 'POST', path: '/x', query })) count += 1;
  return count;
}

describe('what the daemon refuses', () => {
  it('arrives as the error it is, in lines as in one answer', async () => {
    const error = { code: 'LMCP_NAME_TAKEN', message: 'There is one.', hint: '' };
    const refusing = await daemon((_, response) => {
      response.writeHead(409, { 'content-type': 'application/json' }).end(JSON.stringify({ error }));
    });
    await expect(drained(refusing)).rejects.toMatchObject({ code: 'LMCP_NAME_TAKEN' });
    await expect(call(refusing, { method: 'GET', path: '/x' })).rejects.toMatchObject({
      code: 'LMCP_NAME_TAKEN',
    });
  });

  it('is no end of the daemon where the request was too large for it', async () => {
    const from = await daemon((_, response) => void response.end('{}\n'));
    expect(await drained(from)).toBe(1);
    const long = { name: 'n'.repeat(100_000) };
    await expect(drained(from, long)).rejects.toMatchObject({
      code: 'LMCP_INVALID_REQUEST',
      message: 'The daemon answered 431 Request Header Fields Too Large.',
    });
    await expect(call(from, { method: 'GET', path: '/x', query: long })).rejects.toMatchObject({
      code: 'LMCP_INVALID_REQUEST',
    });
  });
});
