/**
 * Changes a JSON file's value and keeps the look its owner gave it: indentation, line ends, last newline, byte order mark.
 * It exists so that our entry is the only difference a reviewer sees.
 * Invariant: a text that is no plain JSON object is not parsed as one.
 */
const BOM = '\uFEFF';

export interface JsonText {
  readonly value: Readonly<Record<string, unknown>>;
  /** The file's text with another value. */
  write(value: unknown): string;
}

/** Undefined when the text is no JSON object. An empty text is an empty object in the usual look. */
export function readJsonText(text: string): JsonText | undefined {
  const mark = text.startsWith(BOM) ? BOM : '';
  const body = text.slice(mark.length);
  const empty = body.trim() === '';
  let value: unknown;
  try {
    value = empty ? {} : JSON.parse(body);
  } catch {
    return undefined;
  }
  if (!isObject(value)) return undefined;
  const indent = /^\s*\{[^\S\n]*\n([ \t]+)\S/.exec(body)?.[1] ?? '  ';
  const lineEnd = body.includes('\r\n') ? '\r\n' : '\n';
  const last = empty || body.endsWith('\n') ? lineEnd : '';
  return {
    value,
    write: (changed) => mark + JSON.stringify(changed, null, indent).replaceAll('\n', lineEnd) + last,
  };
}

/** Where a text stops being a JSON object, for whoever has to mend it: "line 3: …". */
export function jsonFault(text: string): string {
  const body = text.startsWith(BOM) ? text.slice(BOM.length) : text;
  try {
    JSON.parse(body);
    return 'line 1: it is no JSON object';
  } catch (error) {
    const { message } = error as SyntaxError;
    const at = Number(/at position (\d+)/.exec(message)?.[1] ?? body.trimEnd().length);
    const comment = /^\s*\/[/*]/m.test(body) ? ', which has no comments' : '';
    return `line ${body.slice(0, at).split('\n').length}: it is no JSON${comment}`;
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
