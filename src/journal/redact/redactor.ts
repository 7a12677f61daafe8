/**
 * Redacts whole events: the one gate between the outside and the disk.
 * It exists so that the journal needs to know one call, and a test can prove that nothing goes around it.
 * Invariant: the event passed in is unchanged; equal secrets get equal marks within one data folder, and only there.
 */
import { createHmac } from 'node:crypto';
import { type Event, EventSchema } from '../../proto/index.js';
import { type FieldMode, modeOf } from './policy.js';
import { redactWith } from './scan.js';
import { compileWalk } from './walk.js';

export interface Redactor {
  /** The event without secrets; the same object when there were none. */
  redactEvent(event: Event): Event;
  /** One free text without secrets, marks included. */
  redactText(text: string): string;
  /** 16 hex digits, equal for equal texts in this data folder: for authors and whatever needs equality alone. */
  keyedHash(text: string): string;
  /** Strings changed so far. */
  readonly redactions: number;
}

const hash = /^[0-9a-f]{7,64}$/i;
const keyed = /^[0-9a-f]{16,64}$/;
const walk = compileWalk(EventSchema, modeOf);

/** `key`: at least 16 random bytes kept with the data folder (see `loadHashKey`). */
export function createRedactor({ key }: { readonly key: Uint8Array }): Redactor {
  let redactions = 0;
  const keyedHash = (text: string) => createHmac('sha256', key).update(text).digest('hex').slice(0, 16);
  const tag = (secret: string) => keyedHash(secret).slice(0, 4);
  const replace = (text: string, mode: FieldMode): string => {
    if (text === '') return text;
    let out = text;
    if (mode === 'author') {
      if (keyed.test(text)) return text;
      out = keyedHash(text);
    } else if (mode === 'sha') {
      if (hash.test(text)) return text;
      out = redactWith(text, 'text', tag);
    } else {
      out = redactWith(text, mode, tag);
    }
    if (out !== text && mode !== 'author') redactions += 1;
    return out;
  };
  return {
    redactEvent: (event) => walk(event, replace),
    redactText: (text) => redactWith(text, 'text', tag),
    keyedHash,
    get redactions() {
      return redactions;
    },
  };
}
