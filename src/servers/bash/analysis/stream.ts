/**
 * What flows through a pipe: text when it is known, else what it is made of.
 * It exists because `echo … | base64 -d | sh` is judged by what arrives, not by what is typed.
 * Invariant: `text` is set only when the output is known to the character.
 */
import type { Selection } from './words/field.js';

export interface Stream {
  readonly text: string | undefined;
  readonly taint: number;
  readonly selection: Selection | undefined;
  /** Never ends: `yes`, `/dev/zero`. */
  readonly endless: boolean;
}

export const UNKNOWN_STREAM: Stream = { text: undefined, taint: 0, selection: undefined, endless: false };
/** What a file holds that was not read. */
export const FILE_STREAM: Stream = { ...UNKNOWN_STREAM };
/** What a compiler of this line made of sources at hand. */
export const BUILT_STREAM: Stream = { ...UNKNOWN_STREAM };
export const NOTHING: Stream = { text: '', taint: 0, selection: undefined, endless: false };
/** Whether a question on standard input is answered with yes: `yes |`, `echo y |`. */
export function saysYes({ endless, text }: Stream): boolean {
  return endless === true || (text !== undefined && /^\s*y(?:es)?\s*$/im.test(text));
}

export const ENDLESS: Stream = { text: undefined, taint: 0, selection: undefined, endless: true };

export function known(text: string, taint = 0): Stream {
  return { text, taint, selection: undefined, endless: false };
}

export function tainted(taint: number): Stream {
  return taint === 0 ? UNKNOWN_STREAM : { text: undefined, taint, selection: undefined, endless: false };
}

export function selected(selection: Selection): Stream {
  return { text: undefined, taint: 0, selection, endless: false };
}

/** One stream after the other. */
export function joined(a: Stream, b: Stream): Stream {
  if (a === NOTHING) return b;
  if (b === NOTHING) return a;
  return {
    text: a.text === undefined || b.text === undefined ? undefined : a.text + b.text,
    taint: a.taint | b.taint,
    selection: a.selection ?? b.selection,
    endless: a.endless || b.endless,
  };
}
