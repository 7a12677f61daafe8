/**
 * Event ↔ protobuf bytes, and a look at the type without decoding.
 * It exists so that the one encoding on disk and between threads is made in one place.
 * Invariant: unknown fields are dropped at encoding, since bytes that nobody can read cannot be redacted.
 */
import { create, fromBinary, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { type Event, EventSchema, type EventType } from '../proto/index.js';

/** An event as a caller writes it: a message, or the plain fields of one. */
export type EventInit = MessageInitShape<typeof EventSchema>;

const known = { writeUnknownFields: false };
const skipping = { readUnknownFields: false };
const typeOfField = new Map<number, EventType>(
  EventSchema.fields
    .filter((field) => field.oneof !== undefined)
    .map((field) => [field.number, field.localName as EventType]),
);

/** The names of all types of events that this version knows. */
export const eventTypes: readonly EventType[] = [...typeOfField.values()];

/** An event as the journal takes it: also encoded, and then decoded only when its turn comes. */
export type EventInput = EventInit | Uint8Array;

/** Makes a message of an init; a message is returned as it is. */
export function toEvent(init: EventInit): Event {
  return create(EventSchema, init);
}

export function encodeEvent(event: Event): Uint8Array {
  return toBinary(EventSchema, event, known);
}

/** @throws Error when the bytes are not a protobuf message. */
export function decodeEvent(bytes: Uint8Array): Event {
  return fromBinary(EventSchema, bytes, skipping);
}

/** The payload's type, read from the tags of the top level alone; undefined when there is none that we know. */
export function peekType(bytes: Uint8Array): EventType | undefined {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    let scale = 1;
    while (at < bytes.length) {
      const byte = bytes[at++] ?? 0;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
    return value;
  };
  while (at < bytes.length) {
    const tag = varint();
    const type = typeOfField.get(Math.floor(tag / 8));
    if (type !== undefined) return type;
    const wire = tag % 8;
    if (wire === 2) {
      const length = varint();
      at += length;
    } else if (wire === 0) varint();
    else if (wire === 1) at += 8;
    else if (wire === 5) at += 4;
    else return undefined;
  }
  return undefined;
}
