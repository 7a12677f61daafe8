/**
 * One field: a word after expansion, as far as it can be known without running anything.
 * It exists because the shell acts on fields, not on the text that was typed.
 * Invariant: what is not known is a symbol inside `text`, never a guess.
 */

/** Any text, the empty one included: an unset variable, the output of a program. */
export const ANY = '\uE000';
/** Some text that is not empty: `${X:?}`, a process id. */
export const SOME = '\uE001';
/** An active `*`. */
export const STAR = '\uE002';
/** One unknown character: an active `?` or a class. */
export const ONE = '\uE003';

/** Where fields that stand for many names come from. */
export interface Selection {
  /** The directory, or undefined when not known. */
  readonly root: string | undefined;
  /** Name patterns that the names match; empty when they are any names under the root. */
  readonly names: readonly string[];
  /** Whether something else narrows them: age, size, type alone does not. */
  readonly narrowed: boolean;
  /** Whether only names that exist to be thrown away are meant (empty files, broken links). */
  readonly empty: boolean;
  /** Whether the names are of one directory, not of all below it. */
  readonly flat?: true;
}

/** What a text is made of, when it matters; bits. */
export const NETWORK = 1;
export const SECRET = 2;
export const DECODED = 4;
export const HISTORY = 8;
export const ENVIRONMENT = 16;
/** The output of a shell that takes commands from elsewhere. */
export const SESSION = 32;
/** Printed by a tool that is made to be evaluated: `eval "$(ssh-agent)"`. */
export const SETUP = 64;
/** Data about people or accounts: the user list, a database. Harmless here, a loss elsewhere. */
export const PERSONAL = 128;
/** A credential that the line holds in a variable: its own service may have it, a raw connection not. */
export const CREDENTIAL = 256;
/** Read from a directory where every user may write. */
export const PLANTED = 512;
/** Names a process of the guard that looks at commands. */
export const GUARD = 1024;

export interface Field {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly selection: Selection | undefined;
  readonly taint: number;
}

export function literal(text: string, start: number, end: number): Field {
  return { text, start, end, selection: undefined, taint: 0 };
}

/** Whether the text is fully known; a glob is not. */
export function isKnown(text: string): boolean {
  return !holds(text, 0xe003);
}

export function isDynamic(text: string): boolean {
  return holds(text, 0xe001);
}

/** Whether a symbol up to `last` stands in the text. A loop: fields are short, and calling a regular expression is not free. */
function holds(text: string, last: number): boolean {
  for (let i = 0; i < text.length; i += 1) {
    const c = text.charCodeAt(i);
    if (c >= 0xe000 && c <= last) return true;
  }
  return false;
}

/** For people: globs as typed, unknown parts as an ellipsis. */
export function shown(text: string): string {
  if (isKnown(text)) return text;
  const globbed = text.replaceAll(STAR, '*').replaceAll(ONE, '?');
  return isDynamic(globbed) ? globbed.replaceAll(/[\uE000\uE001]+/g, '…') : globbed;
}

/** Marks active globs in text that is known to be unquoted. */
export function activateGlobs(text: string): string {
  if (!globs(text)) return text;
  const starred = text.replaceAll('*', STAR).replaceAll('?', ONE);
  return starred.includes('[')
    ? starred.replaceAll(/\[([^\]!^])\]/g, '$1').replaceAll(/\[[^\]]+\]/g, ONE)
    : starred;
}

function globs(text: string): boolean {
  for (let i = 0; i < text.length; i += 1) {
    const c = text.charCodeAt(i);
    if (c === 42 || c === 63 || c === 91) return true;
  }
  return false;
}
