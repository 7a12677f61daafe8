/**
 * Rewrites of two neighbours in a pipe that choose or order lines: head, tail, sort, uniq.
 * They exist because the second program often only repeats or cuts what the first one did.
 * Invariant: a rule fires only on the forms it names; other options of the programs make it silent.
 */
import { flags, joined, literal, type Neighbours, operands, single } from './nodes.js';
import type { Proposal } from './rewrite.js';

export interface PipeRule {
  readonly code: string;
  readonly reason: string;
  match(pair: Neighbours): Proposal | undefined;
}

/** With a file to read, the status of the whole becomes that of the program that finds it missing. */
export function byInput(pair: Neighbours, files: number): Pick<Proposal, 'equivalence' | 'preconditions'> {
  return files === 0 || !pair.last
    ? { equivalence: 'exact' }
    : {
        equivalence: 'exit-code',
        preconditions: ['the exit status is that of the program that reads the file'],
      };
}

function numberOf(words: readonly { text: string }[], letter: string): number | undefined {
  const text = words.map((word) => word.text).join(' ');
  const found = new RegExp(`^-${letter} ?([1-9]\\d{0,8})$`).exec(text);
  return found ? Number(found[1]) : undefined;
}

function headLines(words: readonly { text: string }[]): number | undefined {
  const short = words.length === 1 ? /^-([1-9]\d{0,8})$/.exec(words[0]?.text ?? '') : null;
  return short ? Number(short[1]) : numberOf(words, 'n');
}

export const lineRules: readonly PipeRule[] = [
  {
    code: 'sort-uniq',
    reason: 'sort -u drops repeated lines while it sorts.',
    match(pair) {
      const { left, right } = pair;
      if (left.name !== 'sort' || right.name !== 'uniq' || right.words.length > 0) return undefined;
      if (flags(left).some((flag) => flag !== '-r') || !left.words.every(literal)) return undefined;
      const rest = left.words.map(({ text }) => ` ${text}`).join('');
      return {
        edits: [joined(pair, `sort -u${rest}`)],
        ...byInput(pair, left.words.length - flags(left).length),
      };
    },
  },
  {
    code: 'sort-sort',
    reason: 'The second sort orders the lines anew, ties included.',
    match(pair) {
      const { left, right } = pair;
      if (left.name !== 'sort' || right.name !== 'sort' || left.words.length > 0) return undefined;
      if (
        !right.words.every(({ text }) => /^-[nrhk]$|^-k\d+(,\d+)?[nr]*$|^\d+(,\d+)?$|^-[nr]{2}$/.test(text))
      )
        return undefined;
      return { edits: [{ start: left.node.pos, end: right.node.pos, text: '' }], equivalence: 'exact' };
    },
  },
  {
    code: 'grep-head',
    reason: 'grep -m stops reading after that many matches.',
    match(pair) {
      const { left, right } = pair;
      const lines = right.name === 'head' ? headLines(right.words) : undefined;
      if (left.name !== 'grep' || lines === undefined) return undefined;
      if (flags(left).some((flag) => !/^-[ivwxnEFh]+$/.test(flag)) || operands(left).length > 2)
        return undefined;
      if (!operands(left).every(single)) return undefined;
      const rest = left.words.map(({ text }) => ` ${text}`).join('');
      return {
        edits: [joined(pair, `grep -m ${lines}${rest}`)],
        equivalence: 'conditional',
        preconditions: ['the input is text', 'the exit status is not used: with no match grep answers 1'],
      };
    },
  },
  {
    code: 'head-head',
    reason: 'The smaller count wins.',
    match(pair) {
      const { left, right } = pair;
      const a = left.name === 'head' ? headLines(left.words) : undefined;
      const b = right.name === 'head' ? headLines(right.words) : undefined;
      if (a === undefined || b === undefined) return undefined;
      return { edits: [joined(pair, `head -n ${Math.min(a, b)}`)], equivalence: 'exact' };
    },
  },
  {
    code: 'line-by-number',
    reason: 'sed prints the line and stops reading there.',
    match(pair) {
      const { left, right } = pair;
      if (left.name !== 'tail' || right.name !== 'head' || headLines(right.words) !== 1) return undefined;
      const line = numberOf(left.words.slice(0, left.words[0]?.text === '-n' ? 2 : 1), 'n ?\\+');
      const [file, more] = left.words.slice(left.words[0]?.text === '-n' ? 2 : 1);
      if (line === undefined || more || (file && (!single(file) || file.text.startsWith('-'))))
        return undefined;
      const tail = file ? ` ${file.text}` : '';
      return { edits: [joined(pair, `sed -n '${line}{p;q}'${tail}`)], ...byInput(pair, file ? 1 : 0) };
    },
  },
  {
    code: 'line-range',
    reason: 'sed prints the range and stops reading at its end.',
    match(pair) {
      const { left, right } = pair;
      const last = left.name === 'head' ? headLines(left.words) : undefined;
      const first = right.name === 'tail' ? numberOf(right.words, 'n ?\\+') : undefined;
      if (last === undefined || first === undefined || first >= last) return undefined;
      return { edits: [joined(pair, `sed -n '${first},${last}p;${last}q'`)], equivalence: 'exact' };
    },
  },
];
