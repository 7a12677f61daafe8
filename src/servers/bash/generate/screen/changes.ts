/**
 * Which changes that cannot be taken back a command makes, and which of them a request asks for.
 * It exists so that a request to look never brings a command that deletes or kills first.
 * Invariant: a function of the texts; a change that is not in the table counts as none, and the analysis judges it afterwards.
 */
import { stem } from '../request.js';
import type { ProgramUse, Shape } from '../shape.js';

export type Change = 'delete' | 'end' | 'overwrite' | 'grant' | 'move' | 'install';

/** Words that ask for a change, as people put it. */
const verbs: Readonly<Record<Change, ReadonlySet<string>>> = {
  delete: stems(
    'delete deletes deleting deletion remove removing removal rm rmdir erase erasing wipe unlink purge purging clean cleaning cleanup clear clearing destroy discard eliminate prune pruning shred trash rid',
  ),
  end: stems(
    'kill kills killing stop stopping terminate terminates terminating abort quit interrupt signal restart shutdown shut reboot halt suspend',
  ),
  overwrite: stems(
    'overwrite replace replacing replacement substitute change changing edit write writing save saving store append appending prepend insert add adding remove removing delete deleting strip convert rename renaming format truncate truncating empty create creating modify update fill output redirect copy make set fix comment uncomment translate sed inplace in-place place put move sort merge join number trim switch swap increment generate clone image dump wipe erase',
  ),
  grant: stems(
    'permission permissions chmod chown chgrp owner ownership own group mode executable execute writable readable read-only readonly access right rights grant give set change changing make add remove allow deny protect restrict user fix',
  ),
  // What a download says is run.
  install: stems('run execute install installer pipe script setup bash sh'),
  move: stems(
    'move moving mv rename renaming renames change replace replacing put transfer relocate swap convert add remove append prepend strip backup lowercase uppercase lower upper prefix suffix extension number truncate archive switch',
  ),
};

function stems(words: string): ReadonlySet<string> {
  return new Set(words.split(' ').flatMap((word) => [word, stem(word)]));
}

const by: readonly (readonly [Change, ReadonlySet<string>])[] = [
  [
    'delete',
    new Set(['rm', 'rmdir', 'unlink', 'shred', 'wipe', 'srm', 'mkfs', 'wipefs', 'userdel', 'groupdel']),
  ],
  ['end', new Set(['kill', 'killall', 'pkill', 'killall5', 'shutdown', 'reboot', 'halt', 'poweroff'])],
  ['overwrite', new Set(['dd', 'truncate'])],
  ['grant', new Set(['chmod', 'chown', 'chgrp', 'setfacl', 'usermod', 'passwd'])],
  ['move', new Set(['mv', 'rename'])],
];

function ofOne({ name, options }: ProgramUse): Change[] {
  const has = (pattern: RegExp) => [...options].some((option) => pattern.test(option));
  const changes = by.flatMap(([change, programs]) => (programs.has(name) ? [change] : []));
  if (name.startsWith('mkfs.')) changes.push('delete');
  if ((name === 'find' && has(/^-delete$/)) || (name === 'rsync' && has(/^--(?:del|remove-source)/)))
    changes.push('delete');
  if (name === 'fuser' && has(/^-k|^--kill/)) changes.push('end');
  if (/^(?:sed|perl|ruby)$/.test(name) && has(/^-i|^--in-place/)) changes.push('overwrite');
  return changes;
}

/** The changes a command makes, each once. */
export function changesOf({ programs }: Pick<Shape, 'programs'>, command: string): ReadonlySet<Change> {
  const changes = new Set(programs.flatMap(ofOne));
  if (/\bgit\s+(?:clean|rm|reset\s+--hard)\b|\b(?:docker|podman)\s+(?:\w+\s+)?(?:rmi?|prune)\b/.test(command))
    changes.add('delete');
  const names = programs.map(({ name }) => name);
  const fetched = names.findIndex((name) => name === 'curl' || name === 'wget');
  if (fetched >= 0 && names.slice(fetched + 1).some((name) => /^(?:ba|z|da)?sh$|^eval$|^source$/.test(name)))
    changes.add('install');
  return changes;
}

/** Whether the words of a request ask for a change. */
export function asksFor(words: readonly string[], change: Change): boolean {
  return words.some((word) => verbs[change].has(word));
}
