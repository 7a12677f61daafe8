/**
 * Reads a JSONL file of events (plain or gzipped) one line at a time, with line numbers.
 * It exists so that a data set of any size is replayed in constant memory and a bad line is named.
 * Invariant: events come in file order, which is their sequence; a line is either an event or LMCP_BAD_EVENT, never skipped.
 */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { fromJson, type JsonValue } from '@bufbuild/protobuf';
import { LmcpError } from '../errors/index.js';
import { type Event, EventSchema, type StoredEvent } from '../proto/index.js';
import { EventChecks, longestLine } from './event-checks.js';

/** An event with the index of its line, from 0. */
export interface NumberedEvent {
  readonly index: number;
  readonly stored: StoredEvent;
}

/**
 * @returns each non-blank line, with its index from 0
 * @throws LMCP_USAGE when the file cannot be read, LMCP_BAD_EVENT when it is not the gzip it says it is
 */
export async function* readLines(file: string): AsyncGenerator<{ index: number; text: string }> {
  const raw = createReadStream(file);
  const input = file.endsWith('.gz') ? raw.pipe(createGunzip()) : raw;
  // pipe() forwards no errors: a missing file must end the reader too.
  if (input !== raw) raw.on('error', (error) => input.destroy(error));
  const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
  const iterator = lines[Symbol.asyncIterator]();
  try {
    for (let index = 0; ; index++) {
      const next = await iterator.next().catch((cause: unknown) => {
        throw unreadable(file, cause);
      });
      if (next.done) return;
      if (next.value.trim() !== '') yield { index, text: next.value };
    }
  } finally {
    lines.close();
    raw.destroy();
  }
}

function unreadable(file: string, cause: unknown): LmcpError {
  const { code = '', message } = cause as NodeJS.ErrnoException;
  const missing = ['ENOENT', 'EACCES', 'EISDIR'].includes(code);
  return new LmcpError(missing ? 'LMCP_USAGE' : 'LMCP_BAD_EVENT', `${file} cannot be read: ${message}`, {
    cause,
  });
}

/**
 * @param checks remembers ids and times of one file; its counts can be read afterwards
 * @throws LMCP_BAD_EVENT naming file and line (from 1): no event, of no known type, not finite, an id twice, a line too long
 */
export async function* readEvents(file: string, checks = new EventChecks()): AsyncGenerator<NumberedEvent> {
  let sequence = 0;
  for await (const { index, text } of readLines(file)) {
    const line = index + 1;
    const refused = (detail: string, cause?: unknown) =>
      new LmcpError('LMCP_BAD_EVENT', `${file} line ${line}: ${detail}`, { cause, data: { file, line } });
    if (text.length > longestLine) throw refused(`longer than ${longestLine} characters`);
    let event: Event;
    try {
      event = fromJson(EventSchema, JSON.parse(text) as JsonValue, { ignoreUnknownFields: true });
    } catch (cause) {
      throw refused(cause instanceof Error ? cause.message : String(cause), cause);
    }
    const why = checks.refuse(event, line);
    if (why !== undefined) throw refused(why);
    yield { index, stored: { sequence: ++sequence, event } };
  }
}
