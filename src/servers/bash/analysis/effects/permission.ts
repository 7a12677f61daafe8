/**
 * What it weighs to change modes and owners.
 * It exists because `chmod -R 777 /` ends a system and `chmod +x run.sh` is routine.
 * Invariant: recursion over the system, a home, the whole project or its parents is dangerous, one file is not.
 */
import type { Fix } from '../answer.js';
import { CAUTION, DANGEROUS, type Machine, type Span } from '../machine.js';
import { isGuard } from '../targets/names.js';
import { placed } from '../targets/place.js';
import { type Field, isDynamic, shown } from '../words/field.js';

export interface Permission {
  /** `0777`, `u+s`, `user:group`; undefined when only an owner changes. */
  readonly mode: string | undefined;
  readonly recursive: boolean;
  /** The operand that holds the mode, for a fix. */
  readonly modeField?: Field | undefined;
  readonly span: Span;
}

export function permitted(
  machine: Machine,
  given: Field,
  { mode, recursive: deep, modeField, span }: Permission,
): void {
  // What `find` selects counts as everything under where it looks.
  const root = isDynamic(given.text) ? given.selection?.root : undefined;
  const field = root === undefined ? given : { ...given, text: root };
  const recursive =
    deep || (root !== undefined && given.selection?.names.length === 0 && !given.selection.narrowed);
  const target = shown(field.text);
  machine.effect('write', target);
  const setId =
    mode !== undefined &&
    /^(?:0?[2-7][0-7]{3}|(?:[ugoa]*[-+=][rwxXst]*,)*[ugoa]*[+=][rwxXt]*s[rwxXst]*(?:,.*)?)$/.test(mode) &&
    !/^0?[0-7]{3}$/.test(mode);
  if (setId && !/^0?1[0-7]{3}$/.test(mode)) {
    machine.find(DANGEROUS, 'set-user-id', `Lets whoever runs ${target} act as its owner.`, span);
    return;
  }
  // No one may read, write or enter: what is below is locked away from its owner too.
  if (recursive && mode !== undefined && /^(?:0+|a?-rwx|a=|ugo-rwx)$/.test(mode)) {
    machine.find(
      DANGEROUS,
      'permissions-recursive',
      `Locks everyone out of everything under ${target}.`,
      span,
    );
    return;
  }
  const { place, path } = placed(field.text, machine.cwd, machine.places);
  if (isGuard(path)) {
    machine.find(
      DANGEROUS,
      'guard-settings',
      `Changes who may read ${target}, which rules what may run unasked.`,
      span,
    );
    return;
  }
  const open = mode !== undefined && /^(?:0?777|0?666|[ao]*\+\w*w\w*|ugo\+\w*w\w*)$/.test(mode);
  const fix = open && modeField ? narrower(machine, modeField) : undefined;
  // A home may change hands; its modes may not be levelled.
  if (
    recursive &&
    mass(place, field.text) &&
    !(place === 'home' && mode === undefined && !field.text.startsWith('..'))
  ) {
    machine.find(
      DANGEROUS,
      'permissions-recursive',
      `Changes the ${mode === undefined ? 'owner' : 'mode'} of everything under ${target}; the old state is not kept.`,
      span,
      fix,
    );
    return;
  }
  if (open) {
    machine.find(
      recursive ||
        place === 'system' ||
        place === 'startup' ||
        place === 'secret' ||
        place === 'home' ||
        place === 'root'
        ? DANGEROUS
        : CAUTION,
      'world-writable',
      `Lets every user change ${target}.`,
      span,
      fix,
    );
    return;
  }
  if (place === 'root' || (place === 'startup' && mode !== undefined))
    machine.find(
      place === 'root' ? DANGEROUS : CAUTION,
      'permissions-system',
      `Changes the permissions of ${target}.`,
      span,
    );
  else if (recursive || place === 'system')
    machine.find(CAUTION, 'permissions', `Changes the permissions of ${target}.`, span);
}

function mass(place: string, text: string): boolean {
  return (
    place === 'root' ||
    place === 'system' ||
    place === 'home' ||
    place === 'ancestor' ||
    (place === 'project' && text !== '.' && text !== './')
  );
}

/** Modes that keep work going: the owner may change, others may read and enter. */
function narrower(machine: Machine, { text, start, end }: Field): Fix | undefined {
  return machine.source.slice(start, end) === text
    ? machine.fix({ start, end }, 'u=rwX,go=rX', 'Only the owner may change it; others may read it.')
    : undefined;
}
