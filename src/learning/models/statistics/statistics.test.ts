/** Moments, digests and slots against what they stand for. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../contract/index.js';
import { StateReader, StateWriter } from '../../state-codec.js';
import { HashedSlots, NamedSlots } from './feature-slots.js';
import { LabelSlots } from './label-slots.js';
import { readSparse, writeSparse } from './sparse-state.js';
import { TDigest } from './t-digest.js';
import { Welford } from './welford.js';

interface Written {
  write(out: StateWriter): void;
}
function bytes(part: Written): Uint8Array {
  const out = new StateWriter('t', 1);
  part.write(out);
  return out.finish();
}
const reader = (part: Written) => new StateReader(bytes(part), 't', 1);

describe('Welford', () => {
  it('agrees with two passes over the data, weights as repeats', () => {
    const numbers = fc.array(
      fc.tuple(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.integer({ min: 1, max: 3 })),
      { minLength: 2 },
    );
    fc.assert(
      fc.property(numbers, (data) => {
        const made = new Welford();
        for (const [x, weight] of data) made.learnOne(x, weight);
        const all = data.flatMap(([x, weight]) => new Array<number>(weight).fill(x));
        const mean = all.reduce((a, b) => a + b, 0) / all.length;
        const m2 = all.reduce((sum, x) => sum + (x - mean) ** 2, 0);
        const scale = all.reduce((sum, x) => sum + x * x, 1);
        expect(made.n).toBe(all.length);
        expect(Math.abs(made.mean - mean)).toBeLessThan(1e-12 * Math.sqrt(scale));
        expect(Math.abs(made.m2 - m2)).toBeLessThan(1e-12 * scale);
        expect(made.variance()).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('keeps its digits far from zero, refuses what is not finite, and survives a snapshot', () => {
    const made = new Welford();
    for (const x of [1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16]) made.learnOne(x);
    expect(made.variance()).toBeCloseTo(30, 9);
    expect(made.variance(0)).toBeCloseTo(22.5, 9);
    for (const x of [Number.NaN, Infinity, 1e101])
      expect(() => made.learnOne(x)).toThrow(expect.objectContaining({ code: 'LMCP_BAD_FEATURES' }));
    const again = new Welford();
    again.read(reader(made));
    expect(bytes(again)).toEqual(bytes(made));
    expect(new Welford().variance()).toBe(0);
  });
});

describe('TDigest', () => {
  const shapes: readonly [string, (u: number) => number][] = [
    ['uniform', (u) => u],
    ['exponential', (u) => -Math.log(1 - u)],
    ['heavy-tailed', (u) => (1 - u) ** -2],
  ];
  it.each(shapes)('has the ranks of its quantiles right: %s', (_, shape) => {
    const random = seededRandom(17);
    const made = new TDigest();
    const values = Float64Array.from({ length: 50_000 }, () => shape(random()));
    for (const value of values) {
      made.learnOne(value);
      expect(made.size).toBeLessThanOrEqual(1010);
    }
    values.sort();
    for (const q of [0.001, 0.01, 0.1, 0.5, 0.9, 0.99, 0.999]) {
      const found = made.quantile(q) ?? Number.NaN;
      const rank = values.filter((value) => value <= found).length / values.length;
      // Dunning: the error in rank goes with q(1 − q) / δ.
      expect(Math.abs(rank - q)).toBeLessThan(0.0001 + 0.008 * Math.sqrt(q * (1 - q)));
      expect(made.share(found) ?? 0).toBeCloseTo(q, 6);
    }
    expect(made.quantile(0)).toBe(values[0]);
    expect(made.quantile(1)).toBe(values.at(-1));
    expect(made.n).toBe(50_000);
  });

  it('lets asking change nothing, restores to the byte, and merges', () => {
    const random = seededRandom(5);
    const [one, other, whole] = [new TDigest(), new TDigest(), new TDigest()];
    for (let i = 0; i < 3000; i++) {
      const x = random() ** 3;
      (i % 2 === 0 ? one : other).learnOne(x);
      whole.learnOne(x);
    }
    const before = bytes(one);
    one.quantile(0.5);
    expect(bytes(one)).toEqual(before);
    const again = new TDigest();
    again.read(reader(one));
    expect(bytes(again)).toEqual(before);
    one.merge(other);
    expect(one.n).toBeCloseTo(3000, 9);
    for (const q of [0.05, 0.5, 0.95]) expect(whole.share(one.quantile(q) ?? 0) ?? 0).toBeCloseTo(q, 1.7);
  });

  it('says null while empty, takes single values exactly, and refuses what is not finite', () => {
    const made = new TDigest();
    expect(made.quantile(0.5)).toBeNull();
    expect(made.share(1)).toBeNull();
    const again = new TDigest();
    again.read(reader(made));
    for (const digest of [made, again]) {
      digest.learnOne(3, 2);
      expect([0, 0.5, 1].map((q) => digest.quantile(q))).toEqual([3, 3, 3]);
    }
    const refused = expect.objectContaining({ code: 'LMCP_BAD_FEATURES' });
    const before = bytes(made);
    for (const x of [Number.NaN, -Infinity]) {
      expect(() => made.learnOne(x)).toThrow(refused);
      expect(() => made.learnOne(1, x)).toThrow(refused);
      expect(() => made.share(x)).toThrow(refused);
      expect(() => made.quantile(x)).toThrow(refused);
    }
    for (const weight of [0, -1]) expect(() => made.learnOne(1, weight)).toThrow(refused);
    expect(bytes(made)).toEqual(before);
  });

  it('holds the same centroids whether weights differ or a value is repeated at once', () => {
    const random = seededRandom(8);
    const made = new TDigest(20);
    const sorted: number[] = [];
    for (let i = 0; i < 5000; i++) {
      const [x, weight] = [random(), 1 + (i % 3)];
      made.learnOne(x, weight);
      for (let k = 0; k < weight; k++) sorted.push(x);
    }
    sorted.sort((a, b) => a - b);
    for (const q of [0.1, 0.5, 0.9])
      expect(Math.abs((made.quantile(q) ?? 0) - (sorted[Math.floor(q * sorted.length)] ?? 0))).toBeLessThan(
        0.03,
      );
  });
});

describe('slots', () => {
  it('give the same slots in rising order whatever the order of names, and leave out what has no room', () => {
    const made = new NamedSlots(3);
    const { n, slots, values } = made.meet({ c: 3, a: 1 });
    expect([n, slots[0], slots[1], values[0], values[1]]).toEqual([2, 0, 1, 1, 3]);
    expect(made.look({ b: 2 }).n).toBe(0);
    made.meet({ b: 2, z: 9, y: 8 });
    expect(made.names()).toEqual(['a', 'c', 'b']);
    const met = made.look({ z: 9, b: 2, c: 3 });
    expect([met.n, ...met.slots.subarray(0, 2)]).toEqual([2, 1, 2]);
    const again = new NamedSlots(3);
    again.read(reader(made));
    expect(again.names()).toEqual(made.names());
  });

  it('notices that a repeated shape got to know its names', () => {
    const made = new NamedSlots();
    expect(made.look({ a: 1 }).n).toBe(0);
    expect(made.meet({ a: 1 }).n).toBe(1);
    expect(made.look({ a: 5 }).values[0]).toBe(5);
  });

  it('hash names with signs that cancel on average, and refuse a snapshot of another width', () => {
    const made = new HashedSlots(8);
    let sum = 0;
    for (let i = 0; i < 2000; i++) {
      const { n, slots, values } = made.look({ [`name${i}`]: 1 });
      expect(n).toBe(1);
      expect(slots[0]).toBeLessThan(256);
      sum += values[0] ?? 0;
    }
    expect(Math.abs(sum)).toBeLessThan(200);
    expect(() => new HashedSlots(9).read(reader(made))).toThrow(
      expect.objectContaining({ code: 'LMCP_BAD_STATE' }),
    );
  });

  it('let the lightest label give way and say what share is forgotten', () => {
    const made = new LabelSlots(2);
    const fresh: number[] = [];
    const note = (slot: number) => fresh.push(slot);
    made.meet('a', 5, note);
    made.meet('b', 1, note);
    expect(made.meet('c', 2, note)).toBe(1);
    expect(fresh).toEqual([0, 1, 1]);
    expect(made.labels).toEqual(['a', 'c']);
    expect(made.slot('b')).toBeUndefined();
    expect(made.forgotten).toBeCloseTo(1 / 8, 12);
  });

  it('write sparse tables and refuse positions outside', () => {
    const values = Float64Array.of(0, 1.5, 0, -2);
    const table = { write: (out: StateWriter) => writeSparse(out, values) };
    expect([...readSparse(reader(table), 4)]).toEqual([...values]);
    expect(() => readSparse(reader(table), 3)).toThrow(expect.objectContaining({ code: 'LMCP_BAD_STATE' }));
  });
});
