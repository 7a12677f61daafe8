/**
 * Orders to servers on standard input or as a program's text: `nsupdate`, a console of Rails.
 * It exists because what is lost stands in the order, not in the program's name.
 * Invariant: an order that is not seen leaves the program what its entry says.
 */
import type { Spec } from '../../knowledge/spec.js';
import { CAUTION, type Call, DANGEROUS, type Machine } from '../machine.js';
import { apply } from '../run/apply.js';
import { type Stream, UNKNOWN_STREAM } from '../stream.js';
import { judgeCode } from './code.js';

/** `echo 'update delete www' | nsupdate`. */
export function runNameUpdate(machine: Machine, call: Call, spec: Spec): Stream {
  const orders = call.stdin.text ?? '';
  const deletes = /^\s*(?:update\s+)?del(?:ete)?\b/im.test(orders);
  if (deletes) machine.effect('delete', 'names', false);
  machine.find(
    deletes ? DANGEROUS : CAUTION,
    'dns-change',
    deletes ? 'Deletes names that others look up.' : 'Changes names that others look up.',
    call,
  );
  return apply(machine, call, { ...spec, run: 'none' });
}

/** `gitlab-rails runner "Project.destroy_all"`. */
export function runRunner(machine: Machine, call: Call): Stream {
  machine.effect('exec', call.name);
  const [verb, code] = call.fields;
  if (verb && code && /^(?:runner|r)$/.test(verb.text)) {
    judgeCode(machine, code, call, 'ruby');
  } else if (verb) machine.find(CAUTION, 'console', 'Opens a console of a running service.', call);
  return UNKNOWN_STREAM;
}
