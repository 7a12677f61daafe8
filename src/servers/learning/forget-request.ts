/**
 * What is asked to be forgotten: a source, a session, or what lies before a time.
 * It exists so that the tool, the command line and the question to the user speak of one thing.
 * Invariant: exactly one of the three; what is shown to a person holds no control characters.
 */
import { LmcpError } from '../../errors/index.js';

/** Exactly one is given. `before`: milliseconds since the epoch. */
export interface Selection {
  readonly source?: string;
  readonly session?: string;
  readonly before?: number;
}

export interface AskedSelection {
  readonly source?: string | undefined;
  readonly session?: string | undefined;
  /** RFC 3339, or a date alone. */
  readonly before?: string | undefined;
}

const dateOrTime = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/;

/** @throws LMCP_INVALID_PARAMS unless exactly one is given, and well formed */
export function selectionOf({ source, session, before }: AskedSelection): Selection {
  const given = [source, session, before].filter((it) => it !== undefined && it !== '');
  if (given.length !== 1)
    throw new LmcpError('LMCP_INVALID_PARAMS', 'Give exactly one of source, session and before.');
  if (source) return { source };
  if (session) return { session };
  const at = before !== undefined && isTime(before) ? Date.parse(before) : Number.NaN;
  if (Number.isNaN(at))
    throw new LmcpError(
      'LMCP_INVALID_PARAMS',
      '`before` is a date or a time with its zone, such as 2026-01-31 or 2026-01-31T12:00:00Z.',
    );
  return { before: at };
}

/** A day that its month does not have would be read as one of the next month. */
function isTime(text: string): boolean {
  const day = text.slice(0, 10);
  if (!dateOrTime.test(text) || Number.isNaN(Date.parse(day))) return false;
  return new Date(day).toISOString().startsWith(day);
}

/** `source "ci"`. */
export function selectionText({ source, session, before }: Selection): string {
  if (source !== undefined) return `source "${plain(source)}"`;
  if (session !== undefined) return `session "${plain(session)}"`;
  return `everything before ${new Date(before ?? 0).toISOString()}`;
}

/** The same as a command for a shell. */
export function selectionCommand({ source, session, before }: Selection): string {
  if (source !== undefined) return `lmcp forget --source=${shellWord(source)}`;
  if (session !== undefined) return `lmcp forget --session=${shellWord(session)}`;
  return `lmcp forget --before=${new Date(before ?? 0).toISOString()}`;
}

function plain(text: string): string {
  return text.replace(/\p{C}/gu, '�').slice(0, 200);
}

function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${plain(text).replaceAll("'", String.raw`'\''`)}'`;
}
