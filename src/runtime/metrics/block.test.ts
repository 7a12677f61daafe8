/** A thread's block: what is written is read, from another thread too, and goes on after a restart. */
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import type { CallRequest } from '../../protocol/index.js';
import { createBlock, Recorder, readBlock, slots } from './block.js';
import { quantile } from './histogram.js';
import { Monitor } from './monitor.js';

/** Ten milliseconds after the start of time, for ever. */
const now = () => 10;

function callOf(method: string, name: string, transport: 'http' | 'unix'): CallRequest {
  return {
    server: 'a',
    revision: '2026-07-28',
    body: new Uint8Array(),
    expect: { method, name },
    context: { workspace: 'w', session: 's', transport },
  };
}

describe('a block', () => {
  const specs = [
    { name: 'lag', unit: 'seconds' },
    { name: 'size', unit: 'count' },
  ] as const;

  it('reads back slots and histograms, each apart from the others', () => {
    const block = createBlock(specs);
    const recorder = new Recorder(block);
    recorder.add('gcRuns');
    recorder.add('gcRuns', 2);
    recorder.set('heapUsed', 5e9);
    const lag = recorder.histogram('lag');
    for (let i = 0; i < 100; i += 1) lag(i < 90 ? 0.001 : 0.1);
    recorder.histogram('size')(300);
    recorder.histogram('unheard of')(1);
    const { slots: said, histograms } = readBlock(block);
    expect(said).toMatchObject({ gcRuns: 3, heapUsed: 5e9, gcSeconds: 0, external: 0 });
    const read = histograms.get('lag')!;
    expect(read).toMatchObject({ count: 100, unit: 'seconds', sum: expect.closeTo(1.09, 9) });
    expect(quantile(read, 0.5)!).toBeCloseTo(0.001, 4);
    expect(quantile(read, 0.99)!).toBeCloseTo(0.1, 2);
    expect(histograms.get('size')).toMatchObject({ count: 1, sum: 300, unit: 'count' });
  });

  it('is what its thread wrote, without asking it', async () => {
    const block = createBlock(specs);
    const source = `const { workerData } = require('node:worker_threads');
      new Float64Array(workerData.block.memory)[workerData.at] = 42;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);`;
    const worker = new Worker(source, { eval: true, workerData: { block, at: slots.indexOf('heapUsed') } });
    try {
      await expect.poll(() => readBlock(block).slots.heapUsed, { timeout: 20_000 }).toBe(42);
    } finally {
      await worker.terminate();
    }
  });

  it('goes on counting where the thread before it ended', () => {
    const monitor = new Monitor({ enabled: true, servers: [{ name: 'a', tools: ['t'] }], now });
    new Recorder(monitor.block('a')).histogram('tool:t')(1);
    new Recorder(monitor.block('a')).histogram('tool:t')(1);
    expect(monitor.read().threads.get('a')!.histograms.get('tool:t')!.count).toBe(2);
  });
});

describe('a front', () => {
  it('counts by tool of the catalogue and by transport; any other name is no label', () => {
    const monitor = new Monitor({ enabled: true, servers: [{ name: 'a', tools: ['t'] }], now });
    const front = monitor.front('a')!;
    front.finished(callOf('tools/call', 't', 'http'), 1, 0);
    front.finished(callOf('tools/call', 't', 'unix'), 5, 0);
    front.finished(callOf('tools/call', 't', 'unix'), 0, 0);
    front.finished(callOf('tools/call', '<script>', 'http'), 1, 0);
    front.finished(callOf('prompts/get', 't', 'http'), 1, 0);
    front.failed('client');
    const { durations, transports, failures } = front.read();
    expect([...durations].map(([tool, { count }]) => [tool, count])).toEqual([
      ['', 2],
      ['t', 6],
    ]);
    expect(durations.get('t')?.sum).toBeCloseTo(6 * 0.01, 9);
    expect(transports).toEqual({ http: 3, stdio: 0, unix: 2, internal: 0 });
    expect(failures).toEqual({ client: 1, server: 0, unavailable: 0, cancelled: 0 });
  });

  it('is absent when the monitor is off, and of servers there are not', () => {
    expect(new Monitor({ enabled: true, servers: [], now }).front('a')).toBeUndefined();
    const off = new Monitor({ enabled: false, servers: [{ name: 'a', tools: [] }], now });
    expect(off.front('a')).toBeUndefined();
    expect(off.read().servers.size).toBe(0);
  });
});
