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
  /** Roots of other workspaces: an entry goes to the innermost one around its folder. */
  readonly others?: readonly string[];
  /**
   * Names an entry by what it is, so that a file that has grown is taken on from where it ended: a keyed hash, since a command may
   * hold a secret. Default: events get no id.
   */
  readonly identify?: (entry: string) => string;
  /** Told of each entry that is left out. */
  readonly onLeft?: (why: HistoryLeft) => void;
}

/** Why an entry is left out: it was run outside the workspace; it is no command but a program. */
export type HistoryLeft = 'elsewhere' | 'tooLong';

/** Longer pauses start another session, where the file names none. */
const pauseMs = 30 * 60_000;
/** Longer commands are left out, in UTF-16 units. */
const longest = 32_768;

/** Path below the root, empty for the root itself; null: elsewhere. */
export function below(root: string, cwd: string): string | null {
  if (cwd === root) return '';
  const base = root.endsWith('/') ? root : `${root}/`;
  return cwd.startsWith(base) ? cwd.slice(base.length) : null;
}

/** Whether a folder of this workspace belongs to one inside it. */
function isInner(cwd: string, root: string, others: readonly string[]): boolean {
  return others.some((other) => other.length > root.length && below(other, cwd) !== null);
}

/**
 * Ids of entries: of the shell, the time, the command, and how often just that came before in the file. Where a shell has cut the
 * front off a file without times, a command that ran again may so pass for one that is known: it is then counted once too little.
 */
function identities(shell: string, identify: NonNullable<EventsOptions['identify']>) {
  const seen = new Map<string, number>();
  return ({ at, command }: HistoryEntry): string => {
    const entry = `${at ?? ''}\0${command}`;
    const before = seen.get(entry) ?? 0;
    seen.set(entry, before + 1);
    return `history-${identify(`${shell}\0${entry}\0${before}`)}`;
  };
}

/** Events in the order of the file; `commandFinished` with what is known, unredacted: the journal redacts at append. */
export function* eventsOf(
  entries: Iterable<HistoryEntry>,
  { shell, root, fileTime, others = [], identify, onLeft }: EventsOptions,
): Generator<Event> {
  const idOf = identify && identities(shell, identify);
  let last = 0;
  let session = 0;
  let undated = 0;
  for (const entry of entries) {
    if (entry.command.trim() === '') continue;
    const id = idOf?.(entry) ?? '';
    const cwd = entry.cwd === undefined ? '' : below(root, entry.cwd);
    const isElsewhere = cwd === null || (entry.cwd !== undefined && isInner(entry.cwd, root, others));
    if (isElsewhere || entry.command.length > longest) {
      onLeft?.(isElsewhere ? 'elsewhere' : 'tooLong');
      continue;
    }
    if (entry.at !== undefined && entry.at - last > pauseMs) session++;
    last = entry.at ?? last;
    // Entries without a time keep their order and lie together at the file's time.
    const at = entry.at ?? fileTime + undated++;
    const name = entry.session ?? `${shell}-history-${session}`;
    yield create(EventSchema, {
      id,
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
