/**
 * One unified hunk that turns a text into another.
 * It exists so that an answer shows what changed without a diff program.
 * Invariant: the hunk applies, unless it was cut and says so; it is the span between the first and the last difference, not the shortest script.
 */

const CONTEXT = 3;
/** Lines of a hunk; a longer one is cut and says so. */
const MOST = 80;
/** Characters of a line; a longer one is cut and says so. */
const WIDEST = 400;

/** Undefined for texts that are equal. */
export function hunkOf(before: string, after: string): string | undefined {
  if (before === after) return undefined;
  const [a, b] = [linesOf(before), linesOf(after)];
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end])
    end += 1;
  const from = Math.max(0, start - CONTEXT);
  const shared = Math.min(CONTEXT, end);
  const [untilA, untilB] = [a.length - end, b.length - end];
  const lines = [
    ...a.slice(from, start).map((line) => ` ${line}`),
    ...a.slice(start, untilA).map((line) => `-${line}`),
    ...b.slice(start, untilB).map((line) => `+${line}`),
    ...a.slice(untilA, untilA + shared).map((line) => ` ${line}`),
  ];
  const head = `@@ -${range(from, untilA + shared - from)} +${range(from, untilB + shared - from)} @@`;
  const shown =
    lines.length > MOST ? [...lines.slice(0, MOST), `… ${lines.length - MOST} more lines`] : lines;
  return [head, ...shown.map(narrowed)].join('\n');
}

const narrowed = (line: string) =>
  line.length > WIDEST ? `${line.slice(0, WIDEST)}… ${line.length - WIDEST} more characters` : line;

/** A missing newline at the end is told as diff does, so that two texts that differ in it differ in a line. */
function linesOf(text: string): string[] {
  if (text === '') return [];
  if (text.endsWith('\n')) return text.slice(0, -1).split('\n');
  const lines = text.split('\n');
  lines.push(`${lines.pop() ?? ''}\n\\ No newline at end of file`);
  return lines;
}

/** An empty range names the line before it. */
const range = (from: number, count: number) => `${count === 0 ? from : from + 1},${count}`;
