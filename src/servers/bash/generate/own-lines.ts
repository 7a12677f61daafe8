/**
 * How likely a line that this team ran is what a request asks for.
 * It exists so that "run the unit tests" finds `npm run test:unit`, and a chance word in common pushes nothing wrong first.
 * Invariant: a line that lacks a value the request names is never likelier than not.
 */
import { type Request, stem } from './request.js';

export interface OwnLine {
  readonly command: string;
  /** How often it ran, and how often it failed. */
  readonly count: number;
  readonly failed: number;
}

/** Words that say how a request is put, not what it is about. */
const empty = new Set(
  'a an the all any each every of in on at to from for with by and or as is are be that this it its me my our please i want need how do can you we then file folder directory command line show list print display find get run start make use execute give let us which what where there'
    .split(' ')
    .map(stem),
);

/** Probability of a line that has all words of the request and all its values. */
const fullMatch = 0.9;
/** What a line with another value than the request's is worth. */
const otherValue = 0.3;
/** Below this a line says nothing. */
const least = 0.2;

function tokens(text: string): Set<string> {
  return new Set((text.toLowerCase().match(/[a-z][a-z0-9]*|[0-9]+/g) ?? []).map(stem));
}

/** Lines with their probabilities, likeliest first; those that match too little are left out. */
export function ownLines(
  { words, slots }: Request,
  lines: readonly OwnLine[],
): { command: string; p: number }[] {
  const asked = new Set(words.filter((word) => !word.startsWith('<') && !empty.has(word)));
  const wanted = asked.size + slots.length;
  if (wanted === 0) return [];
  return lines
    .map(({ command, count, failed }) => {
      const has = tokens(command);
      let met = 0;
      for (const word of asked) if (has.has(word)) met++;
      const values = slots.filter(({ value }) => command.includes(value)).length;
      const share = (met + values) / wanted;
      const ran = (count - failed + 1) / (count + 2);
      const p = fullMatch * share ** 2 * Math.sqrt(Math.max(ran, 0.25));
      return { command, p: values < slots.length ? p * otherValue : p };
    })
    .filter(({ p }) => p >= least)
    .sort((a, b) => b.p - a.p);
}
