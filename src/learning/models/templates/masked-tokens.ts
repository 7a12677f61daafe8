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

/** Marks of punctuation that separate names from values; each is a token of its own. */
const marks = '=:,;()[]{}"\'<>|';

const [other, space, mark, digit] = [0, 1, 2, 3];

/** What each ASCII character is to a token; a word with digits in it varies whole. */
const kinds = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  if (/\s/.test(character)) return space;
  return marks.includes(character) ? mark : /\d/.test(character) ? digit : other;
});

function kindOf(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code < 128 ? (kinds[code] ?? other) : /\s/.test(text.charAt(at)) ? space : other;
}

const anyDigit = /\d/;

/**
 * Identifiers, addresses, hosts with ports, times, dates and paths vary whole. Bounded repeats: linear on any text.
 * Each with a text without which it cannot match, because most lines hold few of these, and whether it needs a digit.
 */
const whole: readonly { readonly needs: string; readonly number: boolean; readonly pattern: RegExp }[] = [
  {
    needs: '-',
    number: false,
    pattern: /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi,
  },
  { needs: '://', number: false, pattern: /\b[a-z][a-z0-9+.-]{0,15}:\/\/[^\s"'<>)\]]+/gi },
  { needs: '.', number: true, pattern: /\b(?:\d{1,3}\.){3}\d{1,3}(?::\d+)?\b/g },
  { needs: ':', number: true, pattern: /\b[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,8}:\d{1,5}\b/gi },
  { needs: '', number: true, pattern: /\b\d+(?:[:.,/-]\d+)+\b/g },
  { needs: '/', number: false, pattern: /(?<![\w/])~?(?:\/[\w.@%+-]+){2,}\/?/g },
  {
    needs: '',
    number: true,
    pattern: /\b(?:0x)?(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{6,}\b/gi,
  },
];

/** Splits and masks. Linear in the length of the text. */
export function maskedTokens(text: string): Tokens {
  let masked = text;
  const numbers = anyDigit.test(text);
  for (const { needs, number, pattern } of whole)
    if ((numbers || !number) && masked.includes(needs)) masked = masked.replace(pattern, mask);
  const words: string[] = [];
  const spaced: boolean[] = [];
  let end = 0;
  while (end < masked.length) {
    let start = end;
    while (start < masked.length && kindOf(masked, start) === space) start++;
    if (start === masked.length) break;
    const apart = start > end;
    let varies = masked.startsWith(mask, start);
    if (varies) end = start + mask.length;
    else {
      let kind = kindOf(masked, start);
      end = start + 1;
      if (kind !== mark)
        for (; end <= masked.length; end++) {
          varies ||= kind === digit;
          if (end === masked.length) break;
          kind = kindOf(masked, end);
          if (kind === space || kind === mark) break;
        }
    }
    const word = varies ? mask : masked.slice(start, end);
    if (word === mask && words[words.length - 1] === mask) continue;
    if (words.length === longest) {
      if (words[longest - 1] !== mask) words[longest - 1] = mask;
      break;
    }
    words.push(word);
    spaced.push(apart);
  }
  return { words, spaced };
}

/** The tokens as text. */
export function written({ words, spaced }: Tokens): string {
  let text = '';
  for (const [i, word] of words.entries()) text += (i > 0 && spaced[i] ? ' ' : '') + word;
  return text;
}
