/**
 * Intervals for one proportion looked at once: Wilson's score interval.
 * It exists for numbers shown beside an answer ("7 of 9"); what is watched continuously uses confidence-sequence.ts.
 * Invariant: 0 ≤ low ≤ successes / n ≤ high ≤ 1.
 */

/**
 * Wilson score interval (Wilson 1927, JASA 22).
 * @param successes may be fractional (weighted counts), 0 ≤ successes ≤ n
 * @param z quantile of the normal distribution; 1.96 gives 95 %
 * @returns null when n is 0
 */
export function wilson(
  successes: number,
  n: number,
  z = 1.959963984540054,
): readonly [number, number] | null {
  if (!(n > 0)) return null;
  const p = Math.min(1, Math.max(0, successes / n));
  const z2 = z * z;
  const centre = (p + z2 / (2 * n)) / (1 + z2 / n);
  const half = (z / (1 + z2 / n)) * Math.sqrt((p * (1 - p)) / n + z2 / (4 * n * n));
  return [Math.max(0, Math.min(p, centre - half)), Math.min(1, Math.max(p, centre + half))];
}
