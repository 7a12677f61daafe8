/**
 * The arithmetic of log-linear histograms: sixteen buckets an octave, so that any figure read back is right to 6 %.
 * It exists apart from the memory that holds the counts, because writer and reader are different threads.
 * Invariant: buckets are ordered and without gaps; a bucket's edges are whole numbers of ticks, powers of two among them.
 */

/** Buckets of one histogram: 0…15 ticks one by one, then sixteen for each doubling up to 2³² ticks. */
export const bucketCount = 464;

/** What a value is counted in. A second has four million ticks, so that a call of 4 µs is seen to 6 % and one of 17 minutes fits. */
export const ticksPer = { seconds: 4e6, count: 1 } as const;
export type Unit = keyof typeof ticksPer;

const most = 2 ** 32 - 1;

/** The bucket of a number of ticks; what is beyond the last one, is negative or no number counts in the nearest. */
export function bucketOf(ticks: number): number {
  const whole = (ticks > 0 ? (ticks < most ? ticks : most) : 0) >>> 0;
  if (whole < 16) return whole;
  const exponent = 31 - Math.clz32(whole);
  return ((exponent - 3) << 4) + ((whole >>> (exponent - 4)) & 15);
}

/** Ticks at which a bucket begins; the end of the last one for `bucketCount`. */
export function lowerEdge(bucket: number): number {
  if (bucket < 16) return bucket;
  return (16 + (bucket & 15)) * 2 ** ((bucket >>> 4) - 1);
}

/** What was counted so far. */
export interface Distribution {
  readonly unit: Unit;
  /** By bucket. */
  readonly counts: ArrayLike<number>;
  readonly count: number;
  /** In the unit. */
  readonly sum: number;
}

/** The value below which a share `q` of what was counted lies, in the histogram's unit; undefined when it is empty. */
export function quantile({ counts, count, unit }: Distribution, q: number): number | undefined {
  if (count === 0) return undefined;
  const rank = q * count;
  let before = 0;
  for (let bucket = 0; bucket < bucketCount; bucket += 1) {
    const here = counts[bucket] ?? 0;
    if (here > 0 && before + here >= rank) {
      const from = lowerEdge(bucket);
      const inside = Math.max(0, rank - before) / here;
      return (from + inside * (lowerEdge(bucket + 1) - from)) / ticksPer[unit];
    }
    before += here;
  }
  return lowerEdge(bucketCount) / ticksPer[unit];
}

/** How many were below each power of two of ticks, from 2^`from` to 2^`to`: `[edge in the unit, how many]`. */
export function cumulative(
  { counts, unit }: Distribution,
  { from, to }: { readonly from: number; readonly to: number },
): [number, number][] {
  const rows: [number, number][] = [];
  let bucket = 0;
  let below = 0;
  for (let exponent = from; exponent <= to; exponent += 1) {
    const end = bucketOf(2 ** exponent);
    for (; bucket < end; bucket += 1) below += counts[bucket] ?? 0;
    rows.push([2 ** exponent / ticksPer[unit], below]);
  }
  return rows;
}
