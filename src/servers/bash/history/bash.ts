/**
 * Reads bash's history file, with or without times.
 * It exists because `HISTTIMEFORMAT` decides what the file holds: `#<seconds>` lines before commands, or none.
 * Invariant: a comment that a user typed is a command; only a `#` with digits alone is a time.
 */
import type { HistoryEntry } from './entry.js';

const time = /^#(\d{9,11})$/;

/** With times, lines up to the next time are one command (`cmdhist` with `lithist`); without, each line is one. */
export function* readBashHistory(text: string): Generator<HistoryEntry> {
  let at: number | undefined;
  let lines: string[] = [];
  const flush = function* (): Generator<HistoryEntry> {
    const command = lines.join('\n').replace(/\n+$/, '');
    lines = [];
    if (command.trim() !== '') yield at === undefined ? { command } : { command, at };
  };
  for (const line of text.split('\n')) {
    const stamp = time.exec(line);
    if (stamp) {
      yield* flush();
      at = Number(stamp[1]) * 1000;
    } else if (at === undefined) {
      lines = [line];
      yield* flush();
    } else lines.push(line);
  }
  yield* flush();
}
