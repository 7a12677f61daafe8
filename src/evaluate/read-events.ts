/**
 * Reads a JSONL file of events one at a time, each checked, with line numbers.
 * It exists so that a bad line is named before anything is learned from it.
 * Invariant: events come in file order, which is their sequence; a line is either an event or LMCP_BAD_EVENT, never skipped.
 */
import { fromJson, type JsonValue } from '@bufbuild/protobuf';
import { type Event, EventSchema, type StoredEvent } from '../proto/index.js';
import { EventChecks } from './event-checks.js';
import { type OnRead, readLines, refusedLine } from './read-text.js';

/** An event with the index of its line, from 0. */
export interface NumberedEvent {
  readonly index: number;
  readonly stored: StoredEvent;
}

export interface ReadEventsOptions {
  /** Remembers ids and times of one file; its counts can be read afterwards. */
  readonly checks?: EventChecks;
  readonly onRead?: OnRead;
}

/**
 * @throws LMCP_BAD_EVENT naming file and line (from 1): no event, of no known type, not finite, an id twice, a line too long;
 *   LMCP_USAGE when the file cannot be read
 */
export async function* readEvents(
  file: string,
  { checks = new EventChecks(), onRead }: ReadEventsOptions = {},
): AsyncGenerator<NumberedEvent> {
  let sequence = 0;
  for await (const { index, text } of readLines(file, onRead)) {
    const line = index + 1;
    let event: Event;
    try {
      event = fromJson(EventSchema, JSON.parse(text) as JsonValue, { ignoreUnknownFields: true });
    } catch (cause) {
      throw refusedLine(file, line, {
        detail: cause instanceof Error ? cause.message : String(cause),
        cause,
      });
    }
    const why = checks.refuse(event, line);
    if (why !== undefined) throw refusedLine(file, line, { detail: why });
    yield { index, stored: { sequence: ++sequence, event } };
  }
}
