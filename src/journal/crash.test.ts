import { describe, expect, it } from 'vitest';
import { createFaultFiles, type FaultFiles } from './files/fault-files.js';
import { createMemoryFiles, type MemoryFiles } from './files/memory-files.js';
import type { Journal } from './journal.js';
import { repairJournal } from './repair.js';
import { interaction, openScratch, scratchDirectory, toolsOf } from './scratch.js';
import { seededBytes, seededChance } from './seeded.js';
import { createMemoryStore } from './store/memory-store.js';

const durable = { durable: true } as const;
const firstSegment = `${scratchDirectory}/segments/00000000000000000001.seg`;

/** Appends concurrently until the disk dies; returns the numbers that were acknowledged, with their sequences. */
async function appendUntilDeath(journal: Journal, from: number): Promise<Map<number, number>> {
  const acknowledged = new Map<number, number>();
  for (let round = 0; round < 40; round += 1) {
    const calls = [0, 1, 2].map(async (lane) => {
      const n = from + round * 3 + lane;
      const { first } = await journal.append([interaction(n)], durable);
      acknowledged.set(n, first);
    });
    void journal.append([interaction(100_000 + from + round)], { durable: false });
    const settled = await Promise.allSettled(calls);
    if (settled.some(({ status }) => status === 'rejected')) break;
  }
  return acknowledged;
}

function expectAll(tools: readonly string[], acknowledged: ReadonlyMap<number, number>, seed: string): void {
  for (const [n, sequence] of acknowledged) expect(tools, `seed ${seed}`).toContain(`${sequence}:tool-${n}`);
  const names = tools
    .map((tool) => tool.slice(tool.indexOf(':') + 1))
    .filter((name) => name.startsWith('tool-'));
  expect(new Set(names).size, `doubled, seed ${seed}`).toBe(names.length);
}

describe('power cut', () => {
  it('loses nothing acknowledged and doubles nothing, at 300 seeded moments, twice in a row', async () => {
    let cuts = 0;
    let torn = 0;
    for (let seed = 1; seed <= 150; seed += 1) {
      const chance = seededChance(seed);
      let disk: MemoryFiles = createMemoryFiles();
      const acknowledged = new Map<number, number>();
      for (let life = 0; life < 2; life += 1) {
        const files = createFaultFiles(chance, disk);
        const dieAt = 8 + Math.floor(chance() * 90);
        files.onOperation((operation) => {
          if (operation >= dieAt) files.kill();
        });
        try {
          const { journal } = await openScratch({ files, seed: seed * 10 + life, segmentBytes: 1500 });
          expect(journal.damage, `seed ${seed}`).toBeNull();
          expectAll(await toolsOf(journal), acknowledged, `${seed}`);
          for (const [n, at] of await appendUntilDeath(journal, life * 1000)) acknowledged.set(n, at);
        } catch (error) {
          // Opening may meet the dead disk too; anything else is a failure of the test.
          if ((error as { code?: string }).code !== 'LMCP_DISK') throw error;
        }
        disk = files.crash();
        cuts += 1;
      }
      const { journal } = await openScratch({ files: disk, seed: 99 });
      expect(journal.damage, `seed ${seed}`).toBeNull();
      if (journal.report.cut) torn += 1;
      expectAll(await toolsOf(journal), acknowledged, `${seed}`);
      await journal.append([interaction(5)], durable);
    }
    expect(cuts).toBe(300);
    expect(torn).toBeGreaterThan(10);
  });
});

