import { createGzip } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type Event, payloadOf } from '../proto/index.js';
import { decodeBatch } from './batch.js';
import { exportJsonl } from './export/jsonl.js';
import { createMemoryFiles } from './files/memory-files.js';
import { importJsonl } from './import/jsonl.js';
import { interaction, openScratch, scratchDirectory, toolsOf } from './scratch.js';
import { createMemoryStore } from './store/memory-store.js';

const durable = { durable: true } as const;
const telemetry = { durable: false } as const;

async function collect<T>(from: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of from) all.push(item);
  return all;
}

describe('journal', () => {
  it('numbers from 1, fills in id, time and workspace, and reads back in order', async () => {
    const { journal } = await openScratch();
    expect(await journal.append([interaction(1), interaction(2)], durable)).toEqual({ first: 1, last: 2 });
    expect(await journal.append([interaction(3)], durable)).toEqual({ first: 3, last: 3 });
    const all = await collect(journal.read());
    expect(all.map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
    const first = all[0]?.event as Event;
    expect(first.id).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/);
    expect(first.workspace).toBe('acme/api');
    expect(Number(first.at?.seconds)).toBe(Date.UTC(2026, 2, 1) / 1000);
    expect(payloadOf(first, 'interactionFinished')?.tool).toBe('tool-1');
    expect(all[0]?.event.id.localeCompare(all[1]?.event.id ?? '')).toBeLessThan(0);
  });

  it('keeps everything over a close, chain and index included', async () => {
    const files = createMemoryFiles();
    const store = createMemoryStore();
    const one = await openScratch({ files, store });
    for (let n = 1; n <= 50; n += 1) await one.journal.append([interaction(n)], durable);
    const { head } = one.journal;
    await one.journal.close();
    const two = await openScratch({ files, store, seed: 2 });
    expect(two.journal.head).toBe(head);
    expect(two.journal.report).toMatchObject({
      cut: null,
      damage: null,
      index: { caughtUp: 0, rebuilt: false },
    });
    await two.journal.append([interaction(51)], durable);
    expect((await toolsOf(two.journal)).at(-1)).toBe('51:tool-51');
    expect(two.journal.lastSequence).toBe(51);
  });

  it('gathers concurrent calls into few blocks and answers each with its own range', async () => {
    const { journal } = await openScratch();
    const ranges = await Promise.all(
      Array.from({ length: 200 }, (_, n) => journal.append([interaction(n), interaction(n)], durable)),
    );
    expect(ranges.map(({ first }) => first)).toEqual(Array.from({ length: 200 }, (_, n) => 2 * n + 1));
    expect(journal.stats.blocks).toBeLessThan(10);
  });

  it('publishes after the write, in order, what reading gives', async () => {
    const { journal } = await openScratch();
    const seen: number[] = [];
    const stop = journal.onAppended((batch, first, last) => {
      expect(
        decodeBatch(batch)
          .map(({ sequence }) => sequence)
          .at(0),
      ).toBe(first);
      for (let n = first; n <= last; n += 1) seen.push(n);
    });
    await Promise.all([1, 2, 3].map((n) => journal.append([interaction(n)], durable)));
    stop();
    await journal.append([interaction(4)], durable);
    expect(seen).toEqual([1, 2, 3]);
  });

  it('takes telemetry at once and keeps it in order with durable events', async () => {
    const { journal } = await openScratch();
    expect(await journal.append([interaction(1)], telemetry)).toBeNull();
    await journal.append([interaction(2)], telemetry);
    await journal.append([interaction(3)], durable);
    expect(await toolsOf(journal)).toEqual(['1:tool-1', '2:tool-2', '3:tool-3']);
  });

  it('drops telemetry beyond the queue, counts it, and says so in an event; durable calls wait instead', async () => {
    const { journal } = await openScratch({ queueBytes: 400, blockBytes: 200 });
    const waiting = Array.from({ length: 20 }, (_, n) => journal.append([interaction(n)], durable));
    for (let n = 0; n < 5; n += 1) await journal.append([interaction(100 + n)], telemetry);
    expect((await Promise.all(waiting)).map(({ first }) => first)).toEqual(
      [...(await Promise.all(waiting)).map(({ first }) => first)].sort((a, b) => a - b),
    );
    await journal.append([interaction(7)], durable);
    const { dropped } = journal.stats;
    expect(dropped).toBeGreaterThan(0);
    const counts = (await collect(journal.read({ types: ['captureDropped'] }))).map(
      ({ event }) => payloadOf(event, 'captureDropped')?.count ?? 0n,
    );
    expect(counts.reduce((sum, count) => sum + count, 0n)).toBe(BigInt(dropped));
    const tools = (await toolsOf(journal))
      .filter((tool) => /tool-(1?\d)$/.test(tool))
      .map((t) => t.split('-')[1]);
    expect(tools.slice(0, 20)).toEqual(Array.from({ length: 20 }, (_, n) => String(n)));
  });

  it('reads ranges, types and subjects over segments', async () => {
    const { journal } = await openScratch({ segmentBytes: 2000 });
    for (let n = 1; n <= 120; n += 1) {
      const build = { case: 'buildFinished', value: { build: `b${n % 7}`, outcome: 1 } } as const;
      await journal.append([n % 3 === 0 ? { source: 'ci', data: build } : interaction(n)], durable);
    }
    expect(journal.lastSequence).toBe(120);
    const range = await collect(journal.read({ from: 31, to: 40 }));
    expect(range.map(({ sequence }) => sequence)).toEqual([31, 32, 33, 34, 35, 36, 37, 38, 39, 40]);
    const builds = await collect(journal.read({ types: ['buildFinished'], from: 10, to: 100 }));
    expect(builds.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 30 }, (_, i) => 12 + 3 * i));
    const both = await collect(journal.read({ types: ['interactionFinished', 'buildFinished'], to: 9 }));
    expect(both.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const one = await collect(journal.readSubject('build:b3'));
    expect(one.map(({ sequence }) => sequence)).toEqual([3, 24, 45, 66, 87, 108]);
    const batches = await collect(journal.readBatches({ from: 5, to: 60, maxBytes: 500 }));
    expect(batches.flatMap(decodeBatch).map(({ sequence }) => sequence)).toEqual(
      Array.from({ length: 56 }, (_, i) => i + 5),
    );
    expect(batches.every(({ length }) => length <= 500)).toBe(true);
  });

  it('finds receipts by prediction id', async () => {
    const { journal } = await openScratch();
    const receipt = { case: 'predictionMade', value: { prediction: 'p-1', task: 'co-change' } } as const;
    await journal.append([interaction(1), { source: 'mcp', data: receipt }], durable);
    expect(await journal.receipt('p-1')).toBe(2);
    expect(await journal.receipt('p-2')).toBeUndefined();
  });

  it('rebuilds the index when the store was lost, and goes on when it refuses', async () => {
    const files = createMemoryFiles();
    const one = await openScratch({ files });
    for (let n = 1; n <= 30; n += 1) await one.journal.append([interaction(n)], durable);
    await one.journal.close();
    const two = await openScratch({ files, seed: 2 });
    expect(two.journal.report.index).toEqual({ caughtUp: 30, rebuilt: true });
    expect(await collect(two.journal.read({ types: ['interactionFinished'] }))).toHaveLength(30);
    await two.journal.close();
    const sulking = { ...createMemoryStore(), write: () => Promise.reject(new Error('no')) };
    const three = await openScratch({ files, store: sulking, seed: 3 });
    await three.journal.append([interaction(31)], durable);
    expect(await collect(three.journal.read({ types: ['interactionFinished'] }))).toHaveLength(31);
  });

  it('encrypts: the text is nowhere on disk, and only its key opens it', async () => {
    const files = createMemoryFiles();
    const key = new Uint8Array(32).fill(3);
    const one = await openScratch({ files, key });
    await one.journal.append([interaction(1), interaction(2), interaction(3)], durable);
    await one.journal.close();
    for (const path of files.paths())
      expect(Buffer.from(files.content(path) ?? []).toString('latin1')).not.toContain('tool-1');
    const two = await openScratch({ files, key, seed: 5 });
    expect(await toolsOf(two.journal)).toHaveLength(3);
    await two.journal.close();
    await expect(openScratch({ files })).rejects.toMatchObject({ code: 'LMCP_JOURNAL_KEY' });
    const other = new Uint8Array(32).fill(4);
    await expect(openScratch({ files, key: other })).rejects.toMatchObject({ code: 'LMCP_JOURNAL_KEY' });
  });

  it('refuses a folder of another version and a folder in use', async () => {
    const files = createMemoryFiles();
    const { journal } = await openScratch({ files });
    const busy = openScratch({ files, process: { pid: 2, isAlive: (pid) => pid === 1 } });
    await expect(busy).rejects.toMatchObject({ code: 'LMCP_DATA_LOCKED', data: { pid: 1 } });
    await journal.close();
    await journal.close();
    expect(files.content(`${scratchDirectory}/LOCK`)).toBeUndefined();
    files.put(`${scratchDirectory}/FORMAT`, Buffer.from('{"format":99,"id":"00"}'));
    await expect(openScratch({ files })).rejects.toMatchObject({ code: 'LMCP_DATA_VERSION' });
  });

  it('refuses bad calls whole, and calls after close', async () => {
    const { journal } = await openScratch();
    await expect(journal.append([interaction(1), { source: 'x' }], durable)).rejects.toMatchObject({
      code: 'LMCP_BAD_EVENT',
    });
    await expect(journal.append([], durable)).rejects.toMatchObject({ code: 'LMCP_BAD_EVENT' });
    const huge = { case: 'logLine', value: { text: 'word '.repeat(2_000_000) } } as const;
    await expect(journal.append([{ data: huge }], durable)).rejects.toMatchObject({ code: 'LMCP_TOO_LARGE' });
    expect(journal.lastSequence).toBe(0);
    await journal.close();
    await expect(journal.append([interaction(1)], durable)).rejects.toMatchObject({
      code: 'LMCP_SERVER_DOWN',
    });
    expect(journal.state).toBe('closed');
  });
});

