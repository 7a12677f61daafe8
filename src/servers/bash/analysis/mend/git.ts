/**
 * Safer forms of git's destructive subcommands that keep what was meant.
 * They exist because git has a gentle twin for nearly everything it forces.
 * Invariant: the safer form loses nothing that no commit or stash holds.
 */
import type { Finding, Fix } from '../answer.js';
import { after, drop, type Edit, fixOf, swap, type Typed, typed, without } from './words.js';

const GIT = /^git$/;

export function mendGit(source: string, finding: Finding): Fix | undefined {
  const words = typed(source, finding, GIT);
  if (!words) return undefined;
  const at = words.findIndex(
    ({ text }, i) => i > 0 && !text.startsWith('-') && !/^-[Cc]$/.test(words[i - 1]?.text ?? ''),
  );
  const sub = words[at];
  if (!sub) return undefined;
  const rest = words.slice(at + 1);
  const made = SAFER[sub.text]?.(source, sub, rest);
  return made && fixOf(source, made.edits, made.why);
}

interface Made {
  readonly edits: readonly Edit[];
  readonly why: string;
}

type Maker = (source: string, sub: Typed, rest: readonly Typed[]) => Made | undefined;

const STASHED = 'Puts the changes into the stash, where they can be had back.';
const REHEARSED = 'Shows what would happen; run again without it.';

const rehearsed =
  (option: string): Maker =>
  (_source, sub) => ({ edits: [after(sub, option)], why: REHEARSED });

const unforced: Maker = (source, _sub, rest) => {
  const edits = rest.flatMap((word) => without(source, word, /f/, /^--(?:force|discard-changes)$/) ?? []);
  return edits.length > 0 ? { edits, why: 'Refuses where uncommitted work would be lost.' } : undefined;
};

/** Everything from the subcommand on, replaced. */
function whole(sub: Typed, rest: readonly Typed[], text: string, why: string): Made {
  return { edits: [{ start: sub.start, end: rest.at(-1)?.end ?? sub.end, text }], why };
}

const SAFER: Readonly<Record<string, Maker>> = {
  reset(_source, sub, rest) {
    const hard = rest.find(({ text }) => text === '--hard');
    if (!hard) return undefined;
    const ref = rest.find(({ text }) => !text.startsWith('-') && text !== 'HEAD');
    return ref
      ? {
          edits: [swap(hard, '--keep')],
          why: 'Moves the branch, and refuses where uncommitted work would be lost.',
        }
      : whole(sub, rest, 'stash push', STASHED);
  },
  checkout(source, sub, rest) {
    if (rest.some(({ text }) => /^(?:-\w*f\w*|--force)$/.test(text))) return unforced(source, sub, rest);
    const dashes = rest.findIndex(({ text }) => text === '--');
    const before = dashes < 0 ? [] : rest.slice(0, dashes);
    const paths = dashes < 0 ? rest : rest.slice(dashes + 1);
    if (
      paths.length === 0 ||
      before.some(({ text }) => text !== 'HEAD') ||
      paths.some(({ text }) => text.startsWith('-'))
    )
      return undefined;
    if (dashes < 0 && paths.length > 1) return undefined;
    return whole(sub, rest, `stash push -- ${slice(source, paths)}`, STASHED);
  },
  restore(source, sub, rest) {
    if (rest.some(({ text }) => text.startsWith('-') && !/^(?:--|-W|--worktree|-q)$/.test(text)))
      return undefined;
    const paths = rest.filter(({ text }) => !text.startsWith('-'));
    return paths.length > 0 ? whole(sub, rest, `stash push -- ${slice(source, paths)}`, STASHED) : undefined;
  },
  switch: unforced,
  worktree: unforced,
  submodule: unforced,
  branch(_source, _sub, rest) {
    const option = rest.find(({ text }) => text === '-D');
    return option && { edits: [swap(option, '-d')], why: 'Deletes the branch only when it is merged.' };
  },
  stash(_source, sub, rest) {
    const [action, ...which] = rest;
    if (action?.text === 'clear') return whole(sub, rest, 'stash list', 'Shows what would be deleted.');
    return action?.text === 'drop' && which.length < 2
      ? { edits: [swap(action, 'show -p')], why: 'Shows what would be deleted.' }
      : undefined;
  },
  reflog(_source, _sub, [action]) {
    return action && { edits: [after(action, '--dry-run')], why: REHEARSED };
  },
  gc(source, _sub, rest) {
    const now = rest.filter(({ text }) => text.startsWith('--prune'));
    return now.length > 0
      ? {
          edits: now.map((word) => drop(source, word)),
          why: 'Keeps unreachable commits for the usual two weeks.',
        }
      : undefined;
  },
  prune: rehearsed('-n'),
  push: rehearsed('--dry-run'),
  rm: rehearsed('--dry-run'),
  'filter-repo': rehearsed('--dry-run'),
};

function slice(source: string, words: readonly Typed[]): string {
  return source.slice(words[0]?.start, words.at(-1)?.end);
}
