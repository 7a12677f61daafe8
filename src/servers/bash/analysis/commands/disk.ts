/**
 * `dd`: from where, to where, how much.
 * It exists because its operands are assignments and one letter decides over a disk.
 * Invariant: an endless source into a file without `count` fills the disk.
 */
import { read } from '../effects/read.js';
import { written } from '../effects/write.js';
import { type Call, DANGEROUS, type Machine } from '../machine.js';
import { ENDLESS, NOTHING, type Stream } from '../stream.js';
import { type Field, literal } from '../words/field.js';

export function runDd(machine: Machine, call: Call): Stream {
  const values = new Map<string, Field>();
  for (const { text, start, end, taint } of call.fields) {
    const equals = text.indexOf('=');
    if (equals > 0)
      values.set(text.slice(0, equals), { ...literal(text.slice(equals + 1), start, end), taint });
  }
  const input = values.get('if');
  const output = values.get('of');
  const bounded = values.has('count');
  const source = input ? read(machine, input, call) : call.stdin;
  if (!output)
    return bounded ? { ...source, text: undefined, endless: false } : { ...source, text: undefined };
  const nothing = source === NOTHING;
  written(machine, output, { mode: nothing ? 'truncate' : 'replace', span: call, content: source });
  if ((source === ENDLESS || source.endless) && !bounded && !/^\/dev\//.test(output.text))
    machine.find(
      DANGEROUS,
      'fills-disk',
      `Writes to ${output.text} without end until the disk is full.`,
      call,
    );
  return NOTHING;
}
