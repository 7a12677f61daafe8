/**
 * Rewrites of two neighbours in a pipe.
 * They exist because a process and a copy of the data is saved where one program can do the work of two.
 * Invariant: a rule fires only on the forms it names; other options of the programs make it silent.
 */
import { lineRules, type PipeRule } from './line-rules.js';
import { mergeRules } from './merge-rules.js';
import { nameRules } from './name-rules.js';
import { flags, joined, literal, operands, single } from './nodes.js';

const externals = new Set([
  'grep',
  'sed',
  'awk',
  'wc',
  'tr',
  'cut',
  'sort',
  'base64',
  'md5sum',
  'sha1sum',
  'sha256sum',
  'bc',
  'xxd',
  'od',
  'rev',
  'tac',
  'jq',
]);
const readers = new Set([
  'grep',
  'wc',
  'sort',
  'head',
  'tail',
  'cut',
  'awk',
  'sed',
  'tr',
  'uniq',
  'rev',
  'nl',
  'fold',
  'md5sum',
  'sha256sum',
  'base64',
  'jq',
]);
export const pipeRules: readonly PipeRule[] = [
  ...lineRules,
  ...mergeRules,
  ...nameRules,
  {
    code: 'cat-into-reader',
    reason: 'The program can read the file itself: one process and one copy of the data less.',
    match(pair) {
      const [file, more] = pair.left.words;
      if (pair.left.name !== 'cat' || pair.fed || !file || more || !single(file) || /^["']?-/.test(file.text))
        return undefined;
      if (!readers.has(pair.right.name)) return undefined;
      return {
        edits: [
          { start: pair.left.node.pos, end: pair.right.node.pos, text: '' },
          { start: pair.right.node.end, end: pair.right.node.end, text: ` < ${file.text}` },
        ],
        equivalence: 'conditional',
        preconditions: ['the file can be read'],
      };
    },
  },
  {
    code: 'grep-count',
    reason: 'grep -c counts the lines itself.',
    match(pair) {
      const { left, right } = pair;
      if (
        left.name !== 'grep' ||
        right.name !== 'wc' ||
        right.words.length !== 1 ||
        right.words[0]?.text !== '-l'
      )
        return undefined;
      if (flags(left).some((flag) => !/^-[ivwxEF]+$/.test(flag)) || operands(left).length > 2)
        return undefined;
      if (!operands(left).every(single)) return undefined;
      const rest = left.words.map(({ text }) => ` ${text}`).join('');
      return {
        edits: [joined(pair, `grep -c${rest}`)],
        equivalence: 'conditional',
        preconditions: [
          'the input is text',
          'the file can be read',
          'the exit status is not used: with no match grep answers 1',
        ],
      };
    },
  },
  {
    code: 'wc-field',
    reason: 'Read from standard input, wc prints the number alone.',
    match(pair) {
      const { left, right } = pair;
      const [flag, file, more] = left.words;
      if (left.name !== 'wc' || !/^-[lc]$/.test(flag?.text ?? '') || !file || more || !literal(file))
        return undefined;
      if (file.value.startsWith('-')) return undefined;
      const program = right.words.map(({ value }) => value).join(' ');
      if (
        !(right.name === 'awk' && /^\{ ?print \$1;? ?\}$/.test(program)) &&
        !(right.name === 'cut' && /^-d ? ?-f ?1$/.test(program))
      )
        return undefined;
      return {
        edits: [joined(pair, `wc ${flag?.text} < ${file.text}`)],
        equivalence: pair.last ? 'exit-code' : 'exact',
        preconditions: pair.last ? ['the exit status is that of the program that reads the file'] : [],
      };
    },
  },
  {
    code: 'echo-into',
    reason: 'A here-string needs no process that writes.',
    match(pair) {
      const { left, right } = pair;
      const [word, more] = left.words;
      if (left.name !== 'echo' || pair.fed || !pair.last || !word || more || !externals.has(right.name))
        return undefined;
      if (!single(word) || /^["']?-|[\\!]/.test(word.text) || !right.words.every(literal)) return undefined;
      // `"${x:=1}"` and `"$((i++))"` change the shell when it is not a child that expands them.
      if (/\$\(\(|\${[^}]*[^\w}]|`/.test(word.text)) return undefined;
      const mayBeOption = /^"?\$/.test(word.text);
      return {
        edits: [
          { start: left.node.pos, end: right.node.pos, text: '' },
          { start: right.node.end, end: right.node.end, text: ` <<< ${word.text}` },
        ],
        equivalence: mayBeOption ? 'conditional' : 'exact',
        preconditions: [
          'the shell is bash, with xpg_echo off',
          ...(mayBeOption ? ['the value is no option of echo (-n, -e, -E)'] : []),
        ],
      };
    },
  },
];
