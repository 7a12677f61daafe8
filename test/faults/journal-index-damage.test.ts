/** Damage of LMDB's files, of every kind: found when the store is opened, and the index made anew from the journal. */
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { nodeFiles, openLmdbStore, probeLmdb, Snapshots } from '../../src/journal/index.js';
import { interaction, openScratch } from '../../src/journal/scratch.js';
import { seededChance } from '../../src/journal/seeded.js';

const seed = Number(process.env.LMCP_SEED ?? 7);
const root = mkdtempSync(join(tmpdir(), 'lmcp-index-'));
afterAll(() => rmSync(root, { recursive: true }));
const script = join(
  process.env.LMCP_DIST ?? join(import.meta.dirname, '../../dist'),
  'src/journal/store/probe-child.js',
);
const probe = (folder: string) => probeLmdb(folder, { script });
const EVENTS = 300;

async function open(directory: string, seed = 1) {
  const store = await openLmdbStore({ directory: join(directory, 'views'), probe });
  const { journal } = await openScratch({
    directory: join(directory, 'journal'),
    files: nodeFiles,
    store,
    seed,
  });
  return { store, journal };
}

/** A journal with its index and a snapshot, closed in order; `foreign` ones hold other events. */
async function made(name: string, foreign = false): Promise<string> {
  const directory = join(root, name);
  const { store, journal } = await open(directory, foreign ? 99 : 1);
  for (let n = 0; n < EVENTS; n += 20) {
    const events = Array.from({ length: 20 }, (_, k) => interaction((foreign ? 5_000 : 0) + n + k));
    await journal.append(events, { durable: true });
  }
  await journal.append([{ data: { case: 'buildFinished', value: { build: foreign ? 'b2' : 'b1' } } }], {
    durable: true,
  });
  const state = new Uint8Array(20_000).map((_, n) => n % 251);
  const place = { offset: 5, folded: [[1, 5]] as const, forgotten: 0, parents: [], at: 0 };
  await new Snapshots(store).put({ learner: 'l', modelVersion: '1', ...place, state });
  await journal.close();
  await store.close();
  return directory;
}

/** Copies the folder, has it damaged, opens it, and asks what the index is for. */
async function afterDamage(name: string, from: string, damage: (views: string) => void): Promise<boolean> {
  const directory = join(root, name);
  await nodeFiles.makeDirectory(join(directory, 'views'));
  await nodeFiles.makeDirectory(join(directory, 'journal', 'segments'));
  for (const folder of ['views', 'journal', 'journal/segments'])
    for (const entry of readdirSync(join(from, folder), { withFileTypes: true }))
      if (entry.isFile()) copyFileSync(join(from, folder, entry.name), join(directory, folder, entry.name));
  damage(join(directory, 'views'));
  const { store, journal } = await open(directory);
  expect(journal.damage).toBeNull();
  const found: number[] = [];
  for await (const { sequence } of journal.read({ types: ['buildFinished'] })) found.push(sequence);
  expect(found).toEqual([EVENTS + 1]);
  const subjects: number[] = [];
  for await (const { sequence } of journal.readSubject('build:b1')) subjects.push(sequence);
  expect(subjects).toEqual([EVENTS + 1]);
  let interactions = 0;
  for await (const _ of journal.read({ types: ['interactionFinished'] })) interactions += 1;
  expect(interactions).toBe(EVENTS);
  const { rebuilt } = journal.report.index;
  await journal.close();
  await store.close();
  rmSync(directory, { recursive: true });
  return rebuilt;
}

const damageOf = (change: (bytes: Buffer) => Buffer) => (views: string) => {
  const path = join(views, 'data.mdb');
  writeFileSync(path, change(readFileSync(path)));
};

describe("LMDB's files", () => {
  it('damaged after a clean end: every change is found and the index is rebuilt', async () => {
    const chance = seededChance(seed);
    const from = await made('clean');
    const size = readFileSync(join(from, 'views', 'data.mdb')).length;
    const pages = size / 4096;
    expect(await afterDamage('none', from, () => undefined)).toBe(false);
    const flips = Array.from({ length: 40 }, () => Math.floor(chance() * size * 8));
    for (const bit of flips) {
      const flip = damageOf((bytes) => {
        bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        return bytes;
      });
      expect(await afterDamage('flip', from, flip), `seed ${seed}, bit ${bit}`).toBe(true);
    }
    for (let page = 0; page < pages; page += 1) {
      const zero = damageOf((bytes) =>
        bytes.subarray(page * 4096, (page + 1) * 4096).some((b) => b)
          ? bytes.fill(0, page * 4096, (page + 1) * 4096)
          : bytes.fill(1, page * 4096, (page + 1) * 4096),
      );
      expect(await afterDamage('zero', from, zero), `page ${page}`).toBe(true);
      const cut = damageOf((bytes) => bytes.subarray(0, page * 4096 + 100));
      expect(await afterDamage('cut', from, cut), `cut in page ${page}`).toBe(true);
    }
    expect(await afterDamage('gone', from, (views) => rmSync(join(views, 'data.mdb')))).toBe(true);
    expect(await afterDamage('folder', from, (views) => rmSync(views, { recursive: true }))).toBe(true);
    const foreign = await made('foreign', true);
    const swap = (views: string) => {
      for (const name of ['data.mdb', 'sealed'])
        copyFileSync(join(foreign, 'views', name), join(views, name));
    };
    expect(await afterDamage('swap', from, swap)).toBe(true);
  }, 120_000);

  it('damaged after a crash: a checker child finds it, or dies of it; what it passes answers right', async () => {
    const chance = seededChance(seed + 1);
    const from = await made('crashed');
    // A crash leaves no seal, and no lock file that fits.
    rmSync(join(from, 'views', 'sealed'));
    const size = readFileSync(join(from, 'views', 'data.mdb')).length;
    let rebuilt = 0;
    const rounds = Number(process.env.LMCP_INDEX_DAMAGES ?? 30);
    for (let round = 0; round < rounds; round += 1) {
      const at = Math.floor(chance() * size);
      const length = round % 3 === 0 ? 1 : 1 + Math.floor(chance() * 6000);
      const spoil = damageOf((bytes) => {
        for (let n = at; n < Math.min(size, at + length); n += 1)
          bytes[n] = (bytes[n] ?? 0) ^ (1 + Math.floor(chance() * 255));
        return bytes;
      });
      if (await afterDamage('spoilt', from, spoil)) rebuilt += 1;
    }
    expect(await afterDamage('fine', from, () => undefined)).toBe(false);
    expect(rebuilt).toBeGreaterThan(rounds / 3);
  }, 120_000);
});
