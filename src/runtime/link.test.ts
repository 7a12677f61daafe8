/** The contract of `Link`, run over every carrier there is. */
import { MessageChannel } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';
import { HIGH_WATER, type Link, memoryLinks } from './link.js';
import { portLink } from './port-link.js';
import { ringEnds, ringLink } from './ring-link.js';

const carriers: Readonly<Record<string, () => [Link, Link]>> = {
  memory: memoryLinks,
  port: () => {
    const { port1, port2 } = new MessageChannel();
    return [portLink(port1), portLink(port2)];
  },
  ring: () => {
    const [a, b] = ringEnds(4096);
    return [ringLink(a), ringLink(b)];
  },
  'ring, always asleep': () => {
    const [a, b] = ringEnds(4096);
    return [ringLink(a, { spin: 0 }), ringLink(b, { spin: 0 })];
  },
};

/** A frame that tells its number and can be checked byte for byte. */
function numbered(n: number, length: number): Uint8Array {
  const frame = new Uint8Array(4 + length);
  new DataView(frame.buffer).setUint32(0, n, true);
  for (let i = 0; i < length; i++) frame[4 + i] = (n * 31 + i) & 255;
  return frame;
}

function numberOf(frame: Uint8Array): number {
  const n = new DataView(frame.buffer, frame.byteOffset).getUint32(0, true);
  for (let i = 4; i < frame.length; i++)
    if (frame[i] !== ((n * 31 + i - 4) & 255)) throw new Error(`frame ${n} is damaged at ${i}`);
  return n;
}

async function until(done: () => boolean): Promise<void> {
  for (let i = 0; !done(); i++) {
    if (i > 5_000) throw new Error('waited in vain');
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

const open: Link[] = [];
afterEach(() => {
  for (const link of open.splice(0)) link.close();
});

describe.each(Object.entries(carriers))('a link over %s', (_, connect) => {
  const pair = (): [Link, Link] => {
    const ends = connect();
    open.push(...ends);
    return ends;
  };

  it('delivers in order, whole, both ways', async () => {
    const [a, b] = pair();
    const seen: number[] = [];
    const back: number[] = [];
    b.onFrame((frame) => {
      seen.push(numberOf(frame));
      b.send(numbered(seen.length, 3));
    });
    a.onFrame((frame) => back.push(numberOf(frame)));
    for (let n = 0; n < 1000; n++) {
      const frame = numbered(n, (n * 37) % 700);
      a.send(frame.subarray(0, 4), frame.subarray(4));
    }
    await until(() => back.length === 1000);
    expect(seen).toEqual(Array.from({ length: 1000 }, (_, n) => n));
    expect(back).toEqual(Array.from({ length: 1000 }, (_, n) => n + 1));
  });

  it('wakes a receiver that has been silent for a while', async () => {
    const [a, b] = pair();
    const seen: number[] = [];
    b.onFrame((frame) => seen.push(numberOf(frame)));
    for (let n = 0; n < 5; n++) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      a.send(numbered(n, 10));
      await until(() => seen.length === n + 1);
    }
  });

  it('lets the sender use its bytes again at once', async () => {
    const [a, b] = pair();
    const seen: number[] = [];
    b.onFrame((frame) => seen.push(numberOf(frame)));
    const head = numbered(7, 20);
    const body = new Uint8Array(0);
    a.send(head, body);
    head.fill(0);
    await until(() => seen.length === 1);
    expect(seen).toEqual([7]);
  });

  it('carries frames larger than anything it holds, in their place, and leaves them to the receiver', async () => {
    const [a, b] = pair();
    const kept: Uint8Array[] = [];
    b.onFrame((frame, borrowed) => kept.push(borrowed ? new Uint8Array(frame) : frame));
    const sizes = [10, 5_000_000, 12, 3_000, 200_000, 0, 1_000_000, 9];
    for (const [n, size] of sizes.entries()) a.send(numbered(n, size));
    await until(() => kept.length === sizes.length);
    expect(kept.map(numberOf)).toEqual(sizes.map((_, n) => n));
    expect(kept.map((frame) => frame.length - 4)).toEqual(sizes);
  });

  it('asks a sender to pause that is far ahead, loses nothing, and says when to go on', async () => {
    const [a, b] = pair();
    let drained = 0;
    a.onDrain(() => {
      drained += 1;
    });
    let sent = 0;
    while (a.send(numbered(sent, 900))) sent += 1;
    for (let more = 0; more < 50; more++) a.send(numbered(++sent, 900));
    expect(a.backlog).toBeGreaterThan(HIGH_WATER);
    const seen: number[] = [];
    b.onFrame((frame) => seen.push(numberOf(frame)));
    await until(() => drained === 1 && seen.length === sent + 1);
    expect(seen).toEqual(Array.from({ length: sent + 1 }, (_, n) => n));
    expect(a.send(numbered(0, 900))).toBe(true);
  });

  it('says once on both sides that it was closed, and delivers a prefix', async () => {
    const [a, b] = pair();
    const closed = { a: 0, b: 0 };
    const seen: number[] = [];
    a.onClose(() => {
      closed.a += 1;
    });
    b.onClose(() => {
      closed.b += 1;
    });
    b.onFrame((frame) => {
      expect(closed.b).toBe(0);
      seen.push(numberOf(frame));
    });
    for (let n = 0; n < 300; n++) a.send(numbered(n, n % 5 === 0 ? 5000 : 50));
    a.close();
    a.close();
    a.send(numbered(1000, 1));
    await until(() => closed.a === 1 && closed.b === 1);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(seen).toEqual(Array.from({ length: seen.length }, (_, n) => n));
    expect(closed).toEqual({ a: 1, b: 1 });
    b.send(numbered(1, 1));
  });

  it('delivers nothing once the receiver has closed it', async () => {
    const [a, b] = pair();
    let seen = 0;
    b.onFrame(() => {
      seen += 1;
      b.close();
    });
    for (let n = 0; n < 20; n++) a.send(numbered(n, 40));
    await until(() => seen > 0);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(seen).toBe(1);
  });
});
