/** Ranges and lineages against plain sets of sequences, on seeded random cases. */
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../learning/contract/index.js';
import { isIn, type Lineage, passable, standsAt, upTo } from './lineage.js';
import {
  canonical,
  cut,
  difference,
  equal,
  includes,
  lastOf,
  type Range,
  type Ranges,
  rangesOf,
  union,
} from './ranges.js';

const MOST = 40;

const members = (ranges: Ranges): number[] =>
  ranges.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, i) => from + i));

function drawn(random: () => number): { readonly set: ReadonlySet<number>; readonly ranges: Ranges } {
  const density = random();
  const sequences = Array.from({ length: MOST }, (_, i) => i + 1).filter(() => random() < density);
  return { set: new Set(sequences), ranges: rangesOf(sequences.sort(() => random() - 0.5)) };
}

describe('ranges', () => {
  it('are the sets they stand for (200 seeds)', () => {
    for (let seed = 1; seed <= 200; seed += 1) {
      const random = seededRandom(seed);
      const [a, b] = [drawn(random), drawn(random)];
      const last = Math.floor(random() * MOST);
      const sorted = (sequences: Iterable<number>) => [...sequences].sort((x, y) => x - y);
      expect(members(a.ranges), `seed ${seed}`).toEqual(sorted(a.set));
      expect(members(union(a.ranges, b.ranges))).toEqual(sorted(new Set([...a.set, ...b.set])));
      expect(members(difference(a.ranges, b.ranges))).toEqual(
        sorted([...a.set].filter((n) => !b.set.has(n))),
      );
      expect(members(cut(a.ranges, last))).toEqual(sorted([...a.set].filter((n) => n <= last)));
      expect(lastOf(a.ranges)).toBe(Math.max(0, ...a.set));
      for (let n = 0; n <= MOST + 1; n += 1) expect(includes(a.ranges, n)).toBe(a.set.has(n));
      expect(equal(a.ranges, b.ranges)).toBe(`${sorted(a.set)}` === `${sorted(b.set)}`);
      const scrambled = a.ranges.flatMap(([from, to]): Range[] => [
        [from, to],
        [to, to],
        [from, from],
      ]);
      expect(canonical(scrambled.reverse())).toEqual(a.ranges);
    }
  });

  it('hold nothing where they end before they begin', () => {
    expect(
      canonical([
        [5, 4],
        [-3, 0],
        [0, 1],
      ]),
    ).toEqual([[1, 1]]);
  });
});

describe('a lineage', () => {
  it('tells what is in it, what a state along it has folded, and where it may go on (200 seeds)', () => {
    for (let seed = 1; seed <= 200; seed += 1) {
      const random = seededRandom(seed);
      const { set, ranges } = drawn(random);
      const from = lastOf(ranges) + 1 + Math.floor(random() * 5);
      const lineage: Lineage = { folded: ranges, from };
      const inIt = (n: number) => set.has(n) || n >= from;
      for (let n = 1; n <= MOST + 10; n += 1) {
        expect(isIn(lineage, n), `seed ${seed} at ${n}`).toBe(inIt(n));
        const along = upTo(lineage, n);
        expect(members(along)).toEqual(Array.from({ length: n }, (_, i) => i + 1).filter(inIt));
        const next = passable(lineage, n) + 1;
        expect(inIt(next)).toBe(true);
        for (let passed = n + 1; passed < next; passed += 1) expect(inIt(passed)).toBe(false);
        expect(standsAt(lineage, along)).toBe(lastOf(along));
      }
    }
  });

  it('refuses a state that has folded more, or less, or something else', () => {
    const lineage: Lineage = {
      folded: [
        [1, 4],
        [8, 9],
      ],
      from: 12,
    };
    expect(standsAt(lineage, [])).toBe(0);
    expect(
      standsAt(lineage, [
        [1, 4],
        [8, 9],
        [12, 20],
      ]),
    ).toBe(20);
    for (const other of [
      [[1, 5]],
      [[2, 4]],
      [
        [1, 4],
        [9, 9],
      ],
      [
        [1, 4],
        [8, 12],
      ],
    ] as Ranges[])
      expect(standsAt(lineage, other)).toBeUndefined();
  });
});
