/** The buckets of a histogram: in order, without gaps, and right to 6 %. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bucketCount, bucketOf, cumulative, type Distribution, lowerEdge, quantile } from './histogram.js';

function distributionOf(values: readonly number[]): Distribution {
  const counts = new Float64Array(bucketCount);
  for (const value of values) {
    const bucket = bucketOf(value);
    counts[bucket] = counts[bucket]! + 1;
  }
  return { unit: 'count', counts, count: values.length, sum: values.reduce((a, b) => a + b, 0) };
}

describe('buckets', () => {
  it('hold exactly the whole numbers between their edges, without a gap', () => {
    for (let bucket = 0; bucket < bucketCount; bucket += 1) {
      expect(bucketOf(lowerEdge(bucket))).toBe(bucket);
      expect(bucketOf(lowerEdge(bucket + 1) - 1)).toBe(bucket);
    }
    expect(lowerEdge(bucketCount)).toBe(2 ** 32);
  });

  it('are at most a sixteenth of their value wide', () => {
    for (let bucket = 16; bucket < bucketCount; bucket += 1)
      expect((lowerEdge(bucket + 1) - lowerEdge(bucket)) / lowerEdge(bucket)).toBeLessThanOrEqual(1 / 16);
  });

  it('take what is out of range, negative or no number at their ends', () => {
    expect(bucketOf(-1)).toBe(0);
    expect(bucketOf(Number.NaN)).toBe(0);
    expect(bucketOf(Number.POSITIVE_INFINITY)).toBe(bucketCount - 1);
    expect(bucketOf(2 ** 40)).toBe(bucketCount - 1);
  });
});

describe('quantiles', () => {
  it('are within a bucket of the true ones', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 2 ** 31 }), { minLength: 1, maxLength: 300 }),
        fc.constantFrom(0.01, 0.5, 0.95, 0.99, 1),
        (values, q) => {
          const sorted = [...values].sort((a, b) => a - b);
          const exact = sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)]!;
          const found = quantile(distributionOf(values), q)!;
          expect(found).toBeGreaterThanOrEqual(lowerEdge(bucketOf(exact)));
          expect(found).toBeLessThanOrEqual(lowerEdge(bucketOf(exact) + 1));
        },
      ),
    );
  });

  it('are in the unit of the histogram, and none of nothing', () => {
    const { counts, count, sum } = distributionOf([4_000_000]);
    expect(quantile({ unit: 'seconds', counts, count, sum }, 0.5)).toBeCloseTo(1, 1);
    expect(quantile(distributionOf([]), 0.5)).toBeUndefined();
  });
});

describe('cumulative rows', () => {
  it('count exactly what lies below each power of two', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 2 ** 20 })), (values) => {
        const rows = cumulative(distributionOf(values), { from: 4, to: 21 });
        expect(rows.length).toBe(18);
        for (const [edge, below] of rows) expect(below).toBe(values.filter((value) => value < edge).length);
        expect(rows.at(-1)![1]).toBe(values.length);
      }),
    );
  });
});
