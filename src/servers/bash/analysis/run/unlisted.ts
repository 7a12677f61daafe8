/**
 * A program the knowledge base has no entry for.
 * It exists so that what is not known is said to be so, and still judged by its verb.
 * Invariant: at least `caution`, with an `exec` effect.
 */
import { isOwnProgram } from '../effects/own-guard.js';
import { CAUTION, type Call, DANGEROUS, type Machine } from '../machine.js';
import { NOTHING, type Stream, UNKNOWN_STREAM } from '../stream.js';
import { absolute } from '../targets/path.js';
import { NETWORK, shown } from '../words/field.js';
import { afterDashes, described } from './described.js';
import { judgeVerbs } from './verbs.js';

export function unlisted(machine: Machine, call: Call): Stream {
  const { name, fields, word } = call;
  const only = fields.length === 1 ? fields[0]?.text : undefined;
  if (only === '--help' || only === '--version') return NOTHING;
  if (machine.files) {
    const file = machine.files.get(absolute(word.text, machine.cwd));
    if (file && word.text.includes('/')) {
      if (file.text !== undefined) return machine.run.text(machine, file.text, call.stdin, call);
      if ((file.taint & NETWORK) !== 0) {
        machine.find(DANGEROUS, 'remote-code', 'Runs code from the network that nobody has read.', call);
        return UNKNOWN_STREAM;
      }
    }
  }
  const handler = machine.functions?.get('command_not_found_handle');
  if (handler && !machine.calls?.includes('command_not_found_handle')) {
    machine.calls = [...(machine.calls ?? []), 'command_not_found_handle'];
    const out = machine.run.body(machine, handler, call.stdin);
    machine.calls.pop();
    return out;
  }
  if (isOwnProgram(word.text) || /^learning-mcp@/.test(name))
    return machine.run.call(machine, [{ ...word, text: 'lmcp' }, ...fields], call.stdin, call);
  machine.effect('exec', shown(word.text));
  machine.find(
    CAUTION,
    'unlisted-program',
    `Runs ${shown(name)}, whose effects are not known here.`,
    word.start < word.end ? word : call,
  );
  afterDashes(machine, call);
  const spoken = described(machine, call);
  judgeVerbs(machine, spoken === fields ? call : { ...call, fields: spoken }, 0, 'cautious');
  return UNKNOWN_STREAM;
}
