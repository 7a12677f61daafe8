/**
 * One look over a text before it is parsed: how deep it nests and what may stand in it.
 * It exists so that judgements which few commands need are skipped by all others.
 * Invariant: a mark that is missing is a promise; one that is set is only a hint.
 */

/** Holds an address or a process substitution. */
export const ADDRESSES = 1;
/** Holds a path through a `bin` directory. */
export const SHELL_PATHS = 2;
/** Holds more than printable ASCII, tabs and line ends. */
export const EXTRAORDINARY = 4;

export interface Survey {
  /** The deepest nesting of brackets, quotes not looked at: an upper bound on the parser's. */
  readonly depth: number;
  readonly marks: number;
}

/** Characters that change neither the depth nor the marks. */
const ORDINARY = Uint8Array.from({ length: 128 }, (_, c) =>
  c === 9 || c === 10 || (c > 31 && c < 127 && !'(){}`:/'.includes(String.fromCharCode(c))) ? 1 : 0,
);

const last = { depth: 0, marks: 0 };

/** The answer is overwritten by the next call: one object for all texts. */
export function survey(text: string): Survey {
  let depth = 0;
  let deepest = 0;
  let ticks = 0;
  let marks = 0;
  for (let i = 0; i < text.length; i += 1) {
    const c = text.charCodeAt(i);
    if (c < 128 && ORDINARY[c] === 1) continue;
    if (c > 126 || (c < 32 && c !== 10 && c !== 9)) marks |= EXTRAORDINARY;
    else if (c === 40 || c === 123) {
      depth += 1;
      if (depth > deepest) deepest = depth;
      if (c === 40 && i > 0 && text.charCodeAt(i - 1) === 60) marks |= ADDRESSES;
    } else if (c === 41 || c === 125) {
      if (depth > 0) depth -= 1;
    } else if (c === 96) ticks += 1;
    else if (c === 58) {
      if (text.charCodeAt(i + 1) === 47) marks |= ADDRESSES;
    } else if (c === 47 && text.charCodeAt(i + 1) === 98 && text.charCodeAt(i + 2) === 105)
      marks |= SHELL_PATHS;
  }
  last.depth = ticks > 256 ? ticks : deepest;
  last.marks = marks;
  return last;
}
