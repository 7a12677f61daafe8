/**
 * `tar`, `zip`, `unzip`: what is packed, unpacked over, removed, and run on the way.
 * It exists because an archiver can run programs (`--to-command`, `-TT`) and delete what it packed.
 * Invariant: listing an archive changes nothing.
 */
import { compile } from '../../knowledge/compile.js';
import type { Spec } from '../../knowledge/spec.js';
import { deleted } from '../effects/delete.js';
import { LEAK } from '../effects/leak.js';
import { read } from '../effects/read.js';
import { written } from '../effects/write.js';
import { CAUTION, type Call, DANGEROUS, type Machine } from '../machine.js';
import { has, optionValue, readArguments } from '../run/arguments.js';
import { NOTHING, type Stream, tainted } from '../stream.js';
import { absolute } from '../targets/path.js';
import { placed } from '../targets/place.js';
import { type Field, literal, NETWORK, shown } from '../words/field.js';
import { runText } from './shell.js';

export function runTar(machine: Machine, call: Call, spec: Spec): Stream {
  const [first, ...others] = call.fields;
  // The old form has no dash: tar xzf file.
  const fields =
    first && /^[a-zA-Z]+$/.test(first.text) ? [{ ...first, text: `-${first.text}` }, ...others] : call.fields;
  const { options, operands } = readArguments(fields, 0, compile(spec));
  if (has(options, 'help', 'version')) return NOTHING;
  for (const { name, value } of options) {
    if (!value) continue;
    if (
      /^(?:to-command|use-compress-program|I|rsh-command|info-script|new-volume-script|F)$/.test(name) &&
      /[\s/;]/.test(value.text)
    )
      runText(machine, value, NOTHING, call);
    // The program gets what is unpacked: a shell runs it.
    if (name === 'to-command' && /^\S*sh$/.test(value.text))
      runText(machine, value, { ...NOTHING, text: undefined }, call);
    if (name === 'checkpoint-action' && value.text.startsWith('exec='))
      runText(machine, literal(value.text.slice(5), value.start, value.end), NOTHING, call);
  }
  const archive = optionValue(options, 'f', 'file');
  const folder = optionValue(options, 'C', 'directory');
  let taint = 0;
  if (has(options, 'c', 'create', 'r', 'append', 'u', 'update', 'A')) {
    for (const field of operands) taint |= read(machine, field, call).taint;
    if (has(options, 'remove-files'))
      for (const field of operands) deleted(machine, field, { recursive: true, span: call });
    if (archive && archive.text !== '-') {
      written(machine, archive, { mode: has(options, 'r', 'u') ? 'append' : 'replace', span: call });
      packed(machine, archive, taint);
      return NOTHING;
    }
    return tainted(taint);
  }
  if (has(options, 'x', 'extract', 'get') && !has(options, 'O', 'to-stdout')) {
    const from = archive && archive.text !== '-' ? read(machine, archive, call).taint : call.stdin.taint;
    extracted(machine, call, folder, {
      strange: (from & NETWORK) !== 0,
      replaces: !has(options, 'k', 'keep-old-files', 'skip-old-files', 'keep-newer-files'),
    });
    return NOTHING;
  }
  if (has(options, 'delete') && archive) written(machine, archive, { mode: 'modify', span: call });
  return tainted(archive ? read(machine, archive, call).taint : call.stdin.taint);
}

/** An archive of secrets is a secret. */
function packed(machine: Machine, archive: Field, taint: number): void {
  if ((taint & LEAK) === 0) return;
  machine.files ??= new Map();
  machine.files.set(absolute(archive.text, machine.cwd), tainted(taint));
}

/** `strange`: the archive came over the network. `replaces`: it asks nothing before it overwrites. */
interface Unpacking {
  readonly strange: boolean;
  readonly replaces: boolean;
}

function extracted(
  machine: Machine,
  call: Call,
  folder: Field | undefined,
  { strange, replaces }: Unpacking,
): void {
  const into = folder ?? literal('.', call.start, call.end);
  machine.effect('write', shown(into.text));
  const { place, path } = placed(into.text, machine.cwd, machine.places);
  if (
    place === 'root' ||
    place === 'startup' ||
    (place === 'system' && !/^\/(?:opt|srv|usr\/local|var|mnt|media|data|home|tmp|dev\/shm)/.test(into.text))
  )
    machine.find(DANGEROUS, 'unpack-over-system', `Unpacks over the system's ${shown(into.text)}.`, call);
  else if (place === 'secret')
    machine.find(DANGEROUS, 'unpack-over-secrets', `Unpacks over the keys in ${shown(into.text)}.`, call);
  else if (place === 'home' && !/^\/(?:root|[^/]+\/[^/]+)\/./.test(path))
    machine.find(
      strange && replaces ? DANGEROUS : CAUTION,
      'unpack-over-home',
      `Unpacks over ${shown(into.text)}: settings that run at every start may be among it.`,
      call,
    );
}

export function runZip(machine: Machine, call: Call, spec: Spec): Stream {
  const { options, operands } = readArguments(call.fields, 0, compile(spec));
  if (has(options, 'help', 'h', 'version', 'sf')) return NOTHING;
  const test = optionValue(options, 'TT', 'unzip-command');
  if (test) runText(machine, test, NOTHING, call);
  const [archive, ...files] = operands;
  if (has(options, 'T') && files.length === 0) return NOTHING;
  if (archive && archive.text !== '-')
    written(machine, archive, { mode: has(options, 'd', 'delete') ? 'modify' : 'append', span: call });
  let taint = 0;
  for (const field of files) {
    taint |= read(machine, field, call).taint;
    if (has(options, 'm', 'move')) deleted(machine, field, { recursive: has(options, 'r'), span: call });
  }
  if (archive && archive.text !== '-') packed(machine, archive, taint);
  return archive?.text === '-' ? tainted(taint) : NOTHING;
}

export function runUnzip(machine: Machine, call: Call, spec: Spec): Stream {
  const { options } = readArguments(call.fields, 0, compile(spec));
  if (has(options, 'l', 'v', 't', 'p', 'Z', 'z', 'help', 'h')) return NOTHING;
  const replaces = has(options, 'o');
  extracted(machine, call, optionValue(options, 'd', 'output'), { strange: replaces, replaces });
  return NOTHING;
}

/** `7z x`, `unrar x`: the folder is glued to `-o`, or stands last with a slash. */
export function runUnpack(machine: Machine, call: Call): Stream {
  const { fields } = call;
  if (fields.some(({ text }) => text === '-so' || text === '--help')) return tainted(0);
  const option = fields.find(({ text }) => /^-o./.test(text) && !/^-o[+-]$/.test(text));
  const last = fields.findLast(({ text }) => !text.startsWith('-'));
  const folder = option
    ? { ...option, text: option.text.slice(2).replace(/^~(?=$|\/)/, machine.places.home) }
    : last && /^(?:rar|unrar)/.test(call.name) && /\/$/.test(last.text)
      ? last
      : undefined;
  const replaces = fields.some(({ text }) => /^-(?:y|aoa|o\+)$/.test(text));
  extracted(machine, call, folder, { strange: replaces, replaces });
  return NOTHING;
}