describe('a disk that refuses', () => {
  async function withFaults(): Promise<{ files: FaultFiles; journal: Journal; time: { now: number } }> {
    const files = createFaultFiles(seededChance(4));
    return { ...(await openScratch({ files })), files };
  }

  it('does not acknowledge when full, goes on by itself when there is room, and leaves no half block', async () => {
    for (let room = 0; room < 400; room += 7) {
      const { files, journal, time } = await withFaults();
      await journal.append([interaction(1)], durable);
      files.setSpace(room);
      let n = 2;
      let refused: unknown;
      while (!refused) {
        await journal.append([interaction(n)], durable).then(
          () => {
            n += 1;
          },
          (error: unknown) => {
            refused = error;
          },
        );
      }
      expect(refused).toMatchObject({ code: 'LMCP_DISK_FULL' });
      expect(journal.state).toBe('full');
      await expect(journal.append([interaction(77)], durable)).rejects.toMatchObject({
        code: 'LMCP_DISK_FULL',
      });
      await journal.append([interaction(78)], { durable: false });
      const before = journal.lastSequence;
      expect(before).toBe(n - 1);
      expect(await toolsOf(journal)).toHaveLength(before);
      files.setSpace(Number.POSITIVE_INFINITY);
      time.now += 1500;
      expect(await journal.append([interaction(n)], durable)).toEqual({ first: n, last: n });
      expect(journal.state).toBe('open');
      await journal.close();
      const again = await openScratch({ files: files.crash(), seed: 2 });
      expect(again.journal.report).toMatchObject({ cut: null, damage: null });
      const expected = Array.from({ length: n }, (_, i) => `${i + 1}:tool-${i + 1}`);
      expect(await toolsOf(again.journal)).toEqual([...expected, `${n + 1}:captureDropped`]);
    }
  });

  it('does not trust pages after a failed fdatasync', async () => {
    const { files, journal, time } = await withFaults();
    await journal.append([interaction(1)], durable);
    files.failSyncs(1);
    await expect(journal.append([interaction(2)], durable)).rejects.toMatchObject({ code: 'LMCP_DISK' });
    expect(journal.state).toBe('failed');
    time.now += 1500;
    expect(await journal.append([interaction(3)], durable)).toEqual({ first: 2, last: 2 });
    expect(await files.list(`${scratchDirectory}/segments`)).toHaveLength(2);
    const again = await openScratch({ files: files.crash(), seed: 2 });
    expect(again.journal.damage).toBeNull();
    expect(await toolsOf(again.journal)).toEqual(['1:tool-1', '2:tool-3']);
  });

  it('stays refused while the sync keeps failing, then heals', async () => {
    const { files, journal, time } = await withFaults();
    await journal.append([interaction(1)], durable);
    files.failSyncs(7);
    for (let attempt = 0; attempt < 6; attempt += 1) {
      time.now += 1500;
      await journal.append([interaction(2)], durable).catch(() => undefined);
    }
    time.now += 1500;
    const { first } = await journal.append([interaction(3)], durable);
    const again = await openScratch({ files: files.crash(), seed: 2 });
    expect(again.journal.damage).toBeNull();
    expect((await toolsOf(again.journal)).at(first - 1)).toBe(`${first}:tool-3`);
  });
});

