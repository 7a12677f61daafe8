/**
 * One command of a shell's history file, and how such entries become events.
 * It exists so that every shell's format meets the journal in one place, where redaction follows.
 * Invariant: only what the file says is stated: no exit status, folder or time is guessed.
 */
import { createHash } from 'node:crypto';
import { create } from '@bufbuild/protobuf';
import { DurationSchema, timestampFromMs } from '@bufbuild/protobuf/wkt';
import { CommandFinishedSchema, type Event, EventSchema } from '../../../proto/index.js';

export interface HistoryEntry {
  readonly command: string;
  /** Milliseconds since the epoch; absent: the file does not say. */
  readonly at?: number;
  readonly durationMs?: number;
  readonly exitCode?: number;
  /** Absolute, where the file says it. */
  readonly cwd?: string;
  readonly session?: string;
}

export interface EventsOptions {
  /** Shell the file is of: `bash`, `zsh`, `fish`, `atuin`. */
  readonly shell: string;
  /** Root of the workspace: entries that say another folder are left out. */
  readonly root: string;
  /** Time of entries without one: the file's own, in milliseconds. */
  readonly fileTime: number;
}

/** Longer pauses start another session, where the file names none. */
const pauseMs = 30 * 60_000;
/** Longer commands are left out, in UTF-16 units. */
const longest = 32_768;

/** Path below the root; null: elsewhere. */
function below(root: string, cwd: string): string | null {
  if (cwd === root) return '';
  const base = root.endsWith('/') ? root : `${root}/`;
  return cwd.startsWith(base) ? cwd.slice(base.length) : null;
}

/** Events in the order of the file; `commandFinished` with what is known, unredacted: the journal redacts at append. */
export function* eventsOf(
  entries: Iterable<HistoryEntry>,
  { shell, root, fileTime }: EventsOptions,
): Generator<Event> {
  let last = 0;
  let session = 0;
  let undated = 0;
  for (const entry of entries) {
    if (entry.command.trim() === '' || entry.command.length > longest) continue;
    const cwd = entry.cwd === undefined ? '' : below(root, entry.cwd);
    if (cwd === null) continue;
    if (entry.at !== undefined && entry.at - last > pauseMs) session++;
    last = entry.at ?? last;
    // Entries without a time keep their order and lie together at the file's time.
    const at = entry.at ?? fileTime + undated++;
    const name = entry.session ?? `${shell}-history-${session}`;
    yield create(EventSchema, {
      at: timestampFromMs(at),
      source: `history:${shell}`,
      data: {
        case: 'commandFinished',
        value: create(CommandFinishedSchema, {
          session: name,
          cwd,
          command: entry.command,
          ...(entry.exitCode === undefined ? {} : { exitCode: entry.exitCode }),
          ...(entry.durationMs === undefined
            ? {}
            : {
                duration: create(DurationSchema, {
                  seconds: BigInt(Math.floor(entry.durationMs / 1000)),
                  nanos: Math.round((entry.durationMs % 1000) * 1e6),
                }),
              }),
        }),
      },
    });
  }
}

/** A name for a session that a file gives as a long id. */
export function shortSession(shell: string, id: string): string {
  return `${shell}-${createHash('sha256').update(id).digest('hex').slice(0, 12)}`;
}
