/**
 * What stands in a block where an event was: who and when, and the hash of what it said.
 * It exists so that a forgotten payload is gone from the disk while sequences, blocks and chain stay as they are.
 * Invariant: holds nothing of the payload but its SHA-256, by which the original, if it turns up, is known again.
 */
import { createHash } from 'node:crypto';
import type { Event } from '../proto/index.js';
import { decodeEvent, encodeEvent, toEvent } from './codec.js';

const SOURCE = 'forgotten';

/** The tombstone of an encoded event. It has no payload, so no learner consumes it. */
export function tombstoneOf(bytes: Uint8Array): Uint8Array {
  const { id, at, workspace } = decodeEvent(bytes);
  const causedBy = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  return encodeEvent(toEvent({ id, workspace, source: SOURCE, causedBy, ...(at && { at }) }));
}

export function isTombstone(event: Event): boolean {
  return event.data.case === undefined && event.source === SOURCE;
}
