import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { payloadOf } from '../proto/index.js';
import { createFaultFiles } from './files/fault-files.js';
import { nodeFiles } from './files/node-files.js';
import type { Journal } from './journal.js';
import { interaction, openScratch, toolsOf } from './scratch.js';
import { seededChance } from './seeded.js';
import { openLmdbStore } from './store/lmdb-store.js';
import { createMemoryStore } from './store/memory-store.js';

const durable = { durable: true } as const;
const telemetry = { durable: false } as const;

async function until(what: string, look: () => boolean): Promise<void> {
  for (let waited = 0; !look(); waited += 5) {
    if (waited > 10_000) throw new Error(`waited for: ${what}`);
    await sleep(5);
  }
}

async function droppedIn(journal: Journal): Promise<number> {
  let sum = 0n;
  for await (const { event } of journal.read({ types: ['captureDropped'] }))
    sum += payloadOf(event, 'captureDropped')?.count ?? 0n;
  return Number(sum);
}

/** Appends one by one until the disk refuses; returns how many were acknowledged and the refusal. */
async function fill(
  journal: Journal,
  from: number,
  most = 100_000,
): Promise<{ taken: number; refused: unknown }> {
  for (let n = from; n < from + most; n += 1) {
    try {
      await journal.append([interaction(n)], durable);
    } catch (refused) {
      return { taken: n - from, refused };
    }
  }
  throw new Error('the disk took everything');
}

describe('a disk that is full for a while', () => {
  for (const [code, error, state] of [
    ['ENOSPC', 'LMCP_DISK_FULL', 'full'],
    ['EDQUOT', 'LMCP_DISK_FULL', 'full'],
    ['EIO', 'LMCP_DISK', 'failed'],
  ] as const) {
    it(`${code}: acknowledges nothing false, reads on, and takes events again by itself`, async () => {
      const files = createFaultFiles(seededChance(5));
      // The clock of refusals stands still here: only the journal's own attempts can bring it back.
      const { journal } = await openScratch({ files, retryMs: 4, blockBytes: 2000 });
      await journal.append([interaction(1)], durable);
      files.setSpace(700, code);
      const { taken, refused } = await fill(journal, 2);
      expect(refused).toMatchObject({ code: error });
      expect(journal.state).toBe(state);
      expect(journal.problem).toMatchObject({ code: error });
      for (let n = 0; n < 7; n += 1) await journal.append([interaction(900 + n)], telemetry);
      journal.leftOut(3);
      await sleep(40);
      expect(journal.state).toBe(state);
      const whole = Array.from({ length: 1 + taken }, (_, n) => `${n + 1}:tool-${n + 1}`);
      expect(await toolsOf(journal)).toEqual(whole);
      await expect(journal.append([interaction(77)], durable)).rejects.toMatchObject({ code: error });
      files.setSpace(Number.POSITIVE_INFINITY);
      await until('recovery', () => journal.state === 'open');
      expect(journal.problem).toBeNull();
      await until('the event that tells what was dropped', () => journal.lastSequence === taken + 2);
      expect(await droppedIn(journal)).toBe(10);
      await journal.append([interaction(5000)], durable);
      await journal.close();
      const again = await openScratch({ files: files.crash(), seed: 2 });
      expect(again.journal.report).toMatchObject({ cut: null, damage: null });
      expect(await toolsOf(again.journal)).toEqual([
        ...whole,
        `${taken + 2}:captureDropped`,
        `${taken + 3}:tool-5000`,
      ]);
    });
  }

  it('heals its index too, when the store was refused by the same disk', async () => {
    const files = createFaultFiles(seededChance(6));
    const kept = createMemoryStore();
    let full = false;
    const write = kept.write;
    const store = Object.assign(kept, {
      write: async (operations: Parameters<typeof write>[0]) => {
        if (full) throw Object.assign(new Error('No space left on device'), { code: 28 });
        await write.call(kept, operations);
      },
    });
    const { journal } = await openScratch({ files, store, retryMs: 4, blockBytes: 2000 });
    for (let n = 1; n <= 20; n += 1) await journal.append([interaction(n)], durable);
    full = true;
    await journal.flush();
    files.setSpace(0);
    await fill(journal, 21);
    full = false;
    files.setSpace(Number.POSITIVE_INFINITY);
    await until('recovery', () => journal.state === 'open');
    await journal.append([interaction(21)], durable);
    await journal.flush();
    await until('the mended index', () => [...store.range({ start: 'type/', end: 'type0' })].length > 0);
    await journal.close();
    const again = await openScratch({ files: files.crash(), store, seed: 3 });
    expect(again.journal.report.index).toEqual({ caughtUp: 0, rebuilt: false });
    const found: number[] = [];
    for await (const { sequence } of again.journal.read({ types: ['interactionFinished'] }))
      found.push(sequence);
    expect(found).toEqual(Array.from({ length: 21 }, (_, n) => n + 1));
  });
});

/** A mounted tmpfs of that size, or why there is none. */
function smallDisk(kilobytes: number): { path: string; free(): void } | string {
  const path = mkdtempSync(join(tmpdir(), 'lmcp-small-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'tmpfs', path], { stdio: 'pipe' });
  } catch (error) {
    rmSync(path, { recursive: true });
    return error instanceof Error ? (error.message.split('\n')[1] ?? error.message) : String(error);
  }
  return {
    path,
    free: () => {
      execFileSync('umount', ['-l', path]);
      rmSync(path, { recursive: true });
    },
  };
}

describe('a real disk of a few megabytes', () => {
  it('is filled, refused, given room, and used again', async (context) => {
    const disk = smallDisk(4096);
    if (typeof disk === 'string') return context.skip(`no tmpfs can be mounted: ${disk}`);
    try {
      const ballast = join(disk.path, 'ballast');
      writeFileSync(ballast, new Uint8Array(2_500_000));
      const store = await openLmdbStore({ directory: join(disk.path, 'views') });
      const directory = join(disk.path, 'journal');
      const options = {
        directory,
        files: nodeFiles,
        store,
        blockBytes: 20_000,
        retryMs: 10,
        clock: Date.now,
      };
      const { journal } = await openScratch(options);
      let acknowledged = 0;
      let refused: unknown;
      const random = seededChance(3);
      while (!refused) {
        const text = Array.from({ length: 700 }, () => random().toString(36).slice(2, 5)).join(' ');
        const event = { data: { case: 'logLine', value: { text } } } as const;
        await journal.append([event], durable).then(
          ({ last }) => {
            acknowledged = last;
          },
          (error: unknown) => {
            refused = error;
          },
        );
      }
      expect(refused).toMatchObject({ code: 'LMCP_DISK_FULL' });
      expect(acknowledged).toBeGreaterThan(10);
      await journal.append([interaction(1)], telemetry);
      expect(await toolsOf(journal)).toHaveLength(acknowledged);
      rmSync(ballast);
      await until('recovery', () => journal.state === 'open');
      await until('the count', () => journal.lastSequence === acknowledged + 1);
      const { last } = await journal.append([interaction(2)], durable);
      expect(await toolsOf(journal)).toHaveLength(last);
      expect(await droppedIn(journal)).toBe(1);
      await journal.close();
      await store.close();
      expect(existsSync(join(directory, 'PROBE'))).toBe(false);
    } finally {
      disk.free();
    }
  });
});
