/**
 * `lmcp approve`: a list without an operand, an answer with one; `pgrep lmcp`: the guard's processes.
 * It exists because an approval must come from a person, and a list of what waits is for everybody.
 * Invariant: any operand that is no option counts as a request to answer.
 */

import type { Spec } from '../../knowledge/spec.js';
import { namesGuard, selfApproval } from '../effects/own-guard.js';
import type { Call, Machine } from '../machine.js';
import { apply } from '../run/apply.js';
import { NOTHING, type Stream, UNKNOWN_STREAM } from '../stream.js';
import { GUARD } from '../words/field.js';

export function runApprove(machine: Machine, call: Call): Stream {
  const { fields } = call;
  if (fields.some(({ text }) => text === '--help' || text === '-h')) return NOTHING;
  const answers = fields.some(
    ({ text }, i) =>
      text !== '' &&
      !text.startsWith('-') &&
      !/^--?(?:data|port|host|socket)$/.test(fields[i - 1]?.text ?? ''),
  );
  if (answers)
    selfApproval(machine, 'An approval must come from a person: the one who asks may not give it.', call);
  return UNKNOWN_STREAM;
}

/** `pgrep -f lmcp`: the numbers it prints are the guard's. */
export function runFindProcess(machine: Machine, call: Call, spec: Spec): Stream {
  const out = apply(machine, call, spec);
  const guard = call.fields.some(({ text }) => namesGuard(text));
  return guard ? { ...UNKNOWN_STREAM, taint: out.taint | GUARD } : out;
}
