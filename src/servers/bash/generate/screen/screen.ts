/**
 * What passes as an answer to a request, and in which order: sound commands without somebody else's values, harmless ones first.
 * It exists so that every source of commands is held to the same rules.
 * Invariant: a change nobody asked for never stands before a command without it; one that was asked for names all that was named.
 */
import { type Request, readRequest, type Slot } from '../request.js';
import { shapeOf } from '../shape.js';
import { asksFor, changesOf } from './changes.js';
import { withoutStrangers } from './strangers.js';
import { isWellFormed } from './well-formed.js';

/** Changes after which nothing brings back what was there. */
const final = new Set(['delete', 'end']);

/** A value as it may stand in a command: the digits of an amount, a glob without its stars. */
function told({ kind, value }: Slot): string {
  if (kind === 'size' || kind === 'number') return /\d+/.exec(value)?.[0] ?? value;
  return value.replace(/^[*"']+|[*"']+$/g, '').replace(/(?<=.)\/$/, '');
}

/** `late`: only after all that is not; null: no answer. */
export function screened(
  command: string,
  text: string,
  { words, slots }: Request,
): { readonly command: string; readonly late: boolean } | null {
  const own = withoutStrangers(command, text);
  const shape = own === null ? null : shapeOf(own);
  if (own === null || shape === null || !isWellFormed(own)) return null;
  const changes = [...changesOf(shape, own)];
  const unasked = changes.some((change) => !asksFor(words, change));
  const lower = own.toLowerCase();
  const names = slots.every((slot) => lower.includes(told(slot).toLowerCase()));
  if (changes.some((change) => final.has(change)) && !names) return null;
  return { command: own, late: unasked };
}

/** Whether a command changes something for good, and a request asks for each of its changes. */
export function asksForItsChanges(command: string, text: string): boolean {
  const shape = shapeOf(command);
  if (shape === null) return false;
  const changes = [...changesOf(shape, command)];
  const { words } = readRequest(text);
  return changes.length > 0 && changes.every((change) => asksFor(words, change));
}
