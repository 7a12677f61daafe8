import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createFaultFiles } from './files/fault-files.js';
import { createMemoryFiles, type MemoryFiles } from './files/memory-files.js';
import type { Journal } from './journal.js';
import { interaction, openScratch, toolsOf } from './scratch.js';
import { seededChance } from './seeded.js';
import { createMemoryStore } from './store/memory-store.js';

const durable = { durable: true } as const;
const forget = (...sequences: number[]) =>
  ({
    data: { case: 'eventsForgotten', value: { sequences: sequences.map(BigInt), reason: 'asked to' } },
  }) as const;

/** Thirty events in small segments, of which 4, 5, 17 and 30 are to be forgotten. */
async function written(options: Parameters<typeof openScratch>[0] = {}): Promise<Journal> {
  const { journal } = await openScratch({ segmentBytes: 700, ...options });
  for (let n = 1; n <= 30; n += 2) await journal.append([interaction(n), interaction(n + 1)], durable);
  await journal.append([forget(4, 5, 17, 30, 31)], durable);
  return journal;
}

const forgotten = [4, 5, 17, 30];
const left = Array.from({ length: 30 }, (_, n) => n + 1).map((n) =>
  forgotten.includes(n) ? `${n}:undefined` : `${n}:tool-${n}`,
);

const textOf = (disk: MemoryFiles) =>
  disk
    .paths()
    .filter((path) => path.endsWith('.seg'))
    .map((path) => Buffer.from(disk.content(path) ?? []).toString('latin1'))
    .join();

describe('compaction', () => {
  for (const key of [undefined, new Uint8Array(32).fill(3)]) {
    it(`takes forgotten payloads off the disk and keeps sequences, chain and head${key ? ', encrypted' : ''}`, async () => {
      const files = createMemoryFiles();
      const store = createMemoryStore();
      const options = { files, store, ...(key && { key }) };
      const journal = await written(options);
      const { head } = journal;
      if (!key) expect(textOf(files)).toContain('tool-17');
      const report = await journal.compact();
      expect(report).toMatchObject({ events: 4 });
      expect(report.segments).toBeGreaterThan(1);
      expect(journal.head).toBe(head);
      expect(await toolsOf(journal)).toEqual([...left, '31:eventsForgotten']);
      for (const n of forgotten) expect(textOf(files)).not.toMatch(new RegExp(`tool-${n}(?!d)`));
      const typed: number[] = [];
      for await (const { sequence } of journal.read({ types: ['interactionFinished'] })) typed.push(sequence);
      expect(typed).toHaveLength(26);
      expect(await journal.compact()).toEqual({ segments: 0, events: 0, freedBytes: 0, aside: [] });
      await journal.append([interaction(32)], durable);
      await journal.close();
      const again = await openScratch({ ...options, seed: 2, verifyAll: true });
      expect(again.journal.damage).toBeNull();
      expect(again.journal.report.index).toEqual({ caughtUp: 0, rebuilt: false });
      expect(await toolsOf(again.journal)).toEqual([...left, '31:eventsForgotten', '32:tool-32']);
      for await (const { event } of again.journal.read({ from: 17, to: 17 })) {
        expect(event.causedBy).toMatch(/^sha256:[0-9a-f]{64}$/);
        expect(event.id).toHaveLength(26);
      }
    });
  }

  it('loses nothing in a power cut at any of its steps, and can be done again', async () => {
    let cuts = 0;
    for (let at = 1; ; at += 1) {
      const files = createFaultFiles(seededChance(at));
      const journal = await written({ files });
      const { head, lastSequence } = journal;
      const begun = files.operations;
      files.onOperation((operation) => {
        if (operation === begun + at) files.kill();
      });
      const finished = await journal.compact().then(
        () => true,
        () => false,
      );
      const disk = files.crash();
      const again = await openScratch({ files: disk, seed: 2, segmentBytes: 700 });
      expect(again.journal.damage, `cut at ${at}`).toBeNull();
      expect([again.journal.head, again.journal.lastSequence]).toEqual([head, lastSequence]);
      const tools = await toolsOf(again.journal);
      expect(
        tools.map((tool, n) => tool === left[n] || tool === `${n + 1}:tool-${n + 1}` || n === 30),
      ).not.toContain(false);
      await again.journal.compact();
      expect(await toolsOf(again.journal)).toEqual([...left, '31:eventsForgotten']);
      expect(disk.paths().filter((path) => path.endsWith('.compact'))).toEqual([]);
      cuts += 1;
      if (finished) break;
    }
    expect(cuts).toBeGreaterThan(15);
  });

  it('goes on beside readers and writers', async () => {
    const journal = await written();
    const before = journal.read();
    const first = [];
    for await (const { sequence } of before) {
      first.push(sequence);
      if (sequence === 6) void journal.compact();
      if (sequence % 5 === 0) await journal.append([interaction(100 + sequence)], durable);
    }
    expect(first).toEqual(Array.from({ length: 31 }, (_, n) => n + 1));
    await journal.compact();
    expect(journal.damage).toBeNull();
    expect((await toolsOf(journal)).slice(0, 30)).toEqual(left);
  });

  it('shows no reader of a type an event without its payload, from its first step to its last', async () => {
    const journal = await written();
    let done = false;
    const compacting = journal.compact().finally(() => {
      done = true;
    });
    let reads = 0;
    for (; !done; reads += 1) {
      const types: unknown[] = [];
      for await (const { event } of journal.read({ types: ['interactionFinished'] }))
        types.push(event.data.case);
      expect(new Set(types)).toEqual(new Set(['interactionFinished']));
      expect(types.length).toBeGreaterThanOrEqual(26);
      // A memory disk answers within the turn, and the compaction waits for the next one now and then.
      await nextTurn();
    }
    await compacting;
    expect(reads).toBeGreaterThan(0);
  });
});
