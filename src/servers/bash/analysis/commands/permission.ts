/**
 * `chmod`, `chown`, `chgrp`, `setfacl`, `chattr`: operands and modes.
 * It exists because the mode is an operand that may look like an option (`chmod -x`).
 * Invariant: the first operand is the mode or owner unless `--reference` gives it.
 */
import { compile } from '../../knowledge/compile.js';
import type { Spec } from '../../knowledge/spec.js';
import { permitted } from '../effects/permission.js';
import { type Call, DANGEROUS, type Machine } from '../machine.js';
import { has, readArguments } from '../run/arguments.js';
import { NOTHING, type Stream } from '../stream.js';
import { placed } from '../targets/place.js';
import { shown } from '../words/field.js';

export function runPermission(machine: Machine, call: Call, spec: Spec): Stream {
  const fields = call.fields.filter(({ text }) => !/^-[rwxXst]+$/.test(text) || call.name !== 'chmod');
  const { options, operands } = readArguments(fields, 0, compile(spec));
  if (has(options, 'help', 'version')) return NOTHING;
  const recursive = has(options, 'R', 'recursive') || options.some(({ meaning }) => meaning === 'recursive');
  const minus = fields.length < call.fields.length || has(options, 'reference');
  const [first, ...rest] = operands;
  const targets = minus ? operands : rest;
  const mode = call.name === 'chmod' ? (minus ? 'a-x' : first?.text) : undefined;
  for (const field of targets)
    permitted(machine, field, { mode, recursive, span: call, modeField: minus ? undefined : first });
  return NOTHING;
}

/** Access lists and file attributes: recursive changes lose the old ones. */
export function runAttributes(machine: Machine, call: Call, spec: Spec): Stream {
  const { options, operands } = readArguments(call.fields, 0, compile(spec));
  if (has(options, 'help', 'version', 'test')) return NOTHING;
  const recursive = has(options, 'R', 'recursive');
  const clears = has(options, 'b', 'remove-all', 'k', 'remove-default');
  const locks = call.name === 'chattr' && operands.some(({ text }) => /^\+\w*[ia]/.test(text));
  const targets = operands.filter(({ text }) => !/^[-+=][a-zA-Z]+$/.test(text));
  for (const field of targets) {
    machine.effect('write', shown(field.text));
    const { place } = placed(field.text, machine.cwd, machine.places);
    if (locks && (place === 'startup' || place === 'temporary' || place === 'secret'))
      machine.find(
        DANGEROUS,
        'immutable',
        `Keeps ${shown(field.text)} from being changed or removed by anyone.`,
        call,
      );
    if (recursive)
      machine.find(
        DANGEROUS,
        'attributes-recursive',
        `Changes ${clears ? 'and drops the access lists' : 'the attributes'} of everything under ${shown(field.text)}.`,
        call,
      );
  }
  return NOTHING;
}
