/**
 * Brace expansion on the text of a word: `{a,b}`, `{1..3}`, nested and several.
 * It exists because `r{m,} -rf` names a program only after it.
 * Invariant: at most 64 alternatives; more or anything odd yields undefined, and the word is unknown.
 */

const LIMIT = 64;

export function braces(text: string): string[] | undefined {
  if (text.length > 1024) return undefined;
  const open = firstBrace(text);
  if (open === undefined) return [text];
  const close = closing(text, open);
  if (close === undefined) return [text];
  const head = text.slice(0, open);
  const inner = text.slice(open + 1, close);
  const options = sequence(inner) ?? alternatives(inner);
  if (options === undefined) return undefined;
  const tails = braces(text.slice(close + 1));
  if (tails === undefined) return undefined;
  if (options.length === 0) return tails.map((tail) => `${head}{${inner}}${tail}`);
  const made: string[] = [];
  for (const option of options) {
    const inside = braces(option);
    if (inside === undefined) return undefined;
    for (const one of inside) for (const tail of tails) made.push(head + one + tail);
    if (made.length > LIMIT) return undefined;
  }
  return made;
}

function firstBrace(text: string): number | undefined {
  let quote = '';
  for (let i = 0; i < text.length; i += 1) {
    const c = text[i];
    if (quote !== '') {
      if (c === quote) quote = '';
      else if (c === '\\' && quote === '"') i += 1;
    } else if (c === '"' || c === "'") quote = c;
    else if (c === '\\') i += 1;
    else if (c === '{' && text[i - 1] !== '$') return i;
  }
  return undefined;
}

function closing(text: string, open: number): number | undefined {
  let depth = 0;
  for (let i = open; i < text.length; i += 1) {
    if (text[i] === '{') depth += 1;
    else if (text[i] === '}') {
      depth -= 1;
      if (depth === 0) return i;
    }
  }
  return undefined;
}

/** Top-level alternatives; empty when there is no comma, and the braces are literal. */
function alternatives(inner: string): string[] {
  const found: string[] = [];
  let depth = 0;
  let from = 0;
  for (let i = 0; i < inner.length; i += 1) {
    const c = inner[i];
    if (c === '{') depth += 1;
    else if (c === '}') depth -= 1;
    else if (c === ',' && depth === 0) {
      found.push(inner.slice(from, i));
      from = i + 1;
    }
  }
  return found.length === 0 ? [] : [...found, inner.slice(from)];
}

function sequence(inner: string): string[] | undefined {
  const range = /^(-?\w+)\.\.(-?\w+)(?:\.\.(-?\d+))?$/.exec(inner);
  if (!range) return undefined;
  const [, from = '', to = '', by] = range;
  const letters = from.length === 1 && to.length === 1 && /[A-Za-z]/.test(from + to);
  const first = letters ? from.charCodeAt(0) : Number(from);
  const last = letters ? to.charCodeAt(0) : Number(to);
  if (!Number.isSafeInteger(first) || !Number.isSafeInteger(last)) return [];
  const step = Math.max(1, Math.abs(Number(by ?? 1))) * (first <= last ? 1 : -1);
  const made: string[] = [];
  for (let n = first; first <= last ? n <= last : n >= last; n += step) {
    // A long range is shown by its first names: they differ in nothing that matters.
    if (made.length >= 8) break;
    made.push(letters ? String.fromCharCode(n) : String(n));
  }
  return made;
}
