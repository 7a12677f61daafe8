import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { nodeFiles } from './files/node-files.js';
import { fsck } from './fsck.js';
import { takeLock, thisProcess } from './lock.js';
import { interaction, openScratch, toolsOf } from './scratch.js';
import { seededBytes } from './seeded.js';
import { openLmdbStore } from './store/lmdb-store.js';

const root = mkdtempSync(join(tmpdir(), 'lmcp-disk-'));
const probeScript = join(
  process.env.LMCP_DIST ?? join(import.meta.dirname, '../../dist'),
  'src/journal/store/probe-child.js',
);
afterAll(() => rmSync(root, { recursive: true }));

async function written(name: string): Promise<{ directory: string; storeDirectory: string; head: string }> {
  const directory = join(root, name);
  const storeDirectory = join(directory, 'store');
  const store = await openLmdbStore({ directory: storeDirectory });
  const { journal } = await openScratch({ directory, files: nodeFiles, store, segmentBytes: 3000 });
  for (let n = 1; n <= 60; n += 1) await journal.append([interaction(n)], { durable: true });
  const { head } = journal;
  await journal.close();
  await store.close();
  return { directory, storeDirectory, head };
}

describe('on the real disk', () => {
  it('writes, reopens passing over sealed segments, and is private to its owner', async () => {
    const { directory, storeDirectory, head } = await written('plain');
    const store = await openLmdbStore({ directory: storeDirectory });
    const { journal } = await openScratch({ directory, files: nodeFiles, store, seed: 2 });
    expect(journal.head).toBe(head);
    expect(journal.report.segments).toBeGreaterThan(3);
    expect(await toolsOf(journal)).toEqual(Array.from({ length: 60 }, (_, n) => `${n + 1}:tool-${n + 1}`));
    await journal.close();
    await store.close();
    for (const name of readdirSync(join(directory, 'segments')))
      expect(statSync(join(directory, 'segments', name)).mode & 0o077).toBe(0);
  });

  it('finds rot in a sealed segment when it is read, though opening passed over it', async () => {
    const { directory, storeDirectory } = await written('sealed');
    const first = join(directory, 'segments', readdirSync(join(directory, 'segments')).sort()[0] ?? '');
    const bytes = readFileSync(first);
    bytes[1000] = (bytes[1000] ?? 0) ^ 1;
    writeFileSync(first, bytes);
    const store = await openLmdbStore({ directory: storeDirectory });
    const { journal } = await openScratch({ directory, files: nodeFiles, store, seed: 2 });
    expect(journal.damage).toBeNull();
    await expect(toolsOf(journal)).rejects.toMatchObject({ code: 'LMCP_JOURNAL_CORRUPT' });
    expect(journal.state).toBe('damaged');
    const good = (journal.damage?.sequence ?? 0) - 1;
    expect(good).toBeGreaterThan(0);
    expect(await toolsOf(journal)).toHaveLength(good);
    await expect(
      journal
        .read({ to: good + 1 })
        [Symbol.asyncIterator]()
        .next(),
    ).rejects.toMatchObject({
      code: 'LMCP_JOURNAL_CORRUPT',
    });
    await journal.close();
    const strict = await openScratch({ directory, files: nodeFiles, store, seed: 3, verifyAll: true });
    expect(strict.journal.damage).not.toBeNull();
    await strict.journal.close();
    await store.close();
  });

  it('is checked by fsck: sound, then rotten with file and offset, then with a damaged index', async () => {
    const { directory, storeDirectory, head } = await written('fsck');
    const sound = await fsck(directory, { storeDirectory, probeScript });
    expect(sound).toMatchObject({
      ok: true,
      events: 60,
      blocks: 60,
      head,
      damage: null,
      tornBytes: 0,
      encrypted: false,
    });
    expect(sound.store?.ok).toBe(true);
    writeFileSync(join(storeDirectory, 'data.mdb'), Buffer.alloc(20_000, 1));
    expect(await fsck(directory, { storeDirectory, probeScript })).toMatchObject({
      ok: false,
      damage: null,
      store: { ok: false },
    });
    const names = readdirSync(join(directory, 'segments')).sort();
    const path = join(directory, 'segments', names[1] ?? '');
    const bytes = readFileSync(path);
    bytes[100] = (bytes[100] ?? 0) ^ 8;
    writeFileSync(path, bytes);
    const rotten = await fsck(directory);
    expect(rotten).toMatchObject({ ok: false, segments: 2, damage: { segment: names[1], offset: 0 } });
    expect(rotten.damage?.reason).toContain('CRC-32C');
  });

  it('tells a torn tail in fsck without touching it', async () => {
    const { directory } = await written('torn');
    rmSync(join(directory, 'HEAD'));
    const names = readdirSync(join(directory, 'segments')).sort();
    const path = join(directory, 'segments', names.at(-1) ?? '');
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.subarray(0, bytes.length - 9));
    const report = await fsck(directory);
    expect(report).toMatchObject({ ok: true, events: 59 });
    expect(report.tornBytes).toBeGreaterThan(0);
    expect(readFileSync(path)).toHaveLength(bytes.length - 9);
  });
});

describe('lock', () => {
  it('is held by the living, taken from the dead, and given back only by its owner', async () => {
    const directory = join(root, 'lock');
    await nodeFiles.makeDirectory(directory);
    const living = { pid: 4, isAlive: () => true };
    const dead = { pid: 5, isAlive: () => false };
    const unlock = await takeLock(nodeFiles, directory, { process: living, random: seededBytes(1) });
    await expect(
      takeLock(nodeFiles, directory, { process: living, random: seededBytes(2) }),
    ).rejects.toMatchObject({
      code: 'LMCP_DATA_LOCKED',
      data: { pid: 4 },
    });
    const other = await takeLock(nodeFiles, directory, { process: dead, random: seededBytes(3) });
    await unlock();
    expect(readdirSync(directory)).toEqual(['LOCK']);
    await other();
    expect(readdirSync(directory)).toEqual([]);
  });

  it('knows that this process lives and that no process has the largest id', () => {
    expect(thisProcess.isAlive(process.pid)).toBe(true);
    expect(thisProcess.isAlive(2 ** 22 + 1)).toBe(false);
  });
});
