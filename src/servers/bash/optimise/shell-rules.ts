/**
 * Rewrites of what the shell can do itself: lists of loops, substitutions of small programs.
 * They exist because a process for each round of a loop is what makes scripts slow.
 * Invariant: a rule fires only on the forms it names; what is only known later makes it conditional or silent.
 */
import type { CommandExpansionPart, For, Word } from 'unbash';
import { literal, type Plain, plain, single } from './nodes.js';
import type { Proposal } from './rewrite.js';

export interface LoopRule {
  readonly code: string;
  readonly reason: string;
  match(loop: For): Proposal | undefined;
}

/** The command inside `$(…)` or backquotes, when the word is nothing else and it is one plain command. */
function substituted(loop: For): { command: Plain; start: number; end: number } | undefined {
  const [word, more] = loop.wordlist ?? [];
  const part = word?.parts?.length === 1 ? word.parts[0] : undefined;
  if (!word || more || part?.type !== 'CommandExpansion') return undefined;
  const command = onlyCommand(part);
  return command && { command, start: word.pos, end: word.end };
}

export function onlyCommand(part: CommandExpansionPart): Plain | undefined {
  const statements = part.script?.commands ?? [];
  const statement = statements.length === 1 ? statements[0] : undefined;
  if (!statement || statement.background || part.script?.source !== undefined) return undefined;
  const { command } = statement;
  return command.type === 'Command' ? plain(command) : undefined;
}

