/** The LMDB file written anew: nothing removed is left in it, everything else is, and no crash on the way loses the file. */
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { openLmdbStore } from './lmdb-store.js';
import type { Store } from './store.js';

const hindrance = vi.hoisted(() => ({ error: null as Error | null }));
vi.mock('./vacuum.js', async (importOriginal) => {
  const real = await importOriginal<typeof import('./vacuum.js')>();
  const vacuum: typeof real.vacuum = async (...given) => {
    if (hindrance.error) throw hindrance.error;
    await real.vacuum(...given);
  };
  return { ...real, vacuum };
});

const root = mkdtempSync(join(tmpdir(), 'lmcp-vacuum-'));
afterAll(() => rmSync(root, { recursive: true }));
let folders = 0;
const fresh = () => {
  folders += 1;
  return join(root, String(folders));
};
const gone = 'the-removed-secret';
/** As a crash leaves it: no seal; what is in the file is sound. */
const probe = async () => ({ ok: true });

function holds(directory: string, text: string): boolean {
  return readdirSync(directory, { recursive: true, withFileTypes: true }).some(
    (entry) => entry.isFile() && readFileSync(join(entry.parentPath, entry.name)).includes(text),
  );
}

/** A store with rows of many sizes, of which every third is removed again; large values share pages with them. */
async function filled(directory: string): Promise<Store> {
  const store = await openLmdbStore({ directory, probe });
  const value = (n: number) =>
    Buffer.from(`${n} ${n % 3 === 0 ? gone : 'kept'} `.repeat(1 + ((n * n) % 700)));
  for (let n = 0; n < 600; n += 1) await store.write([{ put: `row/${n}`, value: value(n) }]);
  for (let n = 0; n < 600; n += 3) await store.write([{ remove: `row/${n}` }]);
  for (let n = 600; n < 640; n += 1)
    await store.write([{ put: `row/${n}`, value: Buffer.from('kept '.repeat(n)) }]);
  return store;
}

const rowsOf = (store: Store) =>
  [...store.range({ start: 'row/', end: 'row0' })].map(({ key, value }) => [
    key,
    Buffer.from(value).toString(),
  ]);

describe('a vacuum', () => {
  it('leaves nothing of what was removed in any file, and the rest as it was', async () => {
    const directory = fresh();
    const store = await filled(directory);
    const rows = rowsOf(store);
    await store.vacuum();
    await store.close();
    writeFileSync(join(directory, 'damaged.mdb'), gone);
    expect(holds(directory, gone)).toBe(true);
    const again = await openLmdbStore({ directory, probe });
    expect(again.vacuumDue).toBeNull();
    expect(again.rebuilt).toBe(false);
    expect(rowsOf(again)).toEqual(rows);
    expect(holds(directory, gone)).toBe(false);
    await again.write([{ put: 'row/9', value: Buffer.from('new') }]);
    await again.close();
    expect(readdirSync(directory).sort()).toEqual(['data.mdb', 'lock.mdb', 'sealed']);
    const third = await openLmdbStore({ directory, probe });
    expect(rowsOf(third)).toHaveLength(rows.length + 1);
    await third.close();
  });

  it('does nothing unasked', async () => {
    const directory = fresh();
    await (await filled(directory)).close();
    const again = await openLmdbStore({ directory, probe });
    expect(holds(directory, gone)).toBe(true);
    await again.close();
  });

  it.each([
    ['after the wish', []],
    ['with half a copy', ['half']],
    ['with the copy whole', ['whole']],
    ['with the copy in its place', ['placed']],
  ])('is done at the next opening when it was cut off %s', async (_, states) => {
    const directory = fresh();
    const store = await filled(directory);
    const rows = rowsOf(store);
    await store.vacuum();
    await store.close();
    rmSync(join(directory, 'sealed'));
    const draft = join(directory, 'vacuum.new');
    if (states.includes('half')) {
      mkdirSync(draft);
      writeFileSync(join(draft, 'data.mdb'), Buffer.alloc(8192, 7));
    }
    if (states.includes('whole')) {
      mkdirSync(draft);
      copyFileSync(join(directory, 'data.mdb'), join(draft, 'data.mdb'));
    }
    if (states.includes('placed')) {
      await (await openLmdbStore({ directory, probe })).close();
      writeFileSync(join(directory, 'vacuum'), '');
      rmSync(join(directory, 'sealed'));
    }
    const again = await openLmdbStore({ directory, probe });
    expect(again.rebuilt).toBe(false);
    expect(rowsOf(again)).toEqual(rows);
    expect(holds(directory, gone)).toBe(false);
    await again.close();
    expect(existsSync(draft)).toBe(false);
  });

  it('keeps the old file when it cannot be done, says so, and is tried again', async () => {
    const directory = fresh();
    const store = await filled(directory);
    await store.vacuum();
    await store.close();
    hindrance.error = new Error('no space left');
    const hindered = await openLmdbStore({ directory, probe });
    hindrance.error = null;
    expect(hindered.vacuumDue).toBe('no space left');
    expect(rowsOf(hindered)).toHaveLength(440);
    await hindered.close();
    const again = await openLmdbStore({ directory, probe });
    expect(again.vacuumDue).toBeNull();
    expect(holds(directory, gone)).toBe(false);
    await again.close();
  });
});
