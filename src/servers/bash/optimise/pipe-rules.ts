/**
 * Rewrites of two neighbours in a pipe.
 * They exist because a process and a copy of the data is saved where one program can do the work of two.
 * Invariant: a rule fires only on the forms it names; other options of the programs make it silent.
 */
import { byInput, lineRules, type PipeRule } from './line-rules.js';
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
/** A substitution that looks at one line alone, and whose meaning does not change beside another one. */
const plainSubstitution = /^s\/((?:[^/\\\n&]|\\[.[\]*^$+?(){}|/])+)\/((?:[^/\\\n])*)\/g?$/;

export const pipeRules: readonly PipeRule[] = [
  ...lineRules,
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
    code: 'cat-between',
    reason: 'cat only copies from one pipe into the next.',
    match(pair) {
      if (pair.right.name !== 'cat' || pair.right.words.length > 0 || pair.last) return undefined;
      return {
        edits: [{ start: pair.left.node.end, end: pair.right.node.end, text: '' }],
        equivalence: 'exact',
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
    code: 'sed-sed',
    reason: 'One sed can run both substitutions in one pass.',
    match(pair) {
      const { left, right } = pair;
      if (left.name !== 'sed' || right.name !== 'sed' || right.words.length !== 1) return undefined;
      const [first, file, more] = left.words;
      const second = right.words[0];
      if (!first || !second || more || (file && (!single(file) || file.text.startsWith('-'))))
        return undefined;
      if (!literal(first) || !literal(second)) return undefined;
      if (!plainSubstitution.test(first.value) || !plainSubstitution.test(second.value)) return undefined;
      const tail = file ? ` ${file.text}` : '';
      return {
        edits: [joined(pair, `sed -e ${first.text} -e ${second.text}${tail}`)],
        ...byInput(pair, file ? 1 : 0),
      };
    },
  },
  {
    code: 'wc-field',
    reason: 'Read from standard input, wc prints the number alone.',
    match(pair) {
      const { left, right } = pair;
      const [flag, file, more] = left.words;
      if (left.name !== 'wc' || !/^-[lc]$/.test(flag?.text ?? '') || !file || more || !single(file))
        return undefined;
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
      return {
        edits: [
          { start: left.node.pos, end: right.node.pos, text: '' },
          { start: right.node.end, end: right.node.end, text: ` <<< ${word.text}` },
        ],
        equivalence: 'exact',
        preconditions: ['the shell is bash'],
      };
    },
  },
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
    code: 'sed-tr',
    reason: 'tr replaces single characters without a regular expression.',
    match(pair) {
      const script = pair.right.words[0];
      if (pair.right.name !== 'sed' || pair.right.words.length !== 1 || !script || !literal(script))
        return undefined;
      const found = /^s\/([A-Za-z0-9,:;_])\/([A-Za-z0-9,:;_])\/g$/.exec(script.value);
      if (!found) return undefined;
      const { pos: start, end } = pair.right.node;
      return { edits: [{ start, end, text: `tr '${found[1]}' '${found[2]}'` }], equivalence: 'exact' };
    },
  },
];
