/**
 * `cp`, `mv`, `install`, `ln`, `rsync`: what they read, what they replace, what they take away.
 * It exists because copying `/dev/null` empties a file and `--delete` mirrors deletions.
 * Invariant: with `-n`/`--no-clobber` and dry runs nothing is replaced.
 */
import { compile } from '../../knowledge/compile.js';
import type { Spec } from '../../knowledge/spec.js';
import { deleted } from '../effects/delete.js';
import { isSecretPath, LEAK, leaked } from '../effects/leak.js';
import { permitted } from '../effects/permission.js';
import { read } from '../effects/read.js';
import { type Mode, written } from '../effects/write.js';
import { CAUTION, type Call, DANGEROUS, type Machine } from '../machine.js';
import { has, optionValue, readArguments } from '../run/arguments.js';
import { NOTHING, type Stream, tainted } from '../stream.js';
import { isGuard } from '../targets/names.js';
import { absolute, lastPart, parent } from '../targets/path.js';
import { isScratch, type Placed, placed } from '../targets/place.js';
import { type Field, isKnown, literal, shown } from '../words/field.js';
import { runText } from './shell.js';

export function runCopy(machine: Machine, call: Call, spec: Spec): Stream {
  const { options, operands } = readArguments(call.fields, 0, compile(spec));
  if (has(options, 'help', 'version')) return NOTHING;
  const target = optionValue(options, 't', 'target-directory');
  const sources = target ? operands : operands.slice(0, -1);
  const last = target ?? operands.at(-1);
  if (call.name === 'install' && has(options, 'd', 'directory')) {
    for (const field of operands) written(machine, field, { mode: 'create', span: call });
    return NOTHING;
  }
  if (!last || (sources.length === 0 && !target)) return NOTHING;
  let emptied = false;
  let taint = 0;
  for (const source of sources) {
    if (source.text === '/dev/null') emptied = true;
    else if (source.text === '/dev/zero' || source.text === '/dev/urandom') {
      machine.find(DANGEROUS, 'fills-disk', 'Writes without end until the disk is full.', call);
    } else if (call.name !== 'ln') taint |= read(machine, source, call).taint;
  }
  const mode = optionValue(options, 'm', 'mode');
  if (mode && /^0?[2467]\d{3}$/.test(mode.text))
    permitted(machine, last, { mode: mode.text, recursive: false, span: call });
  if (call.name === 'mv') moved(machine, call, sources, last);
  const keeps = has(options, 'n', 'no-clobber', 'i', 'interactive', 'b', 'backup');
  const folder =
    /\/$|^\.\.?$/.test(last.text) ||
    last.text === machine.places.home ||
    sources.length > 1 ||
    target !== undefined;
  const into =
    folder && isKnown(last.text)
      ? literal(`${last.text.replace(/\/+$/, '')}/${lastPart(sources[0]?.text ?? '')}`, last.start, last.end)
      : last;
  const made =
    call.name === 'mv' &&
    sources[0] !== undefined &&
    machine.files?.has(absolute(sources[0].text, machine.cwd)) === true;
  // `jq … f > t && mv t f`: what the line has just made from it replaces it.
  const how: Mode = emptied
    ? 'truncate'
    : made && !folder
      ? 'modify'
      : keeps || folder || call.name === 'ln'
        ? 'create'
        : 'replace';
  written(machine, into, { mode: how, span: call });
  if ((taint & LEAK) !== 0 && isKnown(into.text)) {
    machine.files ??= new Map();
    machine.files.set(absolute(into.text, machine.cwd), tainted(taint));
  }
  if (sources[0] && (call.name === 'ln' ? has(options, 's', 'symbolic') : isProgram(sources[0].text)))
    link(machine, sources[0], into);
  if ((call.name === 'cp' || call.name === 'install') && sources[0] && isKnown(last.text) && machine.files) {
    const stream = machine.files.get(absolute(sources[0].text, machine.cwd));
    if (stream) machine.files.set(absolute(last.text, machine.cwd), stream);
  }
  return NOTHING;
}

/** A copy of a program of the system is that program under another name. */
function isProgram(path: string): boolean {
  return /^(?:\/usr(?:\/local)?)?\/s?bin\/[^/]+$/.test(path);
}

function moved(machine: Machine, call: Call, sources: readonly Field[], last: Field): void {
  if (last.text === '/dev/null') {
    for (const source of sources) {
      machine.effect('delete', shown(source.text), false);
      machine.find(
        DANGEROUS,
        'move-to-null',
        `Destroys ${shown(source.text)} and may replace /dev/null by it.`,
        call,
      );
    }
    return;
  }
  const toScratch = placed(`${last.text}/.`, machine.cwd, machine.places).path;
  const away = isScratch(`${toScratch}/x`, machine.places);
  for (const source of sources) {
    const at = placed(source.text, machine.cwd, machine.places);
    if (isGuard(at.path)) {
      machine.find(
        DANGEROUS,
        'guard-settings',
        `Moves ${shown(source.text)} away, which rules what may run unasked.`,
        call,
      );
      continue;
    }
    if (at.place === 'root' || at.place === 'system' || at.place === 'startup' || isWholeHome(machine, at))
      machine.find(
        DANGEROUS,
        'move-system',
        `Moves ${shown(source.text)} away, which the system needs.`,
        call,
      );
    else if (isHeart(at) || (isKept(at) && away))
      machine.find(
        DANGEROUS,
        'move-away',
        `Moves ${shown(source.text)} to where nothing looks for it, or keeps it.`,
        call,
      );
  }
}

