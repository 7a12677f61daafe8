/**
 * From what a caller hands in to what goes to disk: fill in id, time and workspace, redact, encode, name the index rows.
 * It exists as the one way into the journal, so that nothing reaches the disk unredacted.
 * Invariant: pure but for ids and time; a call with one bad event is refused whole, before anything of it is queued; of a call
 * handed in encoded, one event at a time is held decoded (objects take some thirty times the bytes of their encoding).
 */
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { LmcpError } from '../errors/index.js';
import type { Event } from '../proto/index.js';
import type { Prepared } from './append.js';
import { decodeEvent, type EventInit, type EventInput, encodeEvent, toEvent } from './codec.js';
import type { Redactor } from './redact/redactor.js';
import { receiptRow, subjectRow, typeRow } from './store/journal-index.js';
import { subjectsOf } from './store/subjects.js';

/** Largest encoded event, in bytes: 20,000 files with long names, twice over. Decoded it is the most that is held at once. */
export const maxEventBytes = 4 * 1024 * 1024;
/** Most that one call may append, in bytes: a call is one block, and whoever reads one event of a block unpacks all of it. */
export const maxCallBytes = 8 * 1024 * 1024;
/** Most events of one call: the smallest ones cost more in memory than their bytes say. */
export const maxCallEvents = 65_536;

export interface PrepareOptions {
  readonly redactor: Redactor;
  readonly workspace: string;
  readonly clock: () => number;
  readonly nextId: () => string;
}

/** @throws LMCP_BAD_EVENT, LMCP_TOO_LARGE */
export function prepareAll(inits: readonly EventInput[], options: PrepareOptions): Prepared[] {
  if (inits.length > maxCallEvents) throw tooMany(inits.length, `${maxCallEvents} events`);
  const prepared: Prepared[] = [];
  let bytes = 0;
  for (const init of inits) {
    const event = prepare(init, options);
    bytes += event.bytes.length;
    if (bytes > maxCallBytes) throw tooMany(inits.length, `${maxCallBytes} bytes`);
    prepared.push(event);
  }
  return prepared;
}

function tooMany(events: number, most: string): LmcpError {
  return new LmcpError(
    'LMCP_TOO_LARGE',
    `${events} events are too much for one call: append at most ${most}.`,
  );
}

/** Refuses an event by its length, before it is decoded. */
function decoded(bytes: Uint8Array): EventInit {
  if (bytes.length > maxEventBytes) throw tooLarge(bytes.length);
  return decodeEvent(bytes);
}

function tooLarge(bytes: number): LmcpError {
  return new LmcpError('LMCP_TOO_LARGE', `The event takes ${bytes} bytes; the limit is ${maxEventBytes}.`);
}

function prepare(init: EventInput, { redactor, workspace, clock, nextId }: PrepareOptions): Prepared {
  try {
    const given = toEvent(init instanceof Uint8Array ? decoded(init) : init);
    if (given.data.case === undefined) throw new LmcpError('LMCP_BAD_EVENT', 'The event has no payload.');
    const complete: Event = {
      ...given,
      id: given.id || nextId(),
      at: given.at ?? timestampFromMs(clock()),
      workspace: given.workspace || workspace,
    };
    const event = redactor.redactEvent(complete);
    const bytes = encodeEvent(event);
    if (bytes.length > maxEventBytes) throw tooLarge(bytes.length);
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
