/**
 * From what a caller hands in to what goes to disk: fill in id, time and workspace, redact, encode, name the index rows.
 * It exists as the one way into the journal, so that nothing reaches the disk unredacted.
 * Invariant: pure but for ids and time; a call with one bad event is refused whole, before anything of it is queued.
 */
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { LmcpError } from '../errors/index.js';
import type { Event } from '../proto/index.js';
import type { Prepared } from './append.js';
import { type EventInit, encodeEvent, toEvent } from './codec.js';
import type { Redactor } from './redact/redactor.js';
import { receiptRow, subjectRow, typeRow } from './store/journal-index.js';
import { subjectsOf } from './store/subjects.js';

/** Largest encoded event, in bytes. */
export const maxEventBytes = 8 * 1024 * 1024;
/** Most that one call may append, in bytes: a call is one block, and a block has a limit. */
export const maxCallBytes = 32 * 1024 * 1024;

export interface PrepareOptions {
  readonly redactor: Redactor;
  readonly workspace: string;
  readonly clock: () => number;
  readonly nextId: () => string;
}

/** @throws LMCP_BAD_EVENT, LMCP_TOO_LARGE */
export function prepareAll(inits: readonly EventInit[], options: PrepareOptions): Prepared[] {
  const prepared = inits.map((init) => prepare(init, options));
  const bytes = prepared.reduce((sum, event) => sum + event.bytes.length, 0);
  if (bytes > maxCallBytes)
    throw new LmcpError(
      'LMCP_TOO_LARGE',
      `${inits.length} events take ${bytes} bytes; append at most ${maxCallBytes} at once.`,
    );
  return prepared;
}

function prepare(init: EventInit, { redactor, workspace, clock, nextId }: PrepareOptions): Prepared {
  try {
    const given = toEvent(init);
    if (given.data.case === undefined) throw new LmcpError('LMCP_BAD_EVENT', 'The event has no payload.');
    const complete: Event = {
      ...given,
      id: given.id || nextId(),
      at: given.at ?? timestampFromMs(clock()),
      workspace: given.workspace || workspace,
    };
    const event = redactor.redactEvent(complete);
    const bytes = encodeEvent(event);
    if (bytes.length > maxEventBytes)
      throw new LmcpError(
        'LMCP_TOO_LARGE',
        `The event takes ${bytes.length} bytes; the limit is ${maxEventBytes}.`,
      );
    return { bytes, keys: rowsOf(event) };
  } catch (error) {
    if (error instanceof LmcpError) throw error;
    throw new LmcpError('LMCP_BAD_EVENT', 'The event cannot be encoded: a value does not fit its field.', {
      cause: error,
    });
  }
}

/** The index rows of a (redacted) event. */
export function rowsOf(event: Event): string[] {
  const rows = event.data.case === undefined ? [] : [typeRow(event.data.case)];
  if (event.data.case === 'predictionMade' && event.data.value.prediction !== '')
    rows.push(receiptRow(event.data.value.prediction));
  for (const subject of subjectsOf(event)) rows.push(subjectRow(subject));
  return rows;
}
