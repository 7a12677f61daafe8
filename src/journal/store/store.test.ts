import { existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { checkStore } from './check-store.js';
import { openLmdbStore } from './lmdb-store.js';
import { createMemoryStore } from './memory-store.js';
import { probeLmdb } from './probe.js';
import { sealFits } from './seal.js';
import { Snapshots } from './snapshots.js';
import { subjectKey } from './subjects.js';

const root = mkdtempSync(join(tmpdir(), 'lmcp-store-'));
let folders = 0;
const fresh = () => join(root, String(folders++));
const bytes = (text: string) => new Uint8Array(Buffer.from(text));
/** The probe runs compiled, as in production. */
const script = join(
  process.env.LMCP_DIST ?? join(import.meta.dirname, '../../../dist'),
  'src/journal/store/probe-child.js',
);
afterAll(() => rmSync(root, { recursive: true }));

describe('memory store', () => {
  checkStore({ it, expect }, { open: async () => createMemoryStore() });
});

describe('lmdb store', () => {
  let last = '';
  checkStore(
    { it, expect },
    {
      open: () => {
        last = fresh();
        return openLmdbStore({ directory: last });
      },
      reopen: () => openLmdbStore({ directory: last }),
    },
  );

  it('begins anew when the file is damaged, and keeps the damaged one aside', async () => {
    const directory = fresh();
    const store = await openLmdbStore({ directory });
    await store.write([{ put: 'a', value: bytes('a') }]);
    await store.flushed();
    await store.close();
    writeFileSync(join(directory, 'data.mdb'), Buffer.alloc(8192, 0xa5));
    const again = await openLmdbStore({ directory });
    expect(again.rebuilt).toBe(true);
    expect(again.get('a')).toBeUndefined();
    await again.write([{ put: 'b', value: bytes('b') }]);
    expect(existsSync(join(directory, 'damaged.mdb'))).toBe(true);
    await again.close();
  });

  it('begins anew when the file was cut short', async () => {
    const directory = fresh();
    const store = await openLmdbStore({ directory });
    await store.write(Array.from({ length: 500 }, (_, n) => ({ put: `k/${n}`, value: new Uint8Array(100) })));
    await store.flushed();
    await store.close();
    truncateSync(join(directory, 'data.mdb'), 16_384);
    const again = await openLmdbStore({ directory });
    expect(again.rebuilt).toBe(true);
    await again.close();
  });

  it('never returns a value whose bytes have changed on disk', async () => {
    const directory = fresh();
    const store = await openLmdbStore({ directory });
    await store.write([{ put: 'k', value: bytes('the value as it was written') }]);
    await store.flushed();
    await store.close();
    const path = join(directory, 'data.mdb');
    const file = readFileSync(path);
    const at = file.indexOf('as it was written');
    file[at] = (file[at] ?? 0) ^ 1;
    writeFileSync(path, file);
    // After a crash there is no seal, and without a probe only the value's own checksum stands between it and its reader.
    rmSync(join(directory, 'sealed'));
    const again = await openLmdbStore({ directory });
    expect(() => again.get('k')).toThrow(expect.objectContaining({ code: 'LMCP_BAD_STATE' }));
    await again.close();
    expect(await probeLmdb(directory, { script })).toMatchObject({
      ok: false,
      reason: expect.stringContaining('damaged'),
    });
  });

  it('is not used when it was changed after it had been closed, a single bit included', async () => {
    const directory = fresh();
    const store = await openLmdbStore({ directory });
    await store.write([{ put: 'k', value: bytes('value') }]);
    await store.close();
    expect(sealFits(directory)).toBe(true);
    const path = join(directory, 'data.mdb');
    const file = readFileSync(path);
    const last = file.length - 1;
    file[last] = (file[last] ?? 0) ^ 1;
    writeFileSync(path, file);
    const again = await openLmdbStore({ directory });
    expect(again.rebuilt).toBe(true);
    expect(sealFits(directory)).toBe(false);
    await again.close();
    expect((await openLmdbStore({ directory })).rebuilt).toBe(false);
  });

  it('is probed in a child: sound, damaged, absent', async () => {
    const directory = fresh();
    const store = await openLmdbStore({ directory });
    await store.write(
      Array.from({ length: 2000 }, (_, n) => ({ put: `k/${n}`, value: new Uint8Array(100).fill(n) })),
    );
    await store.flushed();
    await store.close();
    expect(await probeLmdb(directory, { script })).toEqual({ ok: true, keys: 2000, reason: '' });
    const path = join(directory, 'data.mdb');
    writeFileSync(path, readFileSync(path).fill(0xff, 8192, 200_000));
    expect((await probeLmdb(directory, { script })).ok).toBe(false);
    rmSync(join(directory, 'sealed'));
    const mended = await openLmdbStore({ directory, probe: (folder) => probeLmdb(folder, { script }) });
    expect(mended.rebuilt).toBe(true);
    await mended.close();
    expect(await probeLmdb(fresh(), { script })).toEqual({ ok: true, keys: 0, reason: '' });
  });
});

describe('snapshots', () => {
  const day = 86_400_000;
  const init = (offset: number, at = offset * day, state = `state ${offset}`) => ({
    learner: 'co-change',
    modelVersion: '1',
    offset,
    parents: [],
    at,
    state: bytes(state),
  });

  it('names a state by its content and gives it back verified', async () => {
    const store = createMemoryStore();
    const snapshots = new Snapshots(store);
    const { id } = await snapshots.put({ ...init(10), scorecard: { 'hit@3': 0.5 } });
    expect(id).toBe(Snapshots.id(init(10)));
    expect(Snapshots.id({ ...init(10), modelVersion: '2' })).not.toBe(id);
    expect(snapshots.get(id)).toMatchObject({
      offset: 10,
      size: 8,
      scorecard: { 'hit@3': 0.5 },
      state: bytes('state 10'),
    });
    expect(snapshots.get('00')).toBeUndefined();
  });

  it('holds a state larger than a chunk', async () => {
    const snapshots = new Snapshots(createMemoryStore());
    const state = new Uint8Array(9_000_000).map((_, n) => n % 251);
    const { id } = await snapshots.put({ ...init(1), state });
    expect(Buffer.compare(snapshots.get(id)?.state ?? bytes(''), state)).toBe(0);
  });

  it('finds the latest at or before an offset, of a model version, passing over a damaged one', async () => {
    const store = createMemoryStore();
    const snapshots = new Snapshots(store);
    for (const offset of [10, 20, 30]) await snapshots.put(init(offset));
    await snapshots.put({ ...init(25), modelVersion: '2' });
    expect(snapshots.latest('co-change')?.offset).toBe(30);
    expect(snapshots.latest('co-change', { atOrBefore: 29 })?.offset).toBe(25);
    expect(snapshots.latest('co-change', { atOrBefore: 29, modelVersion: '1' })?.offset).toBe(20);
    expect(snapshots.latest('co')).toBeUndefined();
    const { id } = snapshots.latest('co-change') ?? { id: '' };
    await store.write([{ put: `state/${id}/00000000000`, value: bytes('stAte 30') }]);
    expect(() => snapshots.get(id)).toThrow(expect.objectContaining({ code: 'LMCP_BAD_STATE' }));
    expect(snapshots.latest('co-change')?.offset).toBe(25);
  });

  it('keeps the newest, one a day before them, and what is protected', async () => {
    const snapshots = new Snapshots(createMemoryStore(), { newest: 2, days: 3, bytes: 1e6 });
    const first = await snapshots.put(init(1, 0));
    const keep = new Set([first.id]);
    for (let n = 2; n <= 24; n += 1) await snapshots.put(init(n, n * (day / 4)), keep);
    const left = snapshots.list('co-change');
    expect(left[0]?.offset).toBe(24);
    expect(left.map(({ offset }) => offset)).toContain(1);
    expect(left.length).toBeLessThanOrEqual(2 + 3 + 1);
    for (const { id } of left) expect(snapshots.get(id)?.id).toBe(id);
  });

  it('keeps no more bytes of a learner than allowed, but for the two newest', async () => {
    const snapshots = new Snapshots(createMemoryStore(), { newest: 5, days: 30, bytes: 2500 });
    for (let n = 1; n <= 12; n += 1) await snapshots.put({ ...init(n), state: new Uint8Array(1000).fill(n) });
    expect(snapshots.list('co-change').map(({ offset }) => offset)).toEqual([12, 11]);
    for (let n = 13; n <= 15; n += 1)
      await snapshots.put({ ...init(n), state: new Uint8Array(9000).fill(n) });
    expect(snapshots.list('co-change').map(({ offset }) => offset)).toEqual([15, 14]);
  });

  it('moves an equal state to its later offset instead of storing it twice', async () => {
    const snapshots = new Snapshots(createMemoryStore());
    const one = await snapshots.put(init(5, 0, 'same'));
    const two = await snapshots.put(init(9, 0, 'same'));
    expect(two.id).toBe(one.id);
    expect(snapshots.list('co-change').map(({ offset }) => offset)).toEqual([9]);
  });
});

describe('subjectKey', () => {
  it('stays within what a store takes as a key', () => {
    expect(subjectKey('build:17')).toBe('build:17');
    for (const odd of ['build:a/b', `build:${'x'.repeat(900)}`, 'build:ü', 'build:a b']) {
      expect(subjectKey(odd)).toMatch(/^build:#[0-9a-f]{40}$/);
    }
  });
});
