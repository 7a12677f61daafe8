import { describe, expect, it } from 'vitest';
import { LmcpError } from '../errors/index.js';
import { decodeFrame, encodeFrame, FrameKind } from './frame.js';
import { memoryLinks } from './link.js';
import { answer, type Handlers, Peer } from './peer.js';

type Calls = {
  double: { ask: number; answer: number };
  echo: { ask: null; answer: null };
  slow: { ask: null; answer: string };
  fail: { ask: null; answer: null };
};

const handlers: Handlers<Calls> = {
  double: (n) => answer(n * 2),
  echo: (_, { body }) => answer(null, body),
  slow: (_, { signal, note }) =>
    new Promise((resolve) => {
      note({ done: 1 });
      signal.addEventListener('abort', () => resolve(answer('aborted')));
    }),
  fail: () => {
    throw new LmcpError('LMCP_DISK_FULL', 'full', { data: { free: 0 } });
  },
};

function pair(): Peer<Calls, Record<never, never>> {
  const [a, b] = memoryLinks();
  new Peer<Record<never, never>, Calls>(b, handlers);
  return new Peer<Calls, Record<never, never>>(a, {});
}

describe('frame', () => {
  it('comes back as it was', () => {
    const body = new Uint8Array([1, 2, 3]);
    const frame = { kind: FrameKind.note, id: 4_000_000_000, meta: { ü: [1, null] }, body };
    expect(decodeFrame(encodeFrame(frame))).toEqual(frame);
  });
});

describe('peer', () => {
  it('answers many requests, each with its own answer', async () => {
    const peer = pair();
    const answers = await Promise.all(Array.from({ length: 100 }, (_, n) => peer.request('double', n)));
    expect(answers.map((a) => a.meta)).toEqual(Array.from({ length: 100 }, (_, n) => n * 2));
    expect(peer.pending).toBe(0);
  });

  it('hands bytes over', async () => {
    const reply = await pair().request('echo', null, { body: new Uint8Array([7, 8]) });
    expect([...reply.body]).toEqual([7, 8]);
  });

  it('passes notes on and cancels', async () => {
    const controller = new AbortController();
    const notes: unknown[] = [];
    const reply = pair().request('slow', null, {
      signal: controller.signal,
      onNote: (meta) => {
        notes.push(meta);
        controller.abort();
      },
    });
    expect((await reply).meta).toBe('aborted');
    expect(notes).toEqual([{ done: 1 }]);
  });

  it('carries a registry error with its code and data', async () => {
    await expect(pair().request('fail', null)).rejects.toMatchObject({
      code: 'LMCP_DISK_FULL',
      data: { free: 0 },
    });
  });

  it('fails what is open when the link closes', async () => {
    const peer = pair();
    const open = peer.request('slow', null);
    setTimeout(() => peer.close(), 1);
    await expect(open).rejects.toMatchObject({ code: 'LMCP_SERVER_DOWN' });
    await expect(peer.request('double', 1)).rejects.toMatchObject({ code: 'LMCP_SERVER_DOWN' });
  });
});
