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

/** sort compares as the locale does, uniq byte by byte. */
const TELLS_APART = 'the locale tells different lines apart, as C and C.UTF-8 do';

function withPrecondition(
  { equivalence, preconditions = [] }: Pick<Proposal, 'equivalence' | 'preconditions'>,
  more: string,
): Pick<Proposal, 'equivalence' | 'preconditions'> {
  return { equivalence, preconditions: [...preconditions, more] };
}

/**
 * For rules whose new form reads less: a pipe that feeds them is theirs alone, a file is opened anew; an input that the
 * shell handed on may be read by others afterwards.
 */
export function readingLess(
  pair: Neighbours,
  files: number,
): Pick<Proposal, 'equivalence' | 'preconditions'> {
  return pair.fed || files > 0
    ? byInput(pair, files)
    : { equivalence: 'conditional', preconditions: ['nothing reads the same input afterwards'] };
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
        ...withPrecondition(byInput(pair, left.words.length - flags(left).length), TELLS_APART),
      };
    },
  },
  {
    code: 'sort-unique-twice',
    reason: 'sort -u sorts and drops repeated lines at once.',
    match(pair) {
      const { left, right } = pair;
      const first = left.words.map(({ text }) => text).join(' ');
      const second = right.words.map(({ text }) => text).join(' ');
      const again = right.name === 'sort' && left.name === 'sort' && first === '' && second === '-u';
      const twice = right.name === 'uniq' && left.name === 'sort' && first === '-u' && second === '';
      if (!again && !twice) return undefined;
      return {
        edits: [joined(pair, 'sort -u')],
        equivalence: 'exact',
        preconditions: twice ? [TELLS_APART] : [],
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
        !right.words.every(({ text }) =>
          /^-[nrh]$|^-k$|^-k\d+(,\d+)?[nr]*$|^\d+(,\d+)?$|^-[nr]{2}$/.test(text),
        )
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
      return { edits: [joined(pair, `head -n ${Math.min(a, b)}`)], ...readingLess(pair, 0) };
    },
  },
  {
    // Q and not q: that one adds a newline where the last line has none.
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
      return {
        edits: [joined(pair, `sed -n '${line}{p;Q}'${tail}`)],
        ...withPrecondition(readingLess(pair, file ? 1 : 0), 'sed is GNU sed'),
      };
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
      return {
        edits: [joined(pair, `sed -n '${first},${last}p;${last}Q'`)],
        ...withPrecondition(readingLess(pair, 0), 'sed is GNU sed'),
      };
    },
  },
];
