/**
 * A ring between two threads that write and read as fast as they can: nothing lost, nothing out of order, nothing changed.
 * LMCP_RING_OPERATIONS (records a seed, 50,000 unless told) and LMCP_RING_SEEDS (a list) make it longer.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';

const operations = Number(process.env.LMCP_RING_OPERATIONS ?? 50_000);
const seeds = (process.env.LMCP_RING_SEEDS ?? `1,${Date.now() % 1_000_000}`).split(',').map(Number);
const dist = join(import.meta.dirname, '..', '..', 'dist', 'src', 'runtime', 'ring.js');

/** What record `n` of a seed is: its size, whether it is a mark, whether a side pauses there. Both threads run this text. */
const script = `
  function scriptOf(seed, largest) {
    let state = seed >>> 0;
    const next = () => {
      state = (state + 0x6d2b79f5) >>> 0;
      let t = Math.imul(state ^ (state >>> 15), state | 1);
      t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
      return (t ^ (t >>> 14)) >>> 0;
    };
    return () => {
      const kind = next() % 100;
      const size = kind < 3 ? -1 : kind < 10 ? largest : kind < 30 ? next() % 9 : next() % (largest + 1);
      return { size, fill: next(), pause: next() % 5000 === 0, split: next() };
    };
  }
`;

const reading = `
  const { workerData, parentPort } = require('node:worker_threads');
  ${script}
  (async () => {
    const { RingReader } = await import(workerData.module);
    const reader = new RingReader(workerData.place);
    const record = scriptOf(workerData.seed, workerData.largest);
    let seen = 0, wrong = '', expected = record();
    const check = (bytes) => {
      const { size, fill } = expected;
      if ((bytes ? bytes.length : -1) !== size) wrong ||= 'record ' + seen + ' has ' + (bytes ? bytes.length : 'no') + ' bytes, not ' + size;
      for (let i = 0; i < size; i++) if (bytes[i] !== ((fill + i * 7) & 255)) { wrong ||= 'record ' + seen + ' differs at ' + i; break; }
      seen += 1;
      const { pause } = expected;
      expected = record();
      if (pause) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    };
    parentPort.postMessage('up');
    while (seen < workerData.operations && !wrong) reader.read(1 + (seen % 50), check, () => check(undefined));
    parentPort.postMessage({ seen, wrong, left: reader.ready });
  })();
`;

const scriptOf = new Function(`${script}; return scriptOf;`)() as (
  seed: number,
  largest: number,
) => () => { size: number; fill: number; pause: boolean; split: number };

describe('a ring between two threads', () => {
  it.each(seeds)(
    `carries ${operations} records whole and in order, seed %i`,
    async (seed) => {
      const { RingWriter, ringSize, largestRecord } = (await import(
        dist
      )) as typeof import('../../src/runtime/ring.js');
      const capacity = 1 << (9 + (seed % 6));
      const largest = largestRecord(capacity);
      const place = { memory: new SharedArrayBuffer(ringSize(capacity)), offset: 0, capacity };
      const module = pathToFileURL(dist).href;
      const worker = new Worker(reading, {
        eval: true,
        workerData: { module, place, seed, largest, operations },
      });
      const messages: unknown[] = [];
      const finished = new Promise<void>((resolve, reject) => {
        worker.on('message', (message) => {
          messages.push(message);
          if (messages.length === 2) resolve();
        });
        worker.once('error', reject);
      });
      const writer = new RingWriter(place);
      const record = scriptOf(seed, largest);
      const bytes = new Uint8Array(largest);
      let full = 0;
      let written = 0;
      for (let n = 0; n < operations; n++) {
        const { size, fill, pause, split } = record();
        for (let i = 0; i < size; i++) bytes[i] = (fill + i * 7) & 255;
        const at = size > 0 ? split % (size + 1) : 0;
        const put = () =>
          size < 0 ? writer.mark() : writer.write(bytes.subarray(0, at), bytes.subarray(at, size));
        for (let tries = 0; !put(); tries++) {
          full += 1;
          if (tries % 1000 === 999) await new Promise((resolve) => setImmediate(resolve));
          if (messages.length > 1) break;
        }
        written += Math.max(size, 0) + 4;
        if (pause) await new Promise((resolve) => setTimeout(resolve, 1));
      }
      await finished;
      await worker.terminate();
      expect(messages[1]).toEqual({ seen: operations, wrong: '', left: false });
      expect(full).toBeGreaterThan(0);
      expect(written).toBeGreaterThan(100 * capacity);
    },
    600_000,
  );
});
