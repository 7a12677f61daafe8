/**
 * Compilers: what they read, and the program they put in place.
 * It exists because `cc -o a.c a.c` loses the source, and a program that this line has built is no stranger's.
 * Invariant: what is built of bytes from the network stays marked as theirs.
 */
import { compile } from '../../knowledge/compile.js';
import type { Spec } from '../../knowledge/spec.js';
import { read } from '../effects/read.js';
import { type Call, DANGEROUS, type Machine } from '../machine.js';
import { applyRead } from '../run/apply.js';
import { optionValue, readArguments } from '../run/arguments.js';
import { BUILT_STREAM, type Stream, tainted } from '../stream.js';
import { absolute } from '../targets/path.js';
import { isKnown, NETWORK, shown } from '../words/field.js';

export function runCompile(machine: Machine, call: Call, spec: Spec): Stream {
  const given = readArguments(call.fields, 0, compile(spec));
  const output = optionValue(given.options, 'o', 'output');
  const out = applyRead(machine, call, spec, given);
  if (!output || !isKnown(output.text)) return out;
  const path = absolute(output.text, machine.cwd);
  let taint = call.stdin.taint;
  for (const field of given.operands) {
    taint |= read(machine, field, call).taint;
    if (isKnown(field.text) && absolute(field.text, machine.cwd) === path)
      machine.find(
        DANGEROUS,
        'overwrites-input',
        `Writes what it builds over its source ${shown(field.text)}.`,
        call,
      );
  }
  machine.files ??= new Map();
  const strange = taint & NETWORK;
  if (machine.files.size < 64) machine.files.set(path, strange === 0 ? BUILT_STREAM : tainted(strange));
  return out;
}
