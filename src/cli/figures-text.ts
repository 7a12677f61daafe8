/**
 * The monitor's figures for the terminal: one line a thread, one line a tool that was called.
 * It exists so that `lmcp status` answers "what is slow, what is full" at a glance.
 * Invariant: says nothing of what was not measured.
 */
import type { FiguresView, ServerView, ThreadView } from '../gateway/index.js';

/** "1.2 ms", "340 µs", "2.1 s"; "–" for null. */
export function duration(seconds: number | null): string {
  if (seconds === null) return '–';
  if (seconds < 0.001) return `${Math.round(seconds * 1e6)} µs`;
  if (seconds < 1) return `${(seconds * 1e3).toPrecision(seconds < 0.1 ? 2 : 3)} ms`;
  return `${seconds.toPrecision(3)} s`;
}

export function figuresLines(figures: FiguresView): string[] {
  const { journal, captureDropped } = figures;
  const calls = figures.servers.flatMap(serverRows);
  return [
    ...table([
      ['thread', 'memory', 'of', 'busy', 'lag p99', 'gc', 'restarts'],
      ...figures.threads.map((thread) => threadRow(thread, figures.enabled)),
    ]),
    ...(calls.length > 0 ? ['', ...table([['server', 'tool', 'calls', 'p50', 'p95', 'p99'], ...calls])] : []),
    ...figures.servers.filter(isStrained).map(strainLine),
    ...(journal.commits > 0
      ? [
          `journal: ${journal.commits.toLocaleString('en')} commits of ${journal.eventsPerCommit?.toFixed(1)} events, ` +
            `fsync p50 ${duration(journal.fsync.p50)}, p95 ${duration(journal.fsync.p95)}`,
        ]
      : []),
    ...(captureDropped > 0
      ? [`capture: ${captureDropped.toLocaleString('en')} left out above the budget`]
      : []),
  ];
}

function threadRow(thread: ThreadView, enabled: boolean): string[] {
  const restarts = thread.restarts > 0 ? String(thread.restarts) : '';
  if (!thread.running) return [thread.name, 'not running', '', '', '', '', restarts];
  if (!enabled) return [thread.name, '', mebibytes(thread.limitBytes), '', '', '', restarts];
  return [
    thread.name,
    mebibytes(thread.heapBytes + thread.externalBytes),
    mebibytes(thread.limitBytes),
    `${Math.round(100 * thread.utilization)} %`,
    duration(thread.lag.p99),
    duration(thread.gcSeconds),
    restarts,
  ];
}

function serverRows({ name, tools }: ServerView): string[][] {
  return tools.map(({ tool, calls, p50, p95, p99 }) => [
    name,
    tool === '' ? '(other requests)' : tool,
    calls.toLocaleString('en'),
    duration(p50),
    duration(p95),
    duration(p99),
  ]);
}

function isStrained({ inFlight, waiting, shed, failed }: ServerView): boolean {
  return inFlight + waiting + shed + failed > 0;
}

function strainLine({ name, inFlight, waiting, shed, failed }: ServerView): string {
  return `${name}: ${inFlight} in flight, ${waiting} waiting, ${failed} failed, ${shed} refused for overload`;
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MiB`;
}

/** Columns as wide as their widest cell; the first two to the left, numbers to the right. */
function table(rows: readonly (readonly string[])[]): string[] {
  const left = rows[0]?.[1] === 'tool' ? 2 : 1;
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) =>
        column < left ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
}
