/**
 * `rm`, `unlink`, `rmdir`, `shred`: programs that delete what they are given.
 * It exists because they are asked for most and regretted most.
 * Invariant: without operands or with `--help` nothing is deleted; `-i` asks, and is caution.
 */
import { compile } from '../../knowledge/compile.js';
import type { Spec } from '../../knowledge/spec.js';
import { deleted } from '../effects/delete.js';
import { CAUTION, type Call, DANGEROUS, type Machine } from '../machine.js';
import { has, readArguments } from '../run/arguments.js';
import { NOTHING, type Stream, saysYes } from '../stream.js';
import { isDynamic } from '../words/field.js';

export function runRm(machine: Machine, call: Call, spec: Spec): Stream {
  const { options, operands } = readArguments(call.fields, 0, compile(spec));
  if (has(options, 'help', 'version')) return NOTHING;
  const recursive =
    has(options, 'r', 'R', 'recursive') || options.some(({ meaning }) => meaning === 'recursive');
  const asks = has(options, 'i', 'I') && !has(options, 'f', 'force') && !saysYes(call.stdin);
  const before = machine.weight;
  if (has(options, 'no-preserve-root'))
    machine.find(
      DANGEROUS,
      'no-preserve-root',
      'Switches off the last guard against deleting the whole file system.',
      call,
    );
  for (const field of operands) {
    if (asks && !isDynamic(field.text)) {
      machine.effect('delete', field.text, false);
      machine.find(CAUTION, 'delete-asks', `Asks before each deletion of ${field.text}.`, call);
      continue;
    }
    const cautious = operands.length > 8 && machine.weight > before;
    deleted(machine, field, { recursive, span: cautious ? field : call });
  }
  return NOTHING;
}

export function runShred(machine: Machine, call: Call, spec: Spec): Stream {
  const { options, operands } = readArguments(call.fields, 0, compile(spec));
  if (has(options, 'help', 'version')) return NOTHING;
  for (const field of operands) deleted(machine, field, { recursive: false, shredded: true, span: call });
  return NOTHING;
}

/** Moves to the trash: it can be had back. */
export function runTrash(machine: Machine, call: Call, spec: Spec): Stream {
  const { operands } = readArguments(call.fields, 0, compile(spec));
  for (const { text } of operands) machine.effect('delete', text, true);
  if (operands.length > 0) machine.find(CAUTION, 'trash', 'Moves files to the trash.', call);
  return NOTHING;
}
