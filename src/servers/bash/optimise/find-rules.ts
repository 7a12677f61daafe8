/**
 * Rewrites of find's actions: what runs a program for each file.
 * They exist because a process for each file is what makes commands slow.
 * Invariant: a rule fires only on the forms it names; other options make it silent.
 */
import { literal, type Plain } from './nodes.js';
import type { Proposal } from './rewrite.js';

export interface FindRule {
  readonly code: string;
  readonly reason: string;
  /** `from` is the index of `-exec` in the words, `inner` what stands between it and `\;`. */
  match(find: Plain, from: number, inner: readonly string[]): Proposal | undefined;
}

/**
 * Programs that treat each operand by itself and print the same for one as for many, with the options that keep it so:
 * `cat -n` counts on, `ls -l` aligns columns, `gzip -l` adds up.
 */
const SEPARATE: Readonly<Record<string, RegExp>> = {
  rm: /^-[fv]+$/,
  chmod: /^(?:-[cfv]+|[0-7]{3,4}|[ugoa]*[-+=][rwxXst]*(?:,[ugoa]*[-+=][rwxXst]*)*)$/,
  chown: /^(?:-[cfvh]+|[\w.$:-]+)$/,
  chgrp: /^(?:-[cfvh]+|[\w.$-]+)$/,
  touch: /^(?:-[acmh]+|-d|-t|-r|[\w.:+ /@-]+)$/,
  cat: /^-u$/,
  md5sum: /^--tag$/,
  sha1sum: /^--tag$/,
  sha256sum: /^--tag$/,
  gzip: /^-[nNkf1-9]+$/,
  xz: /^-[kf0-9T]+$/,
  bzip2: /^-[kf1-9]+$/,
  ls: /^-[1d]+$/,
  sed: /^(?:-i(?:\.\w+)?|-[Er]|s(.)(?:(?!\1|\\)[^\n]|\\[^\n])*\1(?:(?!\1|\\)[^\n]|\\[^\n])*\1[gI\d]*)$/,
  stat: /^(?:-[Lc]|--printf=.*|--format=.*|[^-].*)$/s,
};
const CHANGES = new Set(['rm', 'chmod', 'chown', 'chgrp', 'touch', 'gzip', 'xz', 'bzip2', 'sed']);
/** Tests that what is done to one file can change for the next: of another name of the same file, of a folder below. */
const AFFECTED =
  /^-(?:links|samefile|empty|newer.*|anewer|cnewer|[acm]min|[acm]time|perm|readable|writable|executable|size|used|user|group|uid|gid|nouser|nogroup|inum)$/;
/** Their output would come between, or what they decide would come too late. */
const PRINTS = /^-(?:print|print0|printf|ls|exec|execdir|ok|okdir|delete)$/;

function actionEdit(find: Plain, from: number, text: string): Proposal['edits'] {
  const start = find.words[from];
  const last = find.words.at(-1);
  return start && last ? [{ start: start.pos, end: last.end, text }] : [];
}

