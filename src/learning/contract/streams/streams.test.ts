/** Made streams: seeded, and with the rules that their papers give them. */
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../index.js';
import { drifting, hyperplane, randomRbf, sea, take } from './index.js';

describe('made streams', () => {
  it('are equal for equal seeds, and others for others', () => {
    for (const make of [
      (seed: number) => sea(8, { random: seededRandom(seed), noise: 0.1 }),
      (seed: number) => randomRbf({ random: seededRandom(seed), speed: 0.01 }),
      (seed: number) => hyperplane({ random: seededRandom(seed) }),
    ]) {
      expect(take(make(1), 50)).toEqual(take(make(1), 50));
      expect(take(make(1), 50)).not.toEqual(take(make(2), 50));
    }
  });

  it('SEA follows its threshold but for the noise asked for', () => {
    const follows = ({ x, y }: { x: Readonly<Record<string, number>>; y: unknown }) => y === x.a! + x.b! <= 9;
    expect(take(sea(9, { random: seededRandom(3) }), 500).every(follows)).toBe(true);
    const noisy = take(sea(9, { random: seededRandom(4), noise: 0.1 }), 5000).filter(follows).length / 5000;
    expect(Math.abs(noisy - 0.9)).toBeLessThan(0.02);
  });

  it('a drift gives half of each concept at its position and all of the new one later', () => {
    const old = () => ({ x: {}, y: 'old' });
    const fresh = () => ({ x: {}, y: 'new' });
    const share = (from: number, to: number, width: number) => {
      const all = take(drifting(old, fresh, { random: seededRandom(5), position: 2000, width }), 4000);
      return all.slice(from, to).filter(({ y }) => y === 'new').length / (to - from);
    };
    expect(share(0, 1000, 500)).toBe(0);
    expect(share(1800, 2200, 500)).toBeCloseTo(0.5, 1);
    expect(share(3000, 4000, 500)).toBe(1);
    expect(share(1900, 1995, 1)).toBe(0);
    expect(share(2005, 2100, 1)).toBe(1);
  });

  it('moving centroids stay in their cube, and move', () => {
    const still = take(randomRbf({ random: seededRandom(6), centroids: 1, features: 1 }), 5000);
    const moved = take(randomRbf({ random: seededRandom(6), centroids: 1, features: 1, speed: 0.01 }), 5000);
    const spread = (all: typeof still) => {
      const values = all.map(({ x }) => x.f0!);
      const mean = values.reduce((a, b) => a + b, 0) / values.length;
      return values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length;
    };
    // A centre that walks through [0, 1] adds the variance of that walk, 1 / 12.
    expect(spread(moved) - spread(still)).toBeGreaterThan(0.04);
    expect(spread(moved) - spread(still)).toBeLessThan(0.15);
  });

  it('the hyperplane parts its examples in halves and changes under way', () => {
    const examples = take(hyperplane({ random: seededRandom(7), noise: 0, change: 0.01 }), 4000);
    const share = examples.filter(({ y }) => y === true).length / examples.length;
    expect(Math.abs(share - 0.5)).toBeLessThan(0.1);
    const pull = (from: number) => {
      const part = examples.slice(from, from + 1000);
      const mean = (label: boolean) => {
        const of = part.filter(({ y }) => y === label);
        return of.reduce((sum, { x }) => sum + x.f0!, 0) / of.length;
      };
      return mean(true) - mean(false);
    };
    expect(Math.abs(pull(3000) - pull(0))).toBeGreaterThan(0.05);
  });
});
