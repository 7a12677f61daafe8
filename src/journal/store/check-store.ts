/**
 * The contract suite of stores: every driver passes it.
 * It exists so that a driver is exchangeable by proof, not by hope.
 * Invariant: uses the `Store` interface alone; a driver's own powers (files, damage) are tested beside the driver.
 */
import type { Store } from './store.js';

/** The parts of a test runner that the suite needs (vitest's fit). */
export interface Runner {
  readonly it: (name: string, test: () => Promise<void>) => void;
  readonly expect: (value: unknown) => {
    toEqual(expected: unknown): void;
    toThrow(): void;
  };
}

const bytes = (text: string) => new Uint8Array(Buffer.from(text));
const keysOf = (store: Store, range: Parameters<Store['range']>[0]) =>
  [...store.range(range)].map(({ key }) => key);

/** Registers the tests. `open` gives an empty store; `reopen`, where the driver persists, the same one again. */
export function checkStore(
  { it, expect }: Runner,
  driver: { open(): Promise<Store>; reopen?(closed: Store): Promise<Store> },
): void {
  const put = (key: string, text = key) => ({ put: key, value: bytes(text) });

  it('gives back what was written, and undefined for the rest', async () => {
    const store = await driver.open();
    await store.write([put('a/1', 'one'), { put: 'empty', value: new Uint8Array(0) }]);
    expect(store.get('a/1')).toEqual(bytes('one'));
    expect(store.get('empty')).toEqual(new Uint8Array(0));
    expect(store.get('a')).toEqual(undefined);
    await store.close();
  });

  it('orders keys by their characters; start is included, end is not', async () => {
    const store = await driver.open();
    await store.write(['b', 'a/2', 'a/10', 'a/1', 'a', 'A', 'a0', '~'].map((key) => put(key)));
    expect(keysOf(store, { start: ' ', end: '~~' })).toEqual([
      'A',
      'a',
      'a/1',
      'a/10',
      'a/2',
      'a0',
      'b',
      '~',
    ]);
    expect(keysOf(store, { start: 'a/1', end: 'a/2' })).toEqual(['a/1', 'a/10']);
    expect(keysOf(store, { start: 'a/', end: 'a0' })).toEqual(['a/1', 'a/10', 'a/2']);
    expect(keysOf(store, { start: 'a/', end: 'a0', limit: 2 })).toEqual(['a/1', 'a/10']);
    expect(keysOf(store, { start: 'a/1', end: 'a/2', reverse: true })).toEqual(['a/10', 'a/1']);
    expect(keysOf(store, { start: 'a/', end: 'a0', reverse: true, limit: 1 })).toEqual(['a/2']);
    expect(keysOf(store, { start: 'c', end: 'd' })).toEqual([]);
    await store.close();
  });

  it('applies a batch in order: the last word on a key counts', async () => {
    const store = await driver.open();
    await store.write([put('k', 'old'), put('gone')]);
    await store.write([
      put('k', 'new'),
      { remove: 'gone' },
      { remove: 'never' },
      put('x'),
      { remove: 'x' },
      put('x', 'back'),
    ]);
    expect(store.get('k')).toEqual(bytes('new'));
    expect(store.get('gone')).toEqual(undefined);
    expect(store.get('x')).toEqual(bytes('back'));
    await store.close();
  });

  it('keeps concurrent batches in the order of the calls', async () => {
    const store = await driver.open();
    await Promise.all(
      Array.from({ length: 50 }, (_, n) => store.write([put('k', String(n)), put(`n/${n}`)])),
    );
    expect(store.get('k')).toEqual(bytes('49'));
    expect(keysOf(store, { start: 'n/', end: 'n0' }).length).toEqual(50);
    await store.close();
  });

  it('shares no bytes with its caller', async () => {
    const store = await driver.open();
    const value = bytes('mine');
    await store.write([{ put: 'k', value }]);
    value.fill(0);
    store.get('k')?.fill(1);
    expect(store.get('k')).toEqual(bytes('mine'));
    await store.close();
  });

  it('refuses keys outside its contract, and then writes nothing of the batch', async () => {
    const store = await driver.open();
    for (const key of ['', 'ü', 'a\n', 'x'.repeat(513)]) {
      expect(() => store.get(key)).toThrow();
      const outcome = await store.write([put('fine'), put(key)]).then(
        () => 'taken',
        () => 'refused',
      );
      expect(outcome).toEqual('refused');
    }
    expect(store.get('fine')).toEqual(undefined);
    await store.write([put('x'.repeat(512))]);
    await store.close();
  });

  it('holds large values and empties itself', async () => {
    const store = await driver.open();
    const large = new Uint8Array(3_000_000).fill(7);
    await store.write([{ put: 'large', value: large }]);
    expect(Buffer.compare(store.get('large') ?? bytes(''), large)).toEqual(0);
    await store.clear();
    expect(keysOf(store, { start: ' ', end: '~~' })).toEqual([]);
    await store.close();
  });

  const { reopen } = driver;
  if (!reopen) return;
  it('has everything again after flushed and reopening', async () => {
    const store = await driver.open();
    await store.write([put('a'), put('b')]);
    await store.flushed();
    await store.close();
    const again = await reopen(store);
    expect(keysOf(again, { start: ' ', end: '~~' })).toEqual(['a', 'b']);
    await again.close();
  });
}