/** A home, or all that lies in it. */
function isWholeHome(machine: Machine, { place, path, everything }: Placed): boolean {
  if (place !== 'home') return false;
  const whole = everything ? parent(path) : path;
  return whole === machine.places.home || /^\/(?:root|(?:home|Users)\/[^/]+)$/.test(whole);
}

/** What makes a directory a repository. */
function isHeart({ place, path }: Placed): boolean {
  return (
    place === 'repository' && /\/\.(?:git|hg|svn|jj)(?:\/(?:objects|refs|HEAD|packed-refs))?$/.test(path)
  );
}

/** Work and keys: what a directory that is emptied unasked is no place for. */
function isKept({ place, everything }: Placed): boolean {
  return (
    place === 'home' || place === 'secret' || place === 'ancestor' || (place === 'project' && everything)
  );
}

function link(machine: Machine, source: Field, last: Field): void {
  machine.links ??= new Map();
  const at = absolute(last.text, machine.cwd);
  machine.links.set(at, absolute(source.text, at.slice(0, at.lastIndexOf('/')) || '/'));
}

const DELETES = new Set(
  'delete del delete-before delete-during delete-after delete-delay delete-excluded remove-source-files remove-sent-files'.split(
    ' ',
  ),
);

export function runRsync(machine: Machine, call: Call, spec: Spec): Stream {
  const { options, operands } = readArguments(call.fields, 0, compile(spec));
  if (has(options, 'help', 'version')) return NOTHING;
  const dry = has(options, 'n', 'dry-run', 'list-only');
  const shell = optionValue(options, 'e', 'rsh') ?? optionValue(options, 'rsync-path');
  if (shell && /\s/.test(shell.text)) runText(machine, shell, NOTHING, call);
  const last = operands.at(-1);
  const remote = operands.some(({ text }) => /^[^/]*:|^rsync:/.test(text));
  if (remote) machine.effect('network', 'rsync');
  for (const source of operands.slice(0, -1)) {
    if (/^[^/]*:/.test(source.text)) continue;
    const { taint } = read(machine, source, call);
    if (!last || !/^[^/]*:/.test(last.text)) continue;
    if ((taint & LEAK) !== 0 || isSecretPath(source.text)) leaked(machine, call);
    else if (!dry) homeLeaves(machine, source, call);
  }
  if (!last || operands.length < 2 || dry) return NOTHING;
  const removes = options.filter(
    ({ name }) => DELETES.has(name) || (name.startsWith('delete-') && name !== 'delete-missing-args'),
  );
  const source = removes.find(({ name }) => name.startsWith('remove-'));
  const away = removes.find(({ name }) => !name.startsWith('remove-'));
  if (source)
    for (const field of operands.slice(0, -1)) deleted(machine, field, { recursive: false, span: call });
  if (away) {
    machine.effect('delete', shown(last.text), false);
    const at = placed(last.text, machine.cwd, machine.places);
    const cheap = at.place === 'temporary' || at.place === 'rebuildable';
    machine.find(
      cheap ? CAUTION : DANGEROUS,
      'mirror-delete',
      `Deletes from ${shown(last.text)} whatever the source does not have.`,
      call,
      fixOf(machine, away.field),
    );
  }
  if (/^[^/]*:/.test(last.text)) machine.effect('write', shown(last.text));
  else {
    arrives(machine, operands.slice(0, -1), last, call);
    written(
      machine,
      operands[0]?.text === '/dev/null'
        ? last
        : literal(`${last.text.replace(/\/+$/, '')}/…`, last.start, last.end),
      { mode: operands[0]?.text === '/dev/null' ? 'truncate' : 'create', span: call },
    );
  }
  return NOTHING;
}

/** A file of another machine lands under its own name: `host:x/.bashrc ~/`. */
export function arrives(machine: Machine, sources: readonly Field[], last: Field, call: Call): void {
  for (const { text } of sources) {
    const name = lastPart(text.slice(text.indexOf(':') + 1));
    if (!/^[^/]*:/.test(text) || name === '' || !isKnown(name) || !isKnown(last.text)) continue;
    const into = placed(`${last.text.replace(/\/+$/, '')}/${name}`, machine.cwd, machine.places);
    if (into.place === 'startup' || into.place === 'secret' || isGuard(into.path))
      written(machine, literal(into.path, last.start, last.end), { mode: 'replace', span: call });
  }
}

/** A whole home takes its keys along. */
export function homeLeaves(machine: Machine, source: Field, call: Call): void {
  if (isWholeHome(machine, placed(source.text, machine.cwd, machine.places)))
    machine.find(
      DANGEROUS,
      'home-leaves',
      `Sends ${shown(source.text)} to another machine, with the keys and secrets in it.`,
      call,
    );
}

function fixOf(machine: Machine, { start, end, text }: Field) {
  return text.startsWith('--') && end - start === text.length
    ? machine.fix(
        { start, end },
        `${text} --dry-run`,
        'Shows what would be deleted; run again without --dry-run.',
      )
    : undefined;
}
