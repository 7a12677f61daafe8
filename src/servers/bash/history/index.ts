/**
 * Histories of shells as events: bash, zsh, fish, atuin's export.
 * It exists so that a new user's first prediction rests on years of commands and not on nothing.
 * Invariant: files are parsed, never run; the journal redacts before anything is stored.
 */
import type { Event } from '../../../proto/index.js';
import { readAtuinHistory } from './atuin.js';
import { readBashHistory } from './bash.js';
import { refuseBinary } from './binary-file.js';
import { type EventsOptions, eventsOf, type HistoryEntry } from './entry.js';
import { readFishHistory } from './fish.js';
import { readZshHistory } from './zsh.js';

export { atuinExport } from './atuin.js';
export { below, type HistoryEntry } from './entry.js';
export {
  type HistoryFound,
  type HistoryQuery,
  type KnownLine,
  KnownLines,
  type LineRun,
} from './known-lines.js';
export { isRedacted } from './redacted-line.js';

export const shells = ['bash', 'zsh', 'fish', 'atuin'] as const;
export type Shell = (typeof shells)[number];

/** Where each shell keeps its history, below the home folder; atuin's has to be exported. */
export const historyFiles: Readonly<Record<Shell, string | null>> = {
  bash: '.bash_history',
  zsh: '.zsh_history',
  fish: '.local/share/fish/fish_history',
  atuin: null,
};

/** The commands of a history file, in its order. @throws LMCP_USAGE for a database or another binary */
export function readHistory(shell: Shell, bytes: Uint8Array): Iterable<HistoryEntry> {
  refuseBinary(bytes, shell === 'atuin');
  if (shell === 'zsh') return readZshHistory(bytes);
  const text = Buffer.from(bytes).toString('utf8');
  if (shell === 'bash') return readBashHistory(text);
  return shell === 'fish' ? readFishHistory(text) : readAtuinHistory(text);
}

/**
 * `commandFinished` events of a history file; workspace and id are given at append.
 * @throws LMCP_USAGE for a file that is a database or another binary
 */
export function importHistory(
  shell: Shell,
  bytes: Uint8Array,
  options: Omit<EventsOptions, 'shell'>,
): Iterable<Event> {
  return eventsOf(readHistory(shell, bytes), { ...options, shell });
}

/** The pool job behind `lmcp import history`: exports `importHistoryFile`. */
export const importHistoryModule = new URL('./import-history.job.js', import.meta.url);
