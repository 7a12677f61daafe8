/**
 * Rewrites inside one command: actions of find, lists of loops, substitutions.
 * They exist because a process for each file or each number is what makes commands slow.
 * Invariant: a rule fires only on the forms it names; other options make it silent.
 */
import type { CommandExpansionPart, For } from 'unbash';
import { literal, type Plain, plain, single } from './nodes.js';
import type { Proposal } from './rewrite.js';

export interface FindRule {
  readonly code: string;
  readonly reason: string;
  /** `from` is the index of `-exec` in the words, `inner` what stands between it and `\;`. */
  match(find: Plain, from: number, inner: readonly string[]): Proposal | undefined;
}

/** Programs that treat each operand by itself and print the same for one as for many. */
const separate = new Set([
  'rm',
  'chmod',
  'chown',
  'chgrp',
  'touch',
  'cat',
  'md5sum',
  'sha1sum',
  'sha256sum',
  'gzip',
  'xz',
  'bzip2',
  'ls',
  'stat',
]);

function actionEdit(find: Plain, from: number, text: string): Proposal['edits'] {
  const start = find.words[from];
  const last = find.words.at(-1);
  return start && last ? [{ start: start.pos, end: last.end, text }] : [];
}

/** Start paths as they are written; none: ".". */
function paths(find: Plain): string[] {
  const list: string[] = [];
  for (const word of find.words) {
    if (/^[-(!\\]/.test(word.text)) break;
    list.push(word.value);
  }
  return list;
}

const relative = (path: string) =>
  !path.startsWith('/') && !path.endsWith('/') && path !== '' && !path.startsWith('..');

export const findRules: readonly FindRule[] = [
  {
    code: 'find-exec-echo',
    reason: 'find prints names itself: no process a file.',
    match(find, from, inner) {
      if (inner.join(' ') !== 'echo {}' || paths(find).some((path) => path.startsWith('-'))) return undefined;
      return { edits: actionEdit(find, from, '-print'), equivalence: 'exact' };
    },
  },
  {
    code: 'find-exec-basename',
    reason: 'find prints the last part of a name itself: no process a file.',
    match(find, from, inner) {
      if (inner.join(' ') !== 'basename {}' || !paths(find).every(relative)) return undefined;
      return { edits: actionEdit(find, from, "-printf '%f\\n'"), equivalence: 'exact' };
    },
  },
  {
    code: 'find-exec-dirname',
    reason: 'find prints the directory of a name itself: no process a file.',
    match(find, from, inner) {
      if (inner.join(' ') !== 'dirname {}' || !paths(find).every(relative)) return undefined;
      return { edits: actionEdit(find, from, "-printf '%h\\n'"), equivalence: 'exact' };
    },
  },
  {
    code: 'find-exec-delete',
    reason: 'find deletes files itself: no process a file.',
    match(find, from, inner) {
      if (!/^rm -f {}$/.test(inner.join(' '))) return undefined;
      const words = find.words.slice(0, from).map(({ text }) => text);
      const at = words.indexOf('-type');
      if (words[at + 1] !== 'f' || words.some((text) => /^(-prune|-o|-or|-mount|-quit)$/.test(text)))
        return undefined;
      return {
        edits: actionEdit(find, from, '-delete'),
        equivalence: 'exit-code',
        preconditions: ['the exit status tells of files that could not be deleted'],
      };
    },
  },
  {
    code: 'find-exec-batch',
    reason: 'One process for many files, not one for each.',
    match(find, _, inner) {
      const [name, ...rest] = inner;
      if (name === undefined || rest.at(-1) !== '{}' || rest.filter((word) => word.includes('{}')).length > 1)
        return undefined;
      const options = rest.slice(0, -1);
      const grep = name === 'grep' && options.some((option) => /^-[A-Za-z]*[lhHq]/.test(option));
      if (name === 'ls' && !options.some((option) => /^-[A-Za-z]*d/.test(option))) return undefined;
      if (name === 'rm' && options.some((option) => /^-[A-Za-z]*[rRi]/.test(option))) return undefined;
      if (!separate.has(name) && !grep) return undefined;
      const last = find.words.at(-1);
      if (!last) return undefined;
      const sorted = name === 'ls';
      return {
        edits: [{ start: last.pos, end: last.end, text: '+' }],
        equivalence: sorted ? 'order' : 'exit-code',
        preconditions: [
          ...(sorted ? ['the order of the lines does not matter'] : []),
          'the exit status is not used: with + a failing program makes find fail',
        ],
      };
    },
  },
];

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

export const loopRules: readonly LoopRule[] = [
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
      if (!(from <= to)) return undefined;
      return {
        edits: [{ start: found.start, end: found.end, text: `{${from}..${to}}` }],
        equivalence: 'exact',
        preconditions: ['the shell is bash or zsh', 'IFS is as usual'],
      };
    },
  },
];

/** `$(cat file)` → `$(< file)`. */
export function catSubstitution(part: CommandExpansionPart): Proposal | undefined {
  const command = onlyCommand(part);
  const [file, more] = command?.words ?? [];
  if (command?.name !== 'cat' || !file || more || !single(file) || /^["']?-/.test(file.text))
    return undefined;
  if (!literal(file) && !/^"/.test(file.text)) return undefined;
  return {
    edits: [{ start: command.node.pos, end: command.node.end, text: `< ${file.text}` }],
    equivalence: 'exact',
    preconditions: ['the shell is bash, ksh or zsh'],
  };
}
