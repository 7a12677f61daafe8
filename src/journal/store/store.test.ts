import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { checkStore } from './check-store.js';
import { openLmdbStore } from './lmdb-store.js';
import { createMemoryStore } from './memory-store.js';
import { probeLmdb } from './probe.js';
import { sealFits } from './seal.js';
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

  it('is for its owner alone, also one that an earlier version made', async () => {
    const directory = fresh();
    const modes = () => ['data.mdb', 'lock.mdb'].map((name) => statSync(join(directory, name)).mode & 0o777);
    const store = await openLmdbStore({ directory });
    expect(modes()).toEqual([0o600, 0o600]);
    await store.close();
    chmodSync(join(directory, 'data.mdb'), 0o644);
    const again = await openLmdbStore({ directory });
    expect(modes()).toEqual([0o600, 0o600]);
    await again.vacuum();
    await again.close();
    const anew = await openLmdbStore({ directory });
    expect(modes()).toEqual([0o600, 0o600]);
    await anew.close();
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

describe('subjectKey', () => {
  it('stays within what a store takes as a key', () => {
    expect(subjectKey('build:17')).toBe('build:17');
    for (const odd of ['build:a/b', `build:${'x'.repeat(900)}`, 'build:ü', 'build:a b']) {
      expect(subjectKey(odd)).toMatch(/^build:#[0-9a-f]{40}$/);
    }
  });
});
