/**
 * What git's state says of the place a command works on.
 * It exists so that one file decides when the state speaks of that place at all.
 * Invariant: of another machine, another repository, or a tree that the line itself has changed, nothing is known.
 */
import type { Machine } from '../machine.js';
import type { GitState } from '../surroundings.js';
import { type Field, isDynamic } from '../words/field.js';
import { isRebuildable } from './names.js';
import { absolute, isWithin, lastPart } from './path.js';

/** The state, where it holds for a folder or file of the repository. */
export function stateAt(machine: Machine, path: string): GitState | undefined {
  const { places, scope, effects, callEffects } = machine;
  if (scope.remote || scope.disposable || isDynamic(path) || !isWithin(path, places.repository))
    return undefined;
  for (let i = 0; i < callEffects; i += 1) {
    const kind = effects[i]?.kind;
    if (kind === 'write' || kind === 'delete') return undefined;
  }
  if (machine.source.includes('GIT_')) return undefined;
  const { git } = places;
  if (git === undefined) return undefined;
  // A repository inside this one is untracked or ignored to it: its state is its own.
  const inner = path.slice(places.repository.length + 1);
  const foreign = [...git.untracked, ...(git.ignored ?? [])].some((name) => isWithin(inner, name));
  return inner !== '' && foreign ? undefined : git;
}

/** Whether a commit holds everything at this path. What git's state does not name may also not be there at all. */
export function gitHolds(machine: Machine, path: string): boolean {
  const git = stateAt(machine, path);
  if (git === undefined || machine.places.exists?.(path) === false) return false;
  const { repository } = machine.places;
  const inner = path.slice(repository.length + 1);
  return ![...git.changed, ...git.untracked, ...(git.ignored ?? [])].some((name) => overlaps(name, inner));
}

/** Whether all that `*` takes in the root is held by a commit or made again by a tool. */
export function gitHoldsAllHere(machine: Machine, path: string): boolean {
  const { repository } = machine.places;
  if (path !== `${repository}/\uE002`) return false;
  const git = stateAt(machine, repository);
  return (
    git !== undefined &&
    git.changed.length === 0 &&
    git.untracked.length === 0 &&
    (git.ignored ?? []).every((name) => isRebuildable(lastPart(name)) || name.startsWith('.'))
  );
}

/** Whether git, run here, finds uncommitted changes in those paths; without paths in the whole tree. */
export function hasChanges(machine: Machine, paths: readonly Field[]): boolean {
  const git = stateAt(machine, machine.cwd);
  if (git === undefined) return true;
  return paths.length === 0
    ? git.changed.length > 0
    : paths.some(({ text }) => reaches(machine, text, git.changed));
}

/** Whether git, run here, finds files that it does not know. */
export function hasUntracked(machine: Machine, paths: readonly Field[]): boolean {
  const git = stateAt(machine, machine.cwd);
  if (git === undefined) return true;
  const from = paths.length === 0 ? ['.'] : paths.map(({ text }) => text);
  return from.some((text) => reaches(machine, text, git.untracked));
}

function reaches(machine: Machine, text: string, names: readonly string[]): boolean {
  const { repository } = machine.places;
  if (text.startsWith(':') || !/^[^\uE000-\uE003*?[\]\\]*$/.test(text)) return names.length > 0;
  const path = absolute(text, machine.cwd);
  if (!isWithin(path, repository)) return names.length > 0;
  const inner = path.slice(repository.length + 1);
  return names.some((name) => overlaps(name, inner));
}

/** One is, or lies in, the other; the root is the empty path. */
function overlaps(a: string, b: string): boolean {
  return a === '' || b === '' || isWithin(a, b) || isWithin(b, a);
}
