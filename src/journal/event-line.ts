/**
 * One line of a JSONL file ↔ Event, in ProtoJSON (camelCase keys, RFC 3339 times).
 * It exists because files are how outside history comes in and how a user takes their own out.
 * Invariant: fields we do not know are ignored; anything else that is wrong is an error that names its line.
 */
import { fromJsonString, toJsonString } from '@bufbuild/protobuf';
import { LmcpError } from '../errors/index.js';
import { type Event, EventSchema } from '../proto/index.js';

/**
 * Parses one line; `number` counts from 1 and stands in the error.
 * @throws LMCP_BAD_EVENT (data: { line })
 */
export function parseEventLine(line: string, number: number): Event {
  const fail = (why: string, cause?: unknown) =>
    new LmcpError('LMCP_BAD_EVENT', `Line ${number}: ${why}`, { cause, data: { line: number } });
  let event: Event;
  try {
    event = fromJsonString(EventSchema, line, { ignoreUnknownFields: true });
  } catch (cause) {
    throw fail(reason(cause), cause);
  }
  if (event.data.case === undefined) throw fail('the event has no payload that this version knows.');
  // ProtoJSON spells them as strings; a model that has learned one is lost.
  const path = notFinite.test(line) ? unboundedIn(event.data.value, event.data.case) : undefined;
  if (path !== undefined) throw fail(`${path} is not a finite number.`);
  return event;
}

const notFinite = /"(?:NaN|-?Infinity)"/;

/** Path of the first number that is not finite; undefined when all are. */
function unboundedIn(value: unknown, path: string): string | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : path;
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return undefined;
  for (const [name, inner] of Object.entries(value)) {
    const found = unboundedIn(inner, `${path}.${name}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The event as one line without its line end. */
export function formatEventLine(event: Event): string {
  return toJsonString(EventSchema, event);
}

/** The parser's message without the text it choked on, which may hold anything. */
function reason(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  const part = /cannot decode (field|message|enum|oneof) ([\w.]+) from JSON/.exec(message);
  if (!part) return 'it is not an Event.';
  if (part[1] === 'oneof') return 'it has more than one payload.';
  if (part[2] === EventSchema.typeName) return 'it is not one JSON object.';
  return `the value of ${part[1]} ${part[2]} does not fit its type.`;
}
