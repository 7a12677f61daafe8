/**
 * Reads fish's history file: `- cmd:` and `  when:` lines in a form that only looks like YAML.
 * It exists because a YAML parser reads such files wrongly: fish escapes backslash and newline alone.
 * Invariant: unknown keys (`paths:`) are skipped with their lists.
 */
import type { HistoryEntry } from './entry.js';

function unescaped(text: string): string {
  return text.replace(/\\(\\|n)/g, (_, code: string) => (code === 'n' ? '\n' : '\\'));
}

export function* readFishHistory(text: string): Generator<HistoryEntry> {
  let command: string | undefined;
  let at: number | undefined;
  for (const line of text.split('\n')) {
    if (line.startsWith('- cmd: ')) {
      if (command !== undefined) yield at === undefined ? { command } : { command, at };
      command = unescaped(line.slice('- cmd: '.length));
      at = undefined;
    } else {
      const when = /^ {2}when: (\d{1,12})$/.exec(line);
      if (when && command !== undefined) at = Number(when[1]) * 1000;
    }
  }
  if (command !== undefined) yield at === undefined ? { command } : { command, at };
}
