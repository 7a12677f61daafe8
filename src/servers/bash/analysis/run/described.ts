/**
 * A program without an entry of its own whose grammar is known: what its words are, though not what it does.
 * It exists so that a flag's value is not taken for a verb, files named for output count as written, and a wrapped command is read.
 * Invariant: adds to what is said of an unlisted program; at most a few look-ups a line, so that the time of an analysis stays bounded.
 */

import { checkFlags, type GivenFlag, knowsProgram } from '../../grammar/index.js';
import { commandSpec } from '../../knowledge/index.js';
import { read } from '../effects/read.js';
import { written } from '../effects/write.js';
import { CAUTION, type Call, type Machine } from '../machine.js';
import { lastPart } from '../targets/path.js';
import { type Field, isKnown, literal } from '../words/field.js';

/** A look-up may inflate a block, some 0.5 ms. */
const LOOK_UPS = 4;
const looked = new WeakMap<Machine, number>();

const OUTPUT =
  /^--?(?:out|output|outfile|save|dest|destination|(?:out|output|log|report)[-_]?(?:file|dir|path|folder))$/;
const SAYS_PATH = /file|dir|path|folder/;
const SAYS_FOLDER = /dir|folder/;
const REMOVING =
  /^--?(?:delete|destroy|purge|wipe|erase|prune|remove-all|delete-all|force-delete|factory-reset)$/;

/** The fields that may hold the verb of the call: all of them where the grammar is not known. */
export function described(machine: Machine, call: Call): readonly Field[] {
  const count = looked.get(machine) ?? 0;
  if (count >= LOOK_UPS || !knowsProgram(call.name)) return call.fields;
  looked.set(machine, count + 1);
  const checked = checkFlags([call.name, ...call.fields.map(({ text }) => text)]);
  if (!checked) return call.fields;
  const { flags, operands } = checked;
  const at = (index: number) => call.fields[index - 1];
  if (checked.dangerous)
    machine.find(CAUTION, 'asks-for-care', `${call.name} itself asks to be careful with this.`, call);
  const noVerb = new Set<number>();
  for (const flag of flags) {
    const { valueIndex, index } = flag;
    if (valueIndex !== undefined && valueIndex !== index) noVerb.add(valueIndex);
    flagged(machine, call, flag, at);
  }
  for (const [i, { index, kind }] of operands.entries()) {
    if (kind === 'other') continue;
    noVerb.add(index);
    const field = at(index);
    if (!field || !isKnown(field.text)) continue;
    if (kind === 'file') read(machine, field, call);
    else if (kind === 'command') {
      wrapped(
        machine,
        call,
        operands.slice(i).flatMap((operand) => at(operand.index) ?? []),
      );
      for (const operand of operands.slice(i)) noVerb.add(operand.index);
      break;
    }
  }
  return call.fields.filter((_, i) => !noVerb.has(i + 1));
}

/** Words that another program is to run: only those whose first one is a program with an entry, or a line of its own. */
function wrapped(machine: Machine, call: Call, fields: readonly Field[]): void {
  const [first] = fields;
  if (!first || !isKnown(first.text)) return;
  if (first.text.includes(' ')) machine.run.text(machine, first.text, call.stdin, call);
  else if (commandSpec(lastPart(first.text))) machine.run.call(machine, fields, call.stdin, call);
}

/** `doppler run -- make`: what runs another command takes it after `--`. */
export function afterDashes(machine: Machine, call: Call): void {
  const at = call.fields.findIndex(({ text }) => text === '--');
  const first = call.fields[at + 1];
  if (at >= 0 && first && !first.text.includes(' ')) wrapped(machine, call, call.fields.slice(at + 1));
}

function flagged(
  machine: Machine,
  call: Call,
  { name, shape, value, valueIndex, index }: GivenFlag,
  at: (index: number) => Field | undefined,
): void {
  if (REMOVING.test(name)) {
    machine.effect('delete', `${call.name} ${name}`, false);
    machine.find(CAUTION, 'removing-flag', `\`${call.name} ${name}\` says that it removes something.`, call);
  }
  if (value === undefined || value === '' || valueIndex === undefined) return;
  const kind = shape.values[0]?.kind;
  const path = kind === 'file' || kind === 'folder';
  const field = at(valueIndex);
  if (!field || !isKnown(value)) return;
  const named = valueIndex === index ? literal(value, field.start, field.end) : field;
  const output = shape.names.find((one) => OUTPUT.test(one));
  // `--output json` names a format: only what is a path by the grammar, by its name or by its look.
  if (output !== undefined) {
    if (
      kind !== 'folder' &&
      (path || SAYS_PATH.test(output) || /[./]/.test(value)) &&
      !SAYS_FOLDER.test(output)
    )
      written(machine, named, { mode: 'replace', span: call });
  } else if (kind === 'file') read(machine, named, call);
}
