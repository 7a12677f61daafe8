/**
 * A line of text as tokens with what surely varies masked: the form in which lines are compared.
 * It exists apart from the grouping because the same few rules serve logs, commands and error messages of any source.
 * Invariant: no rule names a product; runs of masks are one mask, so values of several words do not change the length.
 */

/** Stands for anything. */
export const mask = '<*>';

export interface Tokens {
  readonly words: readonly string[];
  /** Whether a space stood before each word: to write the template as the line was written. */
  readonly spaced: readonly boolean[];
}

/** Most tokens of a line that are compared; the rest is one mask. */
const longest = 200;

/** Words, masks, and each mark of punctuation that separates names from values. */
const token = /<\*>|[^\s=:,;()[\]{}"'<>|]+|[=:,;()[\]{}"'<>|]/g;

/** Identifiers, addresses, hosts with ports, times, dates and paths vary whole. Bounded repeats: linear on any text. */
const whole: readonly RegExp[] = [
  /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi,
  /\b[a-z][a-z0-9+.-]{0,15}:\/\/[^\s"'<>)\]]+/gi,
  /\b(?:\d{1,3}\.){3}\d{1,3}(?::\d+)?\b/g,
  /\b[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,8}:\d{1,5}\b/gi,
  /\b\d+(?:[:.,/-]\d+)+\b/g,
  /(?<![\w/])~?(?:\/[\w.@%+-]+){2,}\/?/g,
  /\b(?:0x)?(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{6,}\b/gi,
];

/** A word with digits in it varies whole. */
const variable = /\d/;

/** Splits and masks. Linear in the length of the text. */
export function maskedTokens(text: string): Tokens {
  let masked = text;
  for (const pattern of whole) masked = masked.replace(pattern, mask);
  const words: string[] = [];
  const spaced: boolean[] = [];
  let end = 0;
  for (const match of masked.matchAll(token)) {
    const word = variable.test(match[0]) ? mask : match[0];
    const space = match.index > end;
    end = match.index + match[0].length;
    if (word === mask && words[words.length - 1] === mask) continue;
    if (words.length === longest) {
      if (words[longest - 1] !== mask) words[longest - 1] = mask;
      break;
    }
    words.push(word);
    spaced.push(space);
  }
  return { words, spaced };
}

/** The tokens as text. */
export function written({ words, spaced }: Tokens): string {
  let text = '';
  for (const [i, word] of words.entries()) text += (i > 0 && spaced[i] ? ' ' : '') + word;
  return text;
}
