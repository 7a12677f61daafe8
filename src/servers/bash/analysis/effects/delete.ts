/**
 * What it weighs to delete something: the place, how much of it, and whether it can be had back.
 * It exists so that `rm`, `find -delete`, `rsync --delete` and `shutil.rmtree` are judged alike.
 * Invariant: only what tools rebuild, what is temporary or what git holds is less than dangerous when taken recursively.
 */
import type { Fix } from '../answer.js';
import { BLOCKED, CAUTION, DANGEROUS, type Machine, type Span } from '../machine.js';
import { gitHolds, gitHoldsAllHere } from '../targets/git-tree.js';
import { isGuard, isRebuildable } from '../targets/names.js';
import { followed } from '../targets/path.js';
import { type Placed, placed } from '../targets/place.js';
import { ANY, type Field, isDynamic, type Selection, STAR, shown } from '../words/field.js';

export interface Deletion {
  readonly recursive: boolean;
  /** Overwritten first: nothing brings it back. */
  readonly shredded?: boolean;
  readonly span: Span;
}

export function deleted(machine: Machine, field: Field, { recursive, shredded, span }: Deletion): void {
  const { text, selection } = field;
  if (selection && (isDynamic(text) || text === '{}')) {
    deletedSelection(machine, selection, recursive, span);
    return;
  }
  const target = shown(text);
  if (machine.scope.disposable) {
    machine.effect('delete', target, false);
    machine.find(
      CAUTION,
      'delete-in-container',
      `Deletes ${target} in a container that is thrown away anyway.`,
      span,
    );
    return;
  }
  const at = placed(follow(machine, text, recursive), machine.cwd, machine.places);
  const sure = shredded ? ' beyond recovery' : '';
  const fate = fateOf(machine, at);
  machine.effect('delete', target, fate !== 'lost');
  if (isGuard(at.path)) {
    machine.find(DANGEROUS, 'guard-settings', `Deletes ${target}, which rules what may run unasked.`, span);
    return;
  }
  switch (at.place) {
    case 'sink':
      return;
    case 'root':
      machine.find(
        recursive ? BLOCKED : DANGEROUS,
        'delete-root',
        recursive
          ? `Deletes the whole file system (${target}).`
          : `Deletes files in the root directory (${target}).`,
        span,
      );
      return;
    case 'device':
    case 'kernel':
    case 'socket':
    case 'system':
    case 'startup':
      machine.find(DANGEROUS, 'delete-system', `Deletes ${target}, which the system needs.`, span);
      return;
    case 'log':
      machine.find(DANGEROUS, 'delete-log', `Deletes the system's log ${target}: traces are lost.`, span);
      return;
    case 'history':
      machine.find(DANGEROUS, 'delete-history', `Deletes the shell's history ${target}.`, span);
      return;
    case 'home':
      machine.find(DANGEROUS, 'delete-home', `Deletes ${target}: a user's own files.`, span);
      return;
    case 'secret':
      machine.find(
        DANGEROUS,
        'delete-secret',
        `Deletes ${target}: keys or secrets that may exist nowhere else.`,
        span,
      );
      return;
    case 'repository':
      machine.find(
        DANGEROUS,
        'delete-repository',
        `Deletes ${target}: history that was not pushed is lost.`,
        span,
      );
      return;
    case 'ancestor':
      machine.find(DANGEROUS, 'delete-parent', `Deletes ${target}, which holds the working directory.`, span);
      return;
    case 'project':
      if (fate === 'held') {
        machine.find(
          CAUTION,
          'delete-tracked',
          `Deletes ${target}; git or a tool brings all of it back.`,
          span,
        );
        return;
      }
      machine.find(
        DANGEROUS,
        'delete-everything-here',
        `Deletes everything in the working directory (${target}).`,
        span,
      );
      return;
    case 'unknown':
      deletedUnknown(machine, field, recursive, span);
      return;
    case 'temporary':
      machine.find(
        shredded && recursive ? DANGEROUS : CAUTION,
        'delete-temporary',
        `Deletes ${target}, which is temporary.`,
        span,
      );
      return;
    case 'rebuildable':
      machine.find(CAUTION, 'delete-rebuildable', `Deletes ${target}, which can be rebuilt.`, span);
      return;
    default:
      deletedPlain(machine, field, at, { recursive, span, fate, ...(shredded ? { shredded } : {}) }, sure);
  }
}

/** Whether what is deleted can be had back: `held` by git, `absent` when there is nothing to lose. */
type Fate = 'held' | 'absent' | 'lost';

/** Git and the disk are asked only about places where their word decides. */
function fateOf(machine: Machine, { place, path }: Placed): Fate {
  if (isGuard(path)) return 'lost';
  if (place === 'project') return gitHoldsAllHere(machine, path) ? 'held' : 'lost';
  if (place !== 'inside' && place !== 'outside') return 'lost';
  // Only of the project: what is elsewhere may be there for whoever runs the line.
  if (place === 'inside' && machine.wasAbsent(path) && runsOnce(machine)) return 'absent';
  return gitHolds(machine, path) ? 'held' : 'lost';
}

/** What runs again, or beside another command, may find what was made after its first round. */
function runsOnce({ source, starter, forked }: Machine): boolean {
  return starter === undefined && !forked && !/\b(?:for|while|until|select)\b/.test(source);
}

