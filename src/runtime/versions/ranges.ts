/**
 * Sets of journal sequences as closed ranges, and the few operations on them that versions need.
 * They exist because what a state has folded is millions of sequences and a handful of ranges.
 * Invariant: what a function here returns is canonical: ascending, disjoint, with a gap between any two; equal sets are equal lists.
 */

/** First and last sequence, both included. */
export type Range = readonly [from: number, to: number];
export type Ranges = readonly Range[];

/** The canonical form of any list of ranges; those that end before they begin, or below 1, hold nothing. */
export function canonical(ranges: Iterable<Range>): Ranges {
  const sorted = [...ranges]
    .map(([from, to]): [number, number] => [Math.max(1, from), to])
    .filter(([from, to]) => to >= from)
    .sort((a, b) => a[0] - b[0]);
  const out: [number, number][] = [];
  for (const [from, to] of sorted) {
    const last = out.at(-1);
    if (last && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else out.push([from, to]);
  }
  return out;
}

/** Of sequences in any order. */
export function rangesOf(sequences: Iterable<number>): Ranges {
  const out: [number, number][] = [];
  for (const sequence of [...sequences].sort((a, b) => a - b)) {
    const last = out.at(-1);
    if (last && sequence <= last[1] + 1) last[1] = Math.max(last[1], sequence);
    else out.push([sequence, sequence]);
  }
  return canonical(out);
}

/** What lies at or before a sequence. */
export function cut(ranges: Ranges, last: number): Ranges {
  const whole = ranges.at(-1);
  if (whole === undefined || whole[1] <= last) return ranges;
  return canonical(ranges.map(([from, to]): Range => [from, Math.min(to, last)]));
}

export function union(a: Ranges, b: Ranges): Ranges {
  return canonical([...a, ...b]);
}

/** What is in `a` and not in `b`. */
export function difference(a: Ranges, b: Ranges): Ranges {
  const out: Range[] = [];
  let at = 0;
  for (const [from, to] of a) {
    let next = from;
    while (at < b.length && (b[at]?.[1] ?? 0) < from) at += 1;
    for (let i = at; i < b.length; i += 1) {
      const [start, end] = b[i] ?? [0, 0];
      if (start > to) break;
      if (start > next) out.push([next, start - 1]);
      next = Math.max(next, end + 1);
    }
    if (next <= to) out.push([next, to]);
  }
  return canonical(out);
}

/** Whether two canonical sets are equal. */
export function equal(a: Ranges, b: Ranges): boolean {
  return a.length === b.length && a.every(([from, to], i) => from === b[i]?.[0] && to === b[i]?.[1]);
}

export function includes(ranges: Ranges, sequence: number): boolean {
  return sequence <= (ranges[indexAt(ranges, sequence)]?.[1] ?? -1);
}

/** The greatest sequence of the set; 0 when it is empty. */
export function lastOf(ranges: Ranges): number {
  return ranges.at(-1)?.[1] ?? 0;
}

/** Index of the last range that begins at or before a sequence; −1 when all begin later. */
export function indexAt(ranges: Ranges, sequence: number): number {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ranges[middle]?.[0] ?? 0) <= sequence) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
