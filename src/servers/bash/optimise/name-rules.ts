/**
 * Rewrites of pipes that carry names of files: from find or ls into xargs, grep or wc.
 * They exist because names hold blanks and newlines, and because a program for each name is slow.
 * Invariant: nothing here is called exact: names are anybody's.
 */
import type { PipeRule } from './line-rules.js';
import { joined, literal, type Plain, single } from './nodes.js';

/** Words of find that print or run something, or that what is added behind them would not follow. */
const ACTIONS =
  /^-(?:print.*|fprint.*|fls|ls|exec|execdir|ok|okdir|delete|o|or|quit|prune)$|^,$|^\\?[()]$|^['"][()]['"]$/;

function onlyLists({ name, words }: Plain): boolean {
  return name === 'find' && words.every(single) && !words.some(({ text }) => ACTIONS.test(text));
}

const ONE_BY_ONE: Readonly<Record<string, RegExp>> = {
  rm: /^-[fv]+$/,
  chmod: /^(?:[0-7]{3,4}|[ugoa]*[-+=][rwxX]+)$/,
  cat: /^(?!)/,
  md5sum: /^(?!)/,
  sha256sum: /^(?!)/,
  touch: /^(?!)/,
};

export const nameRules: readonly PipeRule[] = [
  {
    code: 'find-print0',
    reason: 'Names with spaces, quotes or newlines reach the program whole.',
    match(pair) {
      const { left, right } = pair;
      if (left.name !== 'find' || right.name !== 'xargs' || !left.words.every(single)) return undefined;
      if (
        left.words.some(({ text }) =>
          /^-(print0|printf|ls|exec|execdir|ok|okdir|delete|fprint.*|o|or)$|^[,(]|^\\\(/.test(text),
        )
      )
        return undefined;
      if (right.words.some(({ text }) => /^-(0|d|I|i|L|l|E|e|a|-.*)/.test(text))) return undefined;
      const last = left.words.at(-1);
      const print =
        last?.text === '-print'
          ? { start: last.pos, end: last.end, text: '-print0' }
          : { start: left.node.end, end: left.node.end, text: ' -print0' };
      const name = right.node.name;
      if (!name) return undefined;
      return {
        edits: [print, { start: name.end, end: name.end, text: ' -0' }],
        equivalence: 'conditional',
        preconditions: [
          'no name holds a blank, a quote or a backslash (with one, only the new form is right)',
        ],
      };
    },
  },
  {
    code: 'ls-grep',
    reason: 'The shell matches names itself, and names with newlines stay whole.',
    match(pair) {
      const { left, right } = pair;
      const [pattern, more] = right.words;
      if (
        left.name !== 'ls' ||
        left.words.length > 0 ||
        right.name !== 'grep' ||
        !pattern ||
        more ||
        !literal(pattern)
      )
        return undefined;
      const suffix = /^\\\.([A-Za-z0-9]+)\$$/.exec(pattern.value);
      const prefix = /^\^([A-Za-z0-9_]+)$/.exec(pattern.value);
      const glob = suffix ? `*.${suffix[1]}` : prefix ? `${prefix[1]}*` : undefined;
      if (glob === undefined) return undefined;
      return {
        edits: [joined(pair, `printf '%s\\n' ${glob}`)],
        equivalence: 'conditional',
        preconditions: ['some name matches', 'no name holds a newline', 'the exit status is not used'],
      };
    },
  },
  {
    code: 'xargs-one-by-one',
    reason: 'One process for many names, not one for each.',
    match(pair) {
      const { left, right } = pair;
      if (right.name !== 'xargs' || left.name !== 'find' || left.words[0]?.text.startsWith('-'))
        return undefined;
      const at = right.words.findIndex(({ text }) => /^-n1?$/.test(text));
      const flag = right.words[at];
      const value = right.words[at + 1];
      if (!flag || right.words.slice(0, at).some(({ text }) => !/^-(?:0|r|0r|r0)$/.test(text)))
        return undefined;
      const end = flag.text === '-n1' ? flag : value?.text === '1' ? value : undefined;
      if (!end) return undefined;
      const [program, ...options] = right.words.slice(right.words.indexOf(end) + 1);
      const allowed = ONE_BY_ONE[program?.text ?? ''];
      if (!program || !allowed || !options.every((word) => literal(word) && allowed.test(word.value)))
        return undefined;
      return {
        edits: [{ start: flag.pos, end: program.pos, text: '' }],
        equivalence: 'conditional',
        preconditions: ['no name begins with a dash once xargs has split it'],
      };
    },
  },
  {
    code: 'find-count',
    reason: 'A character for each file is less to write, and names with newlines count once.',
    match(pair) {
      const { left, right } = pair;
      if (
        !onlyLists(left) ||
        right.name !== 'wc' ||
        right.words.length !== 1 ||
        right.words[0]?.text !== '-l'
      )
        return undefined;
      return {
        edits: [
          { start: left.node.end, end: left.node.end, text: ' -printf .' },
          { start: right.node.pos, end: right.node.end, text: 'wc -c' },
        ],
        equivalence: 'conditional',
        preconditions: [
          'find is GNU find',
          'no name holds a newline (with one, only the new form counts right)',
        ],
      };
    },
  },
  {
    code: 'find-grep',
    reason: 'find chooses by name itself.',
    match(pair) {
      const { left, right } = pair;
      const [pattern, more] = right.words;
      if (!onlyLists(left) || right.name !== 'grep' || !pattern || more || !literal(pattern))
        return undefined;
      const suffix = /^\\\.([A-Za-z0-9]+)\$$/.exec(pattern.value)?.[1];
      if (suffix === undefined) return undefined;
      return {
        edits: [{ start: left.node.end, end: right.node.end, text: ` -name '*.${suffix}'` }],
        equivalence: 'conditional',
        preconditions: [
          'no name holds a newline',
          'the exit status is not used: with no match grep answers 1',
        ],
      };
    },
  },
];