function starts(find: Plain): Plain['words'] {
  const end = find.words.findIndex(({ text }) => /^[-(!\\'"]/.test(text) && /^[\\'"]*[-(!]/.test(text));
  return end < 0 ? find.words : find.words.slice(0, end);
}

/** `basename` and `%f` agree on `a/b`, not on `a/`, `a//b` or what is only known later. */
const PLAIN_PATH = /^(?:[\w.+][\w.+-]*\/)*[\w.+][\w.+-]*$/;

/** Only plain files, whatever the order: `-type f` stands before the action and nothing turns it around. */
function onlyFiles(before: readonly string[]): boolean {
  const at = before.indexOf('-type');
  return at >= 0 && before[at + 1] === 'f' && !isTurned(before);
}

/** Of any type, chosen by their names: without a name the start, a folder, would be among them. */
function onlyNamed(before: readonly string[]): boolean {
  return before.some((text) => /^-i?name$/.test(text)) && !before.includes('-type') && !isTurned(before);
}

/** Whether something stands before the action that changes what a test says, or how far find goes. */
function isTurned(before: readonly string[]): boolean {
  return before.some((text) =>
    /^(?:\\?!|-not|-o|-or|,|[\\'"]?\(['"]?|-prune|-quit|-mount|-L|-H|-follow)$/.test(text),
  );
}

export const findRules: readonly FindRule[] = [
  {
    code: 'find-exec-echo',
    reason: 'find prints names itself: no process a file.',
    match(find, from, inner) {
      if (inner.join(' ') !== 'echo {}') return undefined;
      return {
        edits: actionEdit(find, from, '-print'),
        equivalence: 'exact',
        preconditions: ['the output is no terminal, where find quotes unusual names'],
      };
    },
  },
  ...(
    [
      ['basename', '%f', 'the last part of a name'],
      ['dirname', '%h', 'the directory of a name'],
    ] as const
  ).map(
    ([program, format, what]): FindRule => ({
      code: `find-exec-${program}`,
      reason: `find prints ${what} itself: no process a file.`,
      match(find, from, inner) {
        if (inner.join(' ') !== `${program} {}`) return undefined;
        if (!starts(find).every((word) => literal(word) && PLAIN_PATH.test(word.value))) return undefined;
        return {
          edits: actionEdit(find, from, `-printf '${format}\\n'`),
          equivalence: 'exact',
          preconditions: ['find is GNU find', 'the output is no terminal, where find quotes unusual names'],
        };
      },
    }),
  ),
  {
    code: 'find-exec-delete',
    reason: 'find deletes files itself: no process a file.',
    match(find, from, inner) {
      if (!/^rm -f {}$/.test(inner.join(' '))) return undefined;
      const before = find.words.slice(0, from).map(({ text }) => text);
      if (!onlyFiles(before) || before.some((text) => PRINTS.test(text) || AFFECTED.test(text)))
        return undefined;
      return {
        edits: actionEdit(find, from, '-delete'),
        equivalence: 'exit-code',
        preconditions: [
          'the exit status is not used: with -delete it tells of files that could not be deleted',
        ],
      };
    },
  },
  {
    code: 'find-exec-batch',
    reason: 'One process for many files, not one for each.',
    match(find, from, inner) {
      const [name = '', ...rest] = inner;
      if (rest.at(-1) !== '{}' || rest.some((word, i) => word.includes('{}') && i < rest.length - 1))
        return undefined;
      const options = rest.slice(0, -1);
      const before = find.words.slice(0, from).map(({ text }) => text);
      const grep = name === 'grep' ? separateGrep(options) : undefined;
      const allowed = SEPARATE[name];
      if (name === 'grep' ? !grep : !allowed || !options.every((option) => allowed.test(option)))
        return undefined;
      if (name === 'ls' && !options.some((option) => option.includes('d')) && !onlyFiles(before))
        return undefined;
      if (name === 'sed' && !options.some((option) => option.startsWith('-i'))) return undefined;
      if (before.some((text) => PRINTS.test(text))) return undefined;
      // rm without -r takes no folder: where none is found, what is found is what `-type f` finds, and links.
      const anyType = name === 'rm' && onlyNamed(before);
      if (
        CHANGES.has(name) &&
        ((!onlyFiles(before) && !anyType) || before.some((text) => AFFECTED.test(text)))
      )
        return undefined;
      const program = find.words[from + 1];
      const last = find.words.at(-1);
      if (!last || !program) return undefined;
      const sorted = name === 'ls';
      return {
        edits: [
          ...(grep === 'unnamed' ? [{ start: program.end, end: program.end, text: ' -h' }] : []),
          { start: last.pos, end: last.end, text: '+' },
        ],
        equivalence: sorted ? 'order' : anyType ? 'conditional' : 'exit-code',
        preconditions: [
          ...(sorted ? ['the order of the lines does not matter'] : []),
          ...(anyType ? ['no folder is among what is found'] : []),
          'the exit status is not used: with + a failing program makes find fail',
        ],
      };
    },
  },
];

/** `grep -l x`: one pattern. `named`: names are printed always or never; `unnamed`: they would be with many files. */
function separateGrep(options: readonly string[]): 'named' | 'unnamed' | undefined {
  const dashed = options.filter((option) => option.startsWith('-'));
  if (options.length - dashed.length !== 1 || options.at(-1)?.startsWith('-')) return undefined;
  if (!dashed.every((option) => /^-[lLhHqinvwxEFosc]+$/.test(option))) return undefined;
  return dashed.some((option) => /[lLhHq]/.test(option)) ? 'named' : 'unnamed';
}
