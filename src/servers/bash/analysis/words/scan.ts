/**
 * Expands the common words straight from their text: literals, quotes, simple variables, tilde, globs.
 * It exists because the parser's structured parts cost several times the parse, and most words need none.
 * Invariant: returns undefined for anything it does not read exactly as the shell does.
 */
import { ONE, STAR } from './field.js';

const SPECIAL = /["'\\$`*?[\]{}~()!<>]/;
const IS_SPECIAL = Uint8Array.from({ length: 128 }, (_, c) => (SPECIAL.test(String.fromCharCode(c)) ? 1 : 0));

/** Whether a word means just its own letters. A loop: words are short, and calling a regular expression is not free. */
export function isPlain(text: string): boolean {
  for (let i = 0; i < text.length; i += 1) {
    const c = text.charCodeAt(i);
    if (c < 128 && IS_SPECIAL[c] === 1) return false;
  }
  return true;
}

/** What is read of a variable while scanning: its text, or undefined when its expansion needs the long way. */
export type ReadVariable = (name: string, quoted: boolean) => string | undefined;

/** The word's text, or undefined where the long way is needed: substitutions, braces, arrays, ANSI-C. */
export function scanned(text: string, home: string, read: ReadVariable): string | undefined {
  const { length } = text;
  const quote = text.charCodeAt(0);
  if (quote === 39 && text.indexOf("'", 1) === length - 1) return text.slice(1, -1);
  let out = '';
  let i = 0;
  if (quote === 126) {
    if (length > 1 && text.charCodeAt(1) !== 47) return undefined;
    out = home;
    i = 1;
  }
  let from = i;
  for (; i < length; i += 1) {
    const c = text.charCodeAt(i);
    if (c > 63 ? c !== 91 && c !== 92 && c !== 96 && c !== 123 : PLAIN_LOW[c] === 1) continue;
    if (from < i) out += text.slice(from, i);
    switch (c) {
      case 39: {
        const close = text.indexOf("'", i + 1);
        if (close < 0) return undefined;
        out += text.slice(i + 1, close);
        i = close;
        break;
      }
      case 34: {
        const close = doubleQuoted(text, i + 1, read);
        if (close === undefined) return undefined;
        out += close.text;
        i = close.end;
        break;
      }
      case 92:
        i += 1;
        if (i >= length) out += '\\';
        else if (text.charCodeAt(i) !== 10) out += text[i];
        break;
      case 36: {
        const name = variableName(text, i + 1);
        if (name === undefined) return undefined;
        const value = read(name.name, false);
        if (value === undefined) return undefined;
        out += value;
        i = name.end;
        break;
      }
      case 42:
        if (text.charCodeAt(i + 1) === 40) return undefined;
        out += STAR;
        break;
      case 63:
        if (text.charCodeAt(i + 1) === 40) return undefined;
        out += ONE;
        break;
      case 123:
        // `{}` is find's; any other brace may expand.
        if (text.charCodeAt(i + 1) !== 125) return undefined;
        out += '{}';
        i += 1;
        break;
      case 91:
        if (text.indexOf(']', i + 2) >= 0) return undefined;
        out += '[';
        break;
      default:
        return undefined;
    }
    from = i + 1;
  }
  if (from === 0) return text;
  return from < length ? out + text.slice(from) : out;
}

/** Characters below 64 that mean themselves. */
const PLAIN_LOW = Uint8Array.from({ length: 64 }, (_, c) =>
  '"\'$()*<>?'.includes(String.fromCharCode(c)) ? 0 : 1,
);

function doubleQuoted(
  text: string,
  start: number,
  read: ReadVariable,
): { text: string; end: number } | undefined {
  const closing = text.indexOf('"', start);
  if (closing < 0) return undefined;
  let out = '';
  let from = start;
  for (let i = start; i < text.length; i += 1) {
    const c = text.charCodeAt(i);
    if (c !== 34 && c !== 92 && c !== 36 && c !== 96) continue;
    if (from < i) out += text.slice(from, i);
    if (c === 34) return { text: out, end: i };
    if (c === 96) return undefined;
    if (c === 92) {
      const next = text.charCodeAt(i + 1);
      if (next === 34 || next === 36 || next === 92 || next === 96) {
        out += text[i + 1];
        i += 1;
      } else if (next === 10) i += 1;
      else out += '\\';
    } else {
      const name = variableName(text, i + 1);
      if (name !== undefined) {
        const value = read(name.name, true);
        if (value === undefined) return undefined;
        out += value;
        i = name.end;
      } else if (isLoneDollar(text.charCodeAt(i + 1))) out += '$';
      else return undefined;
    }
    from = i + 1;
  }
  return undefined;
}

/** A dollar before something that is no name stands for itself: before `"`, a space, `.`, `,`, `/`, `|` or the end. */
function isLoneDollar(next: number): boolean {
  return (
    next === 34 ||
    next === 32 ||
    Number.isNaN(next) ||
    next === 46 ||
    next === 44 ||
    next === 47 ||
    next === 124
  );
}

/** `$name`, `${name}` and the one-character parameters; `end` is the index of the last character. */
function variableName(text: string, from: number): { name: string; end: number } | undefined {
  const first = text.charCodeAt(from);
  if (first === 123) {
    const close = text.indexOf('}', from + 1);
    if (close < 0) return undefined;
    const name = text.slice(from + 1, close);
    return /^(?:[A-Za-z_]\w*|\d)$/.test(name) ? { name, end: close } : undefined;
  }
  let end = from;
  while (end < text.length && isNameCharacter(text.charCodeAt(end), end === from)) end += 1;
  if (end > from) return { name: text.slice(from, end), end: end - 1 };
  return (first >= 48 && first <= 57) ||
    first === 36 ||
    first === 33 ||
    first === 63 ||
    first === 35 ||
    first === 45
    ? { name: text[from] ?? '', end: from }
    : undefined;
}

function isNameCharacter(c: number, first: boolean): boolean {
  return (c >= 97 && c <= 122) || (c >= 65 && c <= 90) || c === 95 || (!first && c >= 48 && c <= 57);
}