describe('export and import', () => {
  it('gives back the same events, plain and gzipped', async () => {
    const one = await openScratch();
    for (let n = 1; n <= 40; n += 1) await one.journal.append([interaction(n)], durable);
    const text = (await collect(exportJsonl({ journal: one.journal }))).join('');
    for (const zip of [false, true]) {
      const two = await openScratch();
      const bytes = zip ? createGzip().end(text) : bytesOf(text);
      const report = await importJsonl({
        journal: two.journal,
        input: bytes as AsyncIterable<Uint8Array>,
        batch: 7,
      });
      expect(report).toMatchObject({
        lines: 40,
        events: 40,
        first: 1,
        last: 40,
        complete: true,
        badCount: 0,
      });
      expect((await collect(exportJsonl({ journal: two.journal }))).join('')).toBe(text);
    }
  });

  it('stops before a bad line with its number, resumes there; or skips and reports', async () => {
    const line = (n: number) =>
      `{"at":"2026-03-01T09:30:00Z","source":"ci","buildFinished":{"build":"${n}","outcome":"PASSED","later":1}}`;
    const bad = [line(1), line(2), '{"buildFinished":{"build":7}}', '', line(3)];
    const input = () => bytesOf(bad.join('\r\n'));
    const { journal } = await openScratch();
    const stopped = await importJsonl({ journal, input: input() });
    expect(stopped).toMatchObject({
      events: 2,
      complete: false,
      badLines: [{ line: 3, error: { code: 'LMCP_BAD_EVENT' } }],
    });
    expect(stopped.badLines[0]?.error.message).toMatch(
      /^Line 3: the value of field learning.v1.BuildFinished.build/,
    );
    const resumed = await importJsonl({ journal, input: input(), fromLine: 4 });
    expect(resumed).toMatchObject({ events: 1, first: 3, last: 3, complete: true });
    const skipped = await importJsonl({ journal, input: input(), onBadLine: 'skip' });
    expect(skipped).toMatchObject({ events: 3, badCount: 1, complete: true });
    expect(journal.lastSequence).toBe(6);
  });

  it('stops when cancelled and names the first line that is not in the journal', async () => {
    const { journal } = await openScratch();
    const line = '{"buildFinished":{"build":"x"}}';
    const stop = new AbortController();
    const input = bytesOf(`${line}\n`.repeat(20));
    const running = importJsonl({
      journal,
      input,
      batch: 6,
      signal: stop.signal,
      onProgress: () => stop.abort(),
    });
    await expect(running).rejects.toMatchObject({ code: 'LMCP_CANCELLED', data: { line: 7 } });
    expect(journal.lastSequence).toBe(6);
  });

  it('tells torn gzip from the end of the file', async () => {
    const whole = await collect(createGzip().end(`{"buildFinished":{"build":"x"}}\n`.repeat(500)));
    const bytes = Buffer.concat(whole as Buffer[]);
    const { journal } = await openScratch();
    const torn = importJsonl({ journal, input: bytesOf(bytes.subarray(0, bytes.length - 12)) });
    await expect(torn).rejects.toMatchObject({ code: 'LMCP_BAD_EVENT' });
  });
});

async function* bytesOf(text: string | Uint8Array): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}
