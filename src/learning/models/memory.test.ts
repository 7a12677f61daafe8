/** The bounded memories under the models: tallies, generations, vocabulary. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StateReader, StateWriter } from '../state-codec.js';
import { GenerationalMap } from './generational-map.js';
import { Tally } from './tally.js';
import { Vocabulary } from './vocabulary.js';

describe('Tally', () => {
  it.each([8, 100])(
    'counts as a plain map does while it has room, in falling order (capacity %i)',
    (capacity) => {
      fc.assert(
        fc.property(fc.array(fc.integer({ min: 0, max: 7 })), (ids) => {
          const tally = new Tally(capacity);
          const plain = new Map<number, number>();
          for (const id of ids) {
            tally.add(id);
            plain.set(id, (plain.get(id) ?? 0) + 1);
          }
          for (const [id, count] of plain) expect(tally.count(id)).toBe(count);
          expect(tally.ids.length).toBe(plain.size);
          expect(tally.types).toBe(plain.size);
          expect(tally.total).toBe(ids.length);
          expect([...tally.counts]).toEqual([...tally.counts].sort((a, b) => b - a));
        }),
      );
    },
  );

  it.each([4, 70])('lets the rarest give way and keeps its index straight (capacity %i)', (capacity) => {
    const tally = new Tally(capacity);
    for (let round = 0; round < 5; round++) tally.add(-1);
    for (let id = 0; id < 500; id++) tally.add(id);
    expect(tally.ids.length).toBe(capacity);
    expect(tally.ids[0]).toBe(-1);
    expect(tally.count(499)).toBe(1);
    expect(tally.count(498)).toBe(0);
    expect(new Set(tally.ids).size).toBe(capacity);
    expect(tally.types).toBe(501);
  });
});

describe('GenerationalMap', () => {
  it('stays within its capacity, keeps what is touched and tells what it drops', () => {
    const dropped: number[] = [];
    const map = new GenerationalMap<number, { n: number }>(10, (key) => dropped.push(key));
    for (let i = 1; i <= 1000; i++) {
      map.touch(i, () => ({ n: i }));
      map.touch(0, () => ({ n: 0 }));
      expect(map.size).toBeLessThanOrEqual(10);
    }
    expect(map.peek(0)).toEqual({ n: 0 });
    expect(map.peek(1000)).toEqual({ n: 1000 });
    expect(map.peek(500)).toBeUndefined();
    expect(dropped.length + map.size).toBe(1001);
  });

  it('evicts after a snapshot as it would have without one', () => {
    const make = () => new GenerationalMap<string, { v: number }>(8);
    const bytes = (map: GenerationalMap<string, { v: number }>) => {
      const out = new StateWriter('g', 1);
      map.write(out, (key, { v }) => out.string(key).uint(v));
      return out.finish();
    };
    const map = make();
    for (let i = 0; i < 11; i++) map.touch(`k${(i * 7) % 13}`, () => ({ v: i }));
    const again = make();
    const input = new StateReader(bytes(map), 'g', 1);
    again.read(input, () => [input.string(), { v: input.uint() }]);
    for (let i = 0; i < 30; i++) for (const m of [map, again]) m.touch(`k${(i * 5) % 17}`, () => ({ v: i }));
    expect(bytes(again)).toEqual(bytes(map));
  });
});

describe('Vocabulary', () => {
  it('never gives one number to two labels, even after forgetting', () => {
    const words = new Vocabulary(20);
    const given = new Map<number, string>();
    for (let i = 0; i < 300; i++) {
      const label = `w${(i * i) % 97}`;
      const id = words.intern(label);
      expect(given.get(id) ?? label).toBe(label);
      given.set(id, label);
      expect(words.label(id)).toBe(label);
      expect(words.find(label)).toBe(id);
      expect(words.steps - words.word(id)!.seen).toBe(0);
      expect(words.size).toBeLessThanOrEqual(20);
    }
    expect(words.label(0)).toBeUndefined();
  });
});