function deletedPlain(
  machine: Machine,
  { text }: Field,
  at: Placed,
  { recursive, shredded, span, fate }: Deletion & { readonly fate: Fate },
  sure: string,
): void {
  const target = shown(text);
  if (at.place === 'guarded') {
    const narrow = /[^\uE000-\uE003/.]/.test(text);
    if (recursive && !narrow)
      machine.find(CAUTION, 'delete-variable', `Deletes the directory that ${target} names.`, span);
    else machine.find(CAUTION, 'delete-variable', `Deletes ${target}; the variable cannot be empty.`, span);
    return;
  }
  if (fate === 'absent') {
    machine.find(CAUTION, 'delete-absent', `Deletes nothing: there is no ${target}.`, span);
    return;
  }
  if (fate === 'held') {
    machine.find(CAUTION, 'delete-tracked', `Deletes ${target}; git can restore it.`, span);
    return;
  }
  if (shredded) {
    machine.find(DANGEROUS, 'shred', `Overwrites and destroys ${target}${sure}.`, span);
    return;
  }
  if (at.everything) {
    machine.find(DANGEROUS, 'delete-everything', `Deletes everything that matches ${target}.`, span);
    return;
  }
  if (recursive) {
    machine.find(
      DANGEROUS,
      'delete-recursive',
      `Deletes ${target} with everything in it; there is no undo.`,
      span,
    );
    return;
  }
  const wide = text.includes(STAR) && at.place === 'outside';
  machine.find(
    wide ? DANGEROUS : CAUTION,
    wide ? 'delete-many' : 'delete-file',
    wide ? `Deletes all files that match ${target}.` : `Deletes ${target}; there is no undo.`,
    span,
  );
}

/** Names that another command gave: `find … | xargs rm`. */
function deletedSelection(machine: Machine, selection: Selection, recursive: boolean, span: Span): void {
  const { root, names, narrowed, empty } = selection;
  const from = root === undefined ? 'the names it is given' : `what is found under ${shown(root)}`;
  machine.effect('delete', root === undefined ? '…' : shown(root), empty);
  if (machine.scope.disposable) return;
  if (empty) {
    const at = root === undefined ? undefined : placed(root, machine.cwd, machine.places);
    const heavy = at !== undefined && (at.place === 'root' || at.place === 'system' || at.place === 'home');
    machine.find(heavy ? DANGEROUS : CAUTION, 'delete-empty', `Deletes only what is empty: ${from}.`, span);
    return;
  }
  const cheap =
    names.length > 0 &&
    names.every((name) => isRebuildable(name) && (selection.flat === true || !/\.log\b/.test(name)));
  const at = root === undefined ? undefined : placed(root, machine.cwd, machine.places);
  if (
    at?.place === 'temporary' ||
    at?.place === 'rebuildable' ||
    (narrowed && root !== undefined && isTemporaryRoot(root))
  ) {
    machine.find(CAUTION, 'delete-temporary', `Deletes ${from}, which is temporary.`, span);
    return;
  }
  if (cheap && at?.place !== 'root' && at?.place !== 'system' && at?.place !== 'log') {
    machine.find(
      CAUTION,
      'delete-rebuildable',
      `Deletes ${from} that matches ${names.map(shown).join(', ')}.`,
      span,
    );
    return;
  }
  if (at?.place === 'root' && names.length === 0 && !narrowed) {
    machine.find(BLOCKED, 'delete-root', 'Deletes the whole file system.', span);
    return;
  }
  machine.find(
    DANGEROUS,
    recursive ? 'delete-found-recursive' : 'delete-found',
    names.length > 0
      ? `Deletes ${from} that matches ${names.map(shown).join(', ')}; there is no undo.`
      : `Deletes ${from}; there is no undo.`,
    span,
  );
}

function isTemporaryRoot(root: string): boolean {
  return /^\/(?:tmp|var\/tmp|var\/cache)\/?$/.test(root);
}

function deletedUnknown(machine: Machine, field: Field, recursive: boolean, span: Span): void {
  const { text, start, end } = field;
  const target = shown(text);
  const guard = guarded(machine, field);
  if (text.startsWith(`${ANY}/`)) {
    const rest = text.slice(2);
    const heavy = recursive || rest.includes(STAR);
    machine.find(
      heavy ? DANGEROUS : CAUTION,
      'delete-unset-variable',
      `Where the variable is empty this deletes ${shown(text.slice(1))} from the root directory.`,
      { start, end },
      guard,
    );
    return;
  }
  machine.find(
    recursive ? DANGEROUS : CAUTION,
    recursive ? 'delete-unknown-recursive' : 'delete-unknown',
    `Deletes what ${target === '…' ? 'is not known before it runs' : target} names.`,
    recursive ? { start, end } : span,
    recursive ? guard : undefined,
  );
}

/** `"$DIR"/x` → `"${DIR:?}"/x`: stops instead of deleting from the root. */
function guarded(machine: Machine, { start, end }: Field): Fix | undefined {
  const typed = machine.source.slice(start, end);
  const safer = typed.replace(
    /\$(?:\{(\w+)\}|([A-Za-z_]\w*))/,
    (_, a?: string, b?: string) => `\${${a ?? b}:?}`,
  );
  return safer === typed
    ? undefined
    : machine.fix({ start, end }, safer, 'Stops with an error when the variable is unset or empty.');
}

/** Only recursion with a trailing slash or a glob passes through a link. */
function follow(machine: Machine, text: string, recursive: boolean): string {
  if (!machine.links || !recursive) return text;
  return followed(placed(text, machine.cwd, machine.places).path, machine.links);
}