describe('what a file can suffer', () => {
  /** A small closed journal: its bytes, and offsets where blocks begin. */
  async function small(): Promise<{
    disk: MemoryFiles;
    bytes: Uint8Array;
    store: ReturnType<typeof createMemoryStore>;
  }> {
    const disk = createMemoryFiles();
    const store = createMemoryStore();
    const { journal } = await openScratch({ files: disk, store });
    for (let n = 1; n <= 6; n += 1) await journal.append([interaction(n)], durable);
    await journal.close();
    return { disk, bytes: disk.content(firstSegment) ?? new Uint8Array(0), store };
  }
  const whole = Array.from({ length: 6 }, (_, i) => `${i + 1}:tool-${i + 1}`);

  function copyOf(disk: MemoryFiles): MemoryFiles {
    const copy = createMemoryFiles();
    for (const path of disk.paths()) copy.put(path, disk.content(path) ?? new Uint8Array(0));
    return copy;
  }

  it('truncated anywhere: a crash cuts to the last whole block; after a clean end it is corruption', async () => {
    const { disk, bytes } = await small();
    for (let length = 0; length < bytes.length; length += 1) {
      const crashed = copyOf(disk);
      await crashed.remove(`${scratchDirectory}/HEAD`);
      crashed.put(firstSegment, bytes.subarray(0, length));
      const { journal } = await openScratch({ files: crashed });
      const tools = await toolsOf(journal);
      expect(tools).toEqual(whole.slice(0, tools.length));
      expect(journal.damage).toBeNull();
      expect((journal.report.cut?.cutBytes ?? 0) + journal.report.bytes).toBe(length);
      expect(await journal.append([interaction(9)], durable)).toMatchObject({ first: tools.length + 1 });

      const clean = copyOf(disk);
      clean.put(firstSegment, bytes.subarray(0, length));
      const other = await openScratch({ files: clean });
      expect(other.journal.state).toBe('damaged');
      expect(clean.content(firstSegment)).toHaveLength(length);
      expect(await toolsOf(other.journal)).toEqual(tools);
      await expect(other.journal.append([interaction(9)], durable)).rejects.toMatchObject({
        code: 'LMCP_JOURNAL_CORRUPT',
      });
    }
  });

  it('bit flips, 10,000 of them: detected, and the affected block is never returned', async () => {
    const { disk, bytes } = await small();
    const chance = seededChance(11);
    for (let flip = 0; flip < 10_000; flip += 1) {
      const rotten = copyOf(disk);
      const spoilt = bytes.slice();
      const at = Math.floor(chance() * spoilt.length);
      spoilt[at] = (spoilt[at] ?? 0) ^ (1 << Math.floor(chance() * 8));
      rotten.put(firstSegment, spoilt);
      const { journal } = await openScratch({ files: rotten });
      expect(journal.state).toBe('damaged');
      const tools = await toolsOf(journal);
      expect(tools.length).toBeLessThan(6);
      expect(tools).toEqual(whole.slice(0, tools.length));
      expect(journal.damage?.offset).toBeLessThanOrEqual(at);
    }
  });

  it('a block exchanged for a valid one of another history breaks the chain', async () => {
    const { disk, bytes } = await small();
    const other = createMemoryFiles();
    const { journal: forged } = await openScratch({ files: other, seed: 31 });
    for (let n = 1; n <= 6; n += 1) await forged.append([interaction(n === 3 ? 8 : n)], durable);
    const foreign = other.content(firstSegment) ?? new Uint8Array(0);
    const starts = [0];
    for (let at = 0; at < bytes.length; starts.push(at))
      at += 96 + new DataView(bytes.buffer).getUint32(at + 20, true);
    const [from = 0, to = 0] = starts.slice(2, 4);
    expect(foreign.length).toBe(bytes.length);
    disk.put(
      firstSegment,
      Buffer.concat([bytes.subarray(0, from), foreign.subarray(from, to), bytes.subarray(to)]),
    );
    const { journal } = await openScratch({ files: disk });
    expect(journal.damage).toMatchObject({
      sequence: 3,
      offset: from,
      reason: expect.stringContaining('chain'),
    });
    expect(await toolsOf(journal)).toEqual(whole.slice(0, 2));
  });

  it('is told as corruption without a witness too, when a valid block follows', async () => {
    const { disk, bytes } = await small();
    await disk.remove(`${scratchDirectory}/HEAD`);
    const spoilt = bytes.slice();
    spoilt[130] = (spoilt[130] ?? 0) ^ 1;
    disk.put(firstSegment, spoilt);
    const { journal } = await openScratch({ files: disk });
    expect(journal.damage).toMatchObject({
      sequence: 1,
      offset: 0,
      reason: expect.stringContaining('valid block follows'),
    });
    expect(disk.content(firstSegment)).toHaveLength(bytes.length);
  });

  it('rot that appears while open ends the read, loudly, and the journal is read-only', async () => {
    const disk = createMemoryFiles();
    const { journal } = await openScratch({ files: disk });
    for (let n = 1; n <= 6; n += 1) await journal.append([interaction(n)], durable);
    const bytes = disk.content(firstSegment) ?? new Uint8Array(0);
    const spoilt = bytes.slice();
    spoilt[spoilt.length - 5] = (spoilt[spoilt.length - 5] ?? 0) ^ 4;
    disk.put(firstSegment, spoilt);
    const seen: number[] = [];
    const reading = (async () => {
      for await (const { sequence } of journal.read()) seen.push(sequence);
    })();
    await expect(reading).rejects.toMatchObject({ code: 'LMCP_JOURNAL_CORRUPT', data: { sequence: 6 } });
    expect(seen).toEqual([1, 2, 3, 4, 5]);
    await expect(journal.append([interaction(7)], durable)).rejects.toMatchObject({
      code: 'LMCP_JOURNAL_CORRUPT',
    });
  });

  it('is repaired by keeping the good prefix and moving the rest aside', async () => {
    const { disk, bytes, store } = await small();
    const spoilt = bytes.slice();
    const middle = Math.floor(bytes.length / 2);
    spoilt[middle] = (spoilt[middle] ?? 0) ^ 1;
    disk.put(firstSegment, spoilt);
    const process = { pid: 1, isAlive: () => false };
    const repaired = await repairJournal(scratchDirectory, { files: disk, random: seededBytes(3), process });
    expect(repaired.damage).not.toBeNull();
    const saved = disk.content(`${repaired.movedTo}/${repaired.moved[0]}`) ?? new Uint8Array(0);
    expect((disk.content(firstSegment) ?? []).length + saved.length).toBe(bytes.length);
    const { journal } = await openScratch({ files: disk, store });
    expect(journal.state).toBe('open');
    expect(await toolsOf(journal)).toEqual(whole.slice(0, repaired.lastSequence));
    expect(journal.report.index.rebuilt).toBe(true);
    await journal.append([interaction(50)], durable);
    await journal.close();
    const again = await openScratch({ files: disk, store, seed: 8 });
    expect(again.journal.state).toBe('open');
  });

  it('a missing segment in the middle is corruption, and what comes before it stays readable', async () => {
    const disk = createMemoryFiles();
    const { journal } = await openScratch({ files: disk, segmentBytes: 400 });
    for (let n = 1; n <= 20; n += 1) await journal.append([interaction(n)], durable);
    await journal.close();
    const segments = disk.paths().filter((path) => path.endsWith('.seg'));
    expect(segments.length).toBeGreaterThan(4);
    await disk.remove(segments[2] ?? '');
    const again = await openScratch({ files: disk, seed: 2 });
    expect(again.journal.damage?.reason).toContain('missing');
    expect((await toolsOf(again.journal)).length).toBe((again.journal.damage?.sequence ?? 0) - 1);
  });
});
