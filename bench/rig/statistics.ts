/**
 * Medians, bootstrap intervals and slopes of small samples.
 * They exist because a ratio without its interval says nothing on a machine that others use too.
 * Invariant: seeded, so the same sample prints the same interval.
 */
export interface Estimate {
  readonly median: number;
  /** 95 %, percentile bootstrap of the median over the rounds; as wide as the sample for fewer than 5 rounds. */
  readonly interval: readonly [number, number];
  readonly n: number;
}

export function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** The median of the rounds' values with its interval. */
export function estimate(values: readonly number[]): Estimate {
  const sorted = [...values].sort((a, b) => a - b);
  if (values.length < 5)
    return {
      median: medianOf(values),
      interval: [sorted[0] ?? Number.NaN, sorted.at(-1) ?? Number.NaN],
      n: values.length,
    };
  const random = randoms(20260101);
  const medians: number[] = [];
  for (let i = 0; i < 2000; i += 1)
    medians.push(medianOf(values.map(() => values[Math.floor(random() * values.length)] ?? Number.NaN)));
  medians.sort((a, b) => a - b);
  return {
    median: medianOf(values),
    interval: [medians[49] ?? Number.NaN, medians[1949] ?? Number.NaN],
    n: values.length,
  };
}

/** Ratio of two series, round by round: what both lost to the machine in a round cancels out. */
export function ratio(ours: readonly number[], theirs: readonly number[]): Estimate {
  return estimate(ours.map((value, round) => value / (theirs[round] ?? Number.NaN)));
}

export interface Slope {
  /** Unit of y for each unit of x. */
  readonly slope: number;
  /** Standard error of the slope, as if the residuals were independent (they are not quite: read it as a lower bound). */
  readonly error: number;
  readonly n: number;
}

/** Least squares through (x, y). */
export function slopeOf(points: readonly { readonly x: number; readonly y: number }[]): Slope {
  const n = points.length;
  const meanX = points.reduce((sum, { x }) => sum + x, 0) / n;
  const meanY = points.reduce((sum, { y }) => sum + y, 0) / n;
  let sxx = 0;
  let sxy = 0;
  for (const { x, y } of points) {
    sxx += (x - meanX) ** 2;
    sxy += (x - meanX) * (y - meanY);
  }
  const slope = sxy / sxx;
  const residual = points.reduce((sum, { x, y }) => sum + (y - meanY - slope * (x - meanX)) ** 2, 0);
  return { slope, error: Math.sqrt(residual / Math.max(1, n - 2) / sxx), n };
}

/** Uniform in [0, 1), the same for the same seed (mulberry32). */
export function randoms(seed: number): () => number {
  let x = seed | 0;
  return () => {
    x = (x + 0x6d2b79f5) | 0;
    let t = Math.imul(x ^ (x >>> 15), 1 | x);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
