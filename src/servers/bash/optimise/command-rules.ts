/**
 * Rewrites of one command that reads further than it has to.
 * They exist because the rest of a long file is read for nothing.
 * Invariant: a rule fires only on one file that is named or on a pipe: what stays unread of a shared input would be another's.
 */
import { literal, type Plain } from './nodes.js';
import type { Proposal } from './rewrite.js';

const GNU = 'sed is GNU sed';

export interface CommandRule {
  readonly code: string;
  readonly reason: string;
  /** `fed`: its input is what the command before it in a pipe writes. */
  match(command: Plain, fed: boolean): Proposal | undefined;
}

function ownInput(word: Plain['words'][number] | undefined, fed: boolean): boolean {
  if (word === undefined) return fed;
  return !fed && literal(word) && !word.value.startsWith('-') && word.value !== '';
}

export const commandRules: readonly CommandRule[] = [
  {
    code: 'sed-early-quit',
    reason: 'sed stops reading after the last line it prints.',
    match({ name, words }, fed) {
      const [quiet, script, file, more] = words;
      if (
        name !== 'sed' ||
        quiet?.text !== '-n' ||
        !script ||
        !ownInput(file, fed) ||
        more ||
        !literal(script)
      )
        return undefined;
      const [, first, , last = first] = /^([1-9]\d{0,8})(,([1-9]\d{0,8}))?p$/.exec(script.value) ?? [];
      if (first === undefined || last === undefined || Number(last) < Number(first)) return undefined;
      // Q and not q: that one adds a newline where the last line has none.
      const text = first === last ? `'${first}{p;Q}'` : `'${first},${last}p;${last}Q'`;
      return {
        edits: [{ start: script.pos, end: script.end, text }],
        equivalence: 'exact',
        preconditions: [GNU],
      };
    },
  },
  {
    code: 'awk-early-exit',
    reason: 'awk stops reading after the line it prints.',
    match({ name, words }, fed) {
      const [script, file, more] = words;
      if (
        name !== 'awk' ||
        !script ||
        !ownInput(file, fed) ||
        file?.value.includes('=') ||
        more ||
        !literal(script)
      )
        return undefined;
      const line = /^NR ?== ?([1-9]\d{0,8})(?: ?{ ?print(?: \$0)? ?})?$/.exec(script.value)?.[1];
      if (line === undefined) return undefined;
      return {
        edits: [{ start: script.pos, end: script.end, text: `'NR == ${line} { print; exit }'` }],
        equivalence: 'exact',
      };
    },
  },
];
