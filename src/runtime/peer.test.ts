import { describe, expect, it } from 'vitest';
import { LmcpError } from '../errors/index.js';
import { decodeFrame, FrameHeads, FrameKind, metaText, readMeta } from './frame.js';
import { joined, type Link, memoryLinks } from './link.js';
import { answer, type Handlers, type Incoming, Peer } from './peer.js';
import { ringEnds, ringLink } from './ring-link.js';

type Calls = {
  double: { ask: number; answer: number };
  echo: { ask: null; answer: null };
  slow: { ask: null; answer: string };
  fail: { ask: null; answer: null };
  keep: { ask: null; answer: null };
  back: { ask: number; answer: unknown };
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
  keep: async (_, { body }) => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    return answer(null, body);
  },
  back: async (n, incoming) => {
    last = incoming;
    const { meta, body } = await incoming.ask({ n }, new Uint8Array([n]));
    return answer(meta, body);
  },
};
let last: Incoming | undefined;

function pair([a, b]: readonly [Link, Link] = memoryLinks()): Peer<Calls, Record<never, never>> {
  new Peer<Record<never, never>, Calls>(b, handlers);
  return new Peer<Calls, Record<never, never>>(a, {});
}

function rings(): [Link, Link] {
  const [a, b] = ringEnds(1024);
  return [ringLink(a), ringLink(b)];
}

describe('frame', () => {
  it('comes back as it was', () => {
    const heads = new FrameHeads();
    const body = Buffer.from([1, 2, 3]);
    for (const meta of [{ ü: [1, null] }, null, 'x'.repeat(100_000)]) {
      const head = heads.write(FrameKind.note, 4_000_000_000, metaText(meta), 1);
      const frame = decodeFrame(joined(head, body));
      expect(frame).toMatchObject({ kind: FrameKind.note, id: 4_000_000_000, code: 1 });
      expect(readMeta(frame.meta)).toEqual(meta);
      expect([...frame.body]).toEqual([1, 2, 3]);
    }
    expect(decodeFrame(joined(heads.write(FrameKind.cancel, 7, ''), new Uint8Array(0))).body).toHaveLength(0);
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

  it('keeps a body that the link only lent, however much comes after it', async () => {
    const peer = pair(rings());
    const bodies = Array.from({ length: 200 }, (_, n) => new Uint8Array(20 + (n % 70)).fill(n));
    const replies = await Promise.all(bodies.map((body) => peer.request('keep', null, { body })));
    expect(replies.map(({ body }) => [...body])).toEqual(bodies.map((body) => [...body]));
  });

  it('lets a request ask back, each question with its own answer', async () => {
    const peer = pair(rings());
    const replies = await Promise.all(
      [3, 1, 2].map((n) =>
        peer.request('back', n, {
          onAsk: async (meta, body) => {
            await new Promise((resolve) => setTimeout(resolve, n));
            return answer({ asked: meta }, new Uint8Array([...body, 9]));
          },
        }),
      ),
    );
    expect(replies.map(({ meta }) => meta)).toEqual([3, 1, 2].map((n) => ({ asked: { n } })));
    expect(replies.map(({ body }) => [...body])).toEqual([
      [3, 9],
      [1, 9],
      [2, 9],
    ]);
  });

  it('tells who asked back what it failed with', async () => {
    const gone = () => Promise.reject(new LmcpError('LMCP_DISK', 'no terminal'));
    await expect(pair().request('back', 1, { onAsk: gone })).rejects.toMatchObject({ code: 'LMCP_DISK' });
    await expect(pair().request('back', 1)).rejects.toMatchObject({ code: 'LMCP_CANCELLED' });
  });

  it('ends a question when its request ends', async () => {
    const peer = pair();
    const controller = new AbortController();
    const asked = peer.request('back', 1, {
      signal: controller.signal,
      onAsk: () => {
        controller.abort();
        return new Promise(() => undefined);
      },
    });
    await expect(asked).rejects.toMatchObject({ code: 'LMCP_CANCELLED' });
    await expect(last?.ask({})).rejects.toMatchObject({ code: 'LMCP_CANCELLED' });
  });

  it('fails what is open when the link closes', async () => {
    const peer = pair();
    const open = peer.request('slow', null);
    setTimeout(() => peer.close(), 1);
    await expect(open).rejects.toMatchObject({ code: 'LMCP_SERVER_DOWN' });
    await expect(peer.request('double', 1)).rejects.toMatchObject({ code: 'LMCP_SERVER_DOWN' });
  });
});
