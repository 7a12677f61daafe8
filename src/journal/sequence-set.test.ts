import { describe, expect, it } from 'vitest';
import { seededChance } from './seeded.js';
import { SequenceSet } from './sequence-set.js';

describe('a set of sequences', () => {
  it('answers as a plain set does', () => {
    for (let seed = 1; seed <= 40; seed += 1) {
      const chance = seededChance(seed);
      const draw = (below: number) => Math.floor(chance() * below) + 1;
      const sequences = Array.from({ length: draw(60) - 1 }, () => draw(80));
      const [set, plain] = [new SequenceSet(sequences), new Set(sequences)];
      expect(set.isEmpty).toBe(plain.size === 0);
      for (let n = 0; n <= 82; n += 1) {
        expect(set.has(n), `seed ${seed}, ${n}`).toBe(plain.has(n));
        const range = [n, n + draw(10)] as const;
        const met = [...plain].some((it) => it >= range[0] && it <= range[1]);
        expect(set.meets([[90, 99], range]), `seed ${seed}, ${range}`).toBe(met);
      }
    }
  });
});
