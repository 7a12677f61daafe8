/** The state map against a plain model: what it holds, what it forgets, and which versions it gives. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StateMap } from './state-map.js';

function mapOf(options: { maxEntries?: number; maxBytes?: number } = {}) {
  const clock = { now: 0 };
  const map = new StateMap<string>({
    maxEntries: 100,
    maxBytes: 1e6,
    ...options,
    sizeOf: (value) => value.length,
    now: () => clock.now,
  });
  return { map, clock };
}

/** The same, slowly: a list in the order of use. */
class Model {
  kept: { key: string; value: string; version: number; expiresAt: number; bytes: number }[] = [];
  version = 0;
  constructor(
    readonly maxEntries: number,
    readonly maxBytes: number,
  ) {}

  get bytes(): number {
    return this.kept.reduce((sum, { bytes }) => sum + bytes, 0);
  }
  get(key: string, now: number, uses = true) {
    const found = this.kept.find((it) => it.key === key);
    if (!found) return undefined;
    if (found.expiresAt <= now || uses) this.kept = this.kept.filter((it) => it !== found);
    if (found.expiresAt <= now) return undefined;
    if (uses) this.kept.push(found);
    return found;
  }
  set(key: string, value: string, expiresAt: number): number | undefined {
    const bytes = 160 + 2 * key.length + value.length;
    if (bytes > this.maxBytes) return undefined;
    this.version += 1;
    this.kept = this.kept.filter((it) => it.key !== key);
    this.kept.push({ key, value, version: this.version, expiresAt, bytes });
    while (this.bytes > this.maxBytes || this.kept.length > this.maxEntries) this.kept.shift();
    return this.version;
  }
}

const keys = fc.constantFrom('s1/a', 's1/b', 's1/c', 's2/a', 's2/b', 's', 's/x', 'other');
const values = fc.string({ maxLength: 400 });
const ttls = fc.constantFrom(undefined, 5, 50);
const move = fc.oneof(
  fc.record({ kind: fc.constant('get' as const), key: keys }),
  fc.record({ kind: fc.constant('set' as const), key: keys, value: values, ttl: ttls }),
  fc.record({
    kind: fc.constant('compareAndSet' as const),
    key: keys,
    value: values,
    ttl: ttls,
    right: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('delete' as const), key: keys }),
  fc.record({
    kind: fc.constant('entries' as const),
    prefix: fc.constantFrom('', 's', 's1/', 's1/a', 'no/'),
  }),
  fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 20 }) }),
);

describe('the state map', () => {
  it('does what a plain list in order of use does', () => {
    fc.assert(
      fc.property(
        fc.array(move, { maxLength: 200, size: 'max' }),
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 300, max: 1500 }),
        (script, maxEntries, maxBytes) => {
          const { map, clock } = mapOf({ maxEntries, maxBytes });
          const model = new Model(maxEntries, maxBytes);
          for (const it of script) {
            const { now } = clock;
            if (it.kind === 'wait') clock.now += it.ms;
            else if (it.kind === 'get') {
              const expected = model.get(it.key, now);
              expect(map.get(it.key)).toEqual(
                expected && { value: expected.value, version: expected.version },
              );
            } else if (it.kind === 'set') {
              expect(map.set(it.key, it.value, it.ttl)).toBe(
                model.set(it.key, it.value, now + (it.ttl ?? Number.POSITIVE_INFINITY)),
              );
            } else if (it.kind === 'compareAndSet') {
              const current = model.get(it.key, now, false)?.version ?? 0;
              const written = map.compareAndSet(it.key, it.right ? current : current + 1, it.value, it.ttl);
              expect(written).toBe(
                it.right
                  ? model.set(it.key, it.value, now + (it.ttl ?? Number.POSITIVE_INFINITY))
                  : undefined,
              );
            } else if (it.kind === 'delete') {
              expect(map.delete(it.key)).toBe(model.get(it.key, now, false) !== undefined);
              model.kept = model.kept.filter(({ key }) => key !== it.key);
            } else {
              const found = [...map.entries(it.prefix)].map(([key, { value }]) => [key, value]);
              const expected = model.kept
                .filter(({ key, expiresAt }) => key.startsWith(it.prefix) && expiresAt > now)
                .map(({ key, value }) => [key, value]);
              expect(found.sort()).toEqual(expected.sort());
            }
            expect(map.size).toBe(model.kept.length);
            expect(map.bytes).toBe(model.bytes);
            expect(map.bytes).toBeLessThanOrEqual(maxBytes);
          }
        },
      ),
      { numRuns: 50 },
    );
  });

  it('gives a version once: a key that was deleted and written again is not what it was', () => {
    const { map } = mapOf();
    const first = map.set('a', 'x')!;
    map.delete('a');
    map.set('a', 'x');
    expect(map.compareAndSet('a', first, 'y')).toBeUndefined();
    expect(map.get('a')?.value).toBe('x');
  });

  it('refuses an entry larger than itself, and keeps what was there', () => {
    const { map } = mapOf({ maxBytes: 500 });
    map.set('a', 'x');
    expect(map.set('a', 'y'.repeat(500))).toBeUndefined();
    expect(map.get('a')?.value).toBe('x');
  });

  it('keeps nothing of sessions that are gone', () => {
    const { map } = mapOf({ maxEntries: 10 });
    for (let i = 0; i < 1000; i += 1) map.set(`session${i}/x`, 'v');
    expect(map.size).toBe(10);
    expect([...map.entries('session1/')]).toEqual([]);
    expect([...map.entries('session999/')].length).toBe(1);
  });
});