/** Names and patterns that stand for at least one operand of cat each. */
const FILES = /^(?!-)[\w./*?+@:,-]+$/;

export const loopRules: readonly LoopRule[] = [
  {
    code: 'for-cat',
    reason: 'cat takes many files: one process, not one for each.',
    match(loop) {
      const words = loop.wordlist ?? [];
      const body = loop.body.commands;
      const only = body.length === 1 && !body[0]?.background ? body[0]?.command : undefined;
      const command = only?.type === 'Command' ? plain(only) : undefined;
      const [operand, more] = command?.words ?? [];
      if (command?.name !== 'cat' || more || !operand?.text.startsWith('"')) return undefined;
      if (variable(operand) !== loop.name.text || words.length === 0) return undefined;
      if (!words.every(({ text }) => FILES.test(text))) return undefined;
      return {
        edits: [{ start: loop.pos, end: loop.end, text: `cat ${words.map(({ text }) => text).join(' ')}` }],
        equivalence: 'conditional',
        preconditions: [
          ...(words.every(literal) ? [] : ['some name matches', 'no name begins with "-"']),
          'the output goes into none of the files',
          `${loop.name.text} is not used afterwards`,
          'the exit status is not used: of one cat it tells of every file',
        ],
      };
    },
  },
  {
    code: 'for-ls',
    reason: 'The shell lists names itself, and names with blanks stay whole.',
    match(loop) {
      const found = substituted(loop);
      if (
        found?.command.name !== 'ls' ||
        found.command.words.some(({ text }) => !/^[\w./-]*\*[\w./-]*$/.test(text) || text.startsWith('-'))
      )
        return undefined;
      const globs = found.command.words.map(({ text }) => text).join(' ');
      return {
        edits: [{ start: found.start, end: found.end, text: globs === '' ? '*' : globs }],
        equivalence: 'conditional',
        preconditions: [
          'some name matches',
          'no name holds a blank or a glob character',
          'no directory matches the pattern of ls',
        ],
      };
    },
  },
  {
    code: 'for-seq',
    reason: 'The shell counts itself: no process.',
    match(loop) {
      const found = substituted(loop);
      if (found?.command.name !== 'seq' || found.command.words.length > 2) return undefined;
      const numbers = found.command.words.map(({ text }) =>
        /^(?:0|[1-9]\d{0,5})$/.test(text) ? Number(text) : Number.NaN,
      );
      const [from, to] =
        numbers.length === 1
          ? [1, numbers[0] ?? Number.NaN]
          : [numbers[0] ?? Number.NaN, numbers[1] ?? Number.NaN];
      // In the first round `$?` would be that of seq.
      if (!(from <= to) || usesStatus(loop)) return undefined;
      return {
        edits: [{ start: found.start, end: found.end, text: `{${from}..${to}}` }],
        equivalence: 'exact',
        preconditions: ['the shell is bash or zsh', 'IFS is as usual: a newline is in it and no digit'],
      };
    },
  },
];

function usesStatus(loop: For): boolean {
  return JSON.stringify(loop.body, (key, value) => (key === 'parent' ? undefined : value)).includes('$?');
}

/** `$x`, `"$x"`, `"${x}"`: the name of the variable. */
function variable(word: Word | undefined): string | undefined {
  return /^"?\$(?:([A-Za-z_]\w*)|{([A-Za-z_]\w*)})"?$/
    .exec(word?.text ?? '')
    ?.slice(1)
    .find(Boolean);
}

export interface ExpansionRule {
  readonly code: string;
  readonly reason: string;
  /** `command` is all there is inside `$(…)`. */
  match(command: Plain, part: CommandExpansionPart, at: { start: number; end: number }): Proposal | undefined;
}

const INTEGER = /^(?:0|[1-9]\d{0,8})$/;

export const expansionRules: readonly ExpansionRule[] = [
  {
    code: 'cat-substitution',
    reason: 'The shell reads the file itself: no process.',
    match(command) {
      const [file, more] = command.words;
      if (command.name !== 'cat' || !file || more || !single(file) || /^["']?-/.test(file.text))
        return undefined;
      return {
        edits: [{ start: command.node.pos, end: command.node.end, text: `< ${file.text}` }],
        equivalence: 'conditional',
        preconditions: [
          'the shell is bash, ksh or zsh',
          'the file is no folder: of one cat answers 1',
          ...(literal(file) ? [] : ['the name is not empty, is not "-" and is no option of cat']),
        ],
      };
    },
  },
  {
    code: 'expr-arithmetic',
    reason: 'The shell calculates itself: no process.',
    match({ name, words }, _, { start, end }) {
      const [a, operator, b, more] = words;
      const sign = /^(?:[-+]|\\\*|'\*'|"\*")$/.exec(operator?.text ?? '')?.[0].replace(/[\\'"]/g, '');
      if (name !== 'expr' || !a || !b || more || sign === undefined) return undefined;
      const [left, right] = [a, b].map((word) => (INTEGER.test(word.text) ? word.text : variable(word)));
      if (left === undefined || right === undefined) return undefined;
      return {
        edits: [{ start, end, text: `$((${left} ${sign} ${right}))` }],
        equivalence: 'conditional',
        preconditions: [
          'the variables hold decimal integers without leading zeros',
          'the exit status is not used: expr answers 1 for the result 0',
        ],
      };
    },
  },
  {
    code: 'basename-expansion',
    reason: 'The shell takes the last part of a path itself: no process.',
    match: ({ name, words }, _, { start, end }) =>
      name === 'basename'
        ? cut(words, '##*/', start, end, 'the value is not empty and does not end in a slash')
        : undefined,
  },
  {
    code: 'dirname-expansion',
    reason: 'The shell takes the directory of a path itself: no process.',
    match: ({ name, words }, _, { start, end }) =>
      name === 'dirname'
        ? cut(words, '%/*', start, end, 'the value holds one slash in a row, not at its start or end')
        : undefined,
  },
];

function cut(
  words: readonly Word[],
  operator: string,
  start: number,
  end: number,
  precondition: string,
): Proposal | undefined {
  const [word, more] = words;
  const name = variable(word);
  if (!word || more || name === undefined || !word.text.startsWith('"')) return undefined;
  return {
    edits: [{ start, end, text: `\${${name}${operator}}` }],
    equivalence: 'conditional',
    preconditions: [precondition, 'the value does not end in a newline'],
  };
}
