/**
 * The event contract as TypeScript: generated from proto/learning/v1/events.proto by `npm run generate`.
 * It exists so that every room speaks of the same events; it is a leaf that imports no room.
 * Invariant: nothing here but the generated types and the few lines that make them pleasant to hold.
 */
import type { Event } from './gen/learning/v1/events_pb.js';

export * from './gen/learning/v1/events_pb.js';

/** The name of an event's payload, e.g. `commitLanded`. */
export type EventType = NonNullable<Event['data']['case']>;

type Payloads = {
  [Data in Event['data'] as Data extends { case: infer Case extends string } ? Case : never]: NonNullable<
    Data['value']
  >;
};

/** The payload that goes with an event type. */
export type Payload<T extends EventType> = Payloads[T];

/** An event as the journal hands it back: numbered from 1, in the one order that counts. */
export interface StoredEvent {
  readonly sequence: number;
  readonly event: Event;
}

/** When the event happened, in milliseconds since the epoch; 0 when the source gave no time. */
export function atMillis(event: Event): number {
  return millisOf(event.at);
}

/** A time of an event in milliseconds since the epoch, fractions kept; 0 when none is given. */
export function millisOf(time: Event['at']): number {
  return time ? Number(time.seconds) * 1000 + time.nanos / 1e6 : 0;
}

/** The payload when the event is of that type, else undefined. */
export function payloadOf<T extends EventType>(event: Event, type: T): Payload<T> | undefined {
  const data: { case?: string | undefined; value?: unknown } = event.data;
  return data.case === type ? (data.value as Payload<T>) : undefined;
}

/** A span of milliseconds as events write it, to the millisecond. */
export function durationOf(milliseconds: number): { seconds: bigint; nanos: number } {
  const whole = Math.round(milliseconds);
  return { seconds: BigInt(Math.floor(whole / 1000)), nanos: (whole % 1000) * 1_000_000 };
}
