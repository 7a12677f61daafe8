/**
 * Reads what atuin prints: its database is SQLite, which we do not open, but its own command writes lines.
 * It exists because years of commands lie there; `atuinExport` below is what the user runs to get them out.
 * Invariant: a record that does not fit is skipped; oldest first.
 */
import type { HistoryEntry } from './entry.js';

export const atuinExport =
  'TZ=UTC atuin history list --print0 --format "{time}\\t{exit}\\t{duration}\\t{directory}\\t{command}"';

const units: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** "1m2s", "350ms" → milliseconds; undefined for another form. */
function duration(text: string): number | undefined {
  let sum = 0;
  const rest = text.replace(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h|d)\s*/g, (_, n: string, unit: string) => {
    sum += Number(n) * (units[unit] ?? 0);
    return '';
  });
  return rest === '' && text !== '' ? sum : undefined;
}

/** Records between NUL bytes (or lines without them). */
export function readAtuinHistory(text: string): HistoryEntry[] {
  const entries: (HistoryEntry & { readonly at: number })[] = [];
  for (const record of text.split(text.includes('\0') ? '\0' : '\n')) {
    const [time, exit, took, cwd, ...rest] = record.replace(/^\n/, '').split('\t');
    const command = rest.join('\t').trimEnd();
    const at = Date.parse(
      /[zZ]|[+-]\d\d:?\d\d$/.test(time ?? '') ? (time ?? '') : `${(time ?? '').replace(' ', 'T')}Z`,
    );
    if (command === '' || Number.isNaN(at)) continue;
    const durationMs = duration(took ?? '');
    entries.push({
      command,
      at,
      ...(/^\d{1,3}$/.test(exit ?? '') ? { exitCode: Number(exit) } : {}),
      ...(durationMs === undefined ? {} : { durationMs }),
      ...(cwd?.startsWith('/') ? { cwd } : {}),
    });
  }
  return entries.sort((a, b) => a.at - b.at);
}
