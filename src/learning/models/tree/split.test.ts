/** The arithmetic of splits against values worked out by hand. */
import { describe, expect, it } from 'vitest';
import { Gaussians } from './gaussians.js';
import { SeededStream } from './seeded-stream.js';
import { bestCut, hoeffdingBound } from './split.js';

function gaussians(values: readonly (readonly [y: number, value: number])[]): Gaussians {
  const made = new Gaussians();
  for (const [y, value] of values) made.add(y, value, 1);
  return made;
}

describe('hoeffdingBound', () => {
  it('is the paper’s: R = 1, delta = 1e-7, n = 200', () => {
    expect(hoeffdingBound(1, 1e-7, 200)).toBeCloseTo(Math.sqrt(Math.log(1e7) / 400), 12);
    expect(hoeffdingBound(2, 1e-7, 200)).toBeCloseTo(2 * hoeffdingBound(1, 1e-7, 200), 12);
  });
});

describe('Gaussians', () => {
  it('has mean, variance and density of each class, weighted', () => {
    const one = new Gaussians();
    for (const value of [1, 2, 3, 4]) one.add(0, value, 1);
    const variance = 5 / 3;
    expect(one.logDensity(0, 3)).toBeCloseTo(
      -(0.5 ** 2) / (2 * variance) - 0.5 * Math.log(2 * Math.PI * variance),
      12,
    );
    const double = new Gaussians();
    for (const value of [1, 2]) double.add(0, value, 2);
    const twice = gaussians([
      [0, 1],
      [0, 1],
      [0, 2],
      [0, 2],
    ]);
    expect(double.logDensity(0, 5)).toBeCloseTo(twice.logDensity(0, 5), 12);
    expect(one.logDensity(7, 1)).toBe(0);
  });

  it('keeps a log density finite where the square of the distance is beyond all variance', () => {
    const narrow = gaussians([
      [0, 0],
      [0, 1e-150],
    ]);
    expect(narrow.logDensity(0, 1e100)).toBe(-700);
  });

  it('divides a class at its mean into halves, and takes it whole outside its values', () => {
    const one = gaussians([
      [0, 0],
      [0, 2],
      [1, 10],
      [1, 12],
    ]);
    const [low, high] = [new Float64Array(2), new Float64Array(2)];
    one.divide(1, low, high);
    expect(low[0]).toBeCloseTo(1, 6);
    expect([low[1], high[1]]).toEqual([0, 2]);
    one.divide(12, low, high);
    expect([...high]).toEqual([0, 0]);
  });
});

describe('bestCut', () => {
  it('gains one bit where a cut parts two classes', () => {
    const split = bestCut(
      4,
      gaussians([
        [0, 0],
        [0, 1],
        [1, 9],
        [1, 10],
      ]),
      [2, 2],
    );
    expect(split?.feature).toBe(4);
    expect(split?.gain).toBeCloseTo(1, 12);
    expect(split?.cut).toBeGreaterThanOrEqual(1);
    expect(split?.cut).toBeLessThan(9);
    expect([...(split?.low ?? [])]).toEqual([2, 0]);
  });

  it('finds no cut in one value', () => {
    expect(
      bestCut(
        0,
        gaussians([
          [0, 5],
          [1, 5],
        ]),
        [1, 1],
      ),
    ).toBeUndefined();
  });
});

describe('SeededStream', () => {
  it('draws Poisson counts of the mean and variance asked for', () => {
    const random = new SeededStream(7);
    const counts = Array.from({ length: 20_000 }, () => random.poisson(6));
    const mean = counts.reduce((a, b) => a + b, 0) / counts.length;
    const variance = counts.reduce((sum, c) => sum + (c - mean) ** 2, 0) / counts.length;
    // Five standard errors.
    expect(Math.abs(mean - 6)).toBeLessThan(0.09);
    expect(Math.abs(variance - 6)).toBeLessThan(0.32);
  });

  it('draws each subset equally often', () => {
    const random = new SeededStream(8);
    const seen = new Map<string, number>();
    for (let i = 0; i < 6000; i++) {
      const key = random.sample([5, 6, 7, 8], 2).join();
      seen.set(key, (seen.get(key) ?? 0) + 1);
    }
    expect(seen.size).toBe(6);
    for (const count of seen.values()) expect(Math.abs(count - 1000)).toBeLessThan(150);
    expect(random.sample([1], 3)).toEqual([1]);
  });
});
