/**
 * Arguments as getopt reads them: clusters, values, `--`, abbreviated long names.
 * It exists so that `-fr`, `-r -f` and `--recursive --force` are the same to every rule.
 * Invariant: an option the table does not know takes no value.
 */
import { type Compiled, takesValue } from '../../knowledge/compile.js';
import type { Meaning } from '../../knowledge/spec.js';
import type { Field } from '../words/field.js';

export interface Option {
  /** Without dashes. */
  readonly name: string;
  readonly meaning: Meaning | undefined;
  readonly value: Field | undefined;
  readonly field: Field;
}

export interface Arguments {
  readonly options: readonly Option[];
  readonly operands: readonly Field[];
  /** Index into `operands` of the first one after `--`; -1 without. */
  readonly dashes: number;
}

/** `stop`: options end at the first operand, as for programs that run others. */
export function readArguments(
  fields: readonly Field[],
  from: number,
  { short, long, spec }: Compiled,
  stop = false,
): Arguments & { readonly next: number } {
  const options: Option[] = [];
  const operands: Field[] = [];
  let dashes = -1;
  let i = from;
  for (; i < fields.length; i += 1) {
    const field = fields[i];
    if (!field) break;
    const { text } = field;
    if (text.charCodeAt(0) !== 45 || text.length === 1) {
      if (stop) break;
      operands.push(field);
      continue;
    }
    if (text === '--') {
      dashes = operands.length;
      i += 1;
      if (stop) break;
      for (; i < fields.length; i += 1) {
        const rest = fields[i];
        if (rest) operands.push(rest);
      }
      break;
    }
    if (text.charCodeAt(1) === 45 || (spec.dash && long.size > 0 && isLong(text, long))) {
      const at = text.charCodeAt(1) === 45 ? 2 : 1;
      const equals = text.indexOf('=');
      const typed = text.slice(at, equals < 0 ? undefined : equals);
      const name = long.has(typed) || typed === '' ? typed : full(typed, long);
      const meaning = long.get(name);
      let value: Field | undefined;
      if (equals >= 0) value = { ...field, text: text.slice(equals + 1) };
      else if (takesValue(meaning)) {
        i += 1;
        value = fields[i];
      }
      options.push({ name, meaning, value, field });
      continue;
    }
    for (let c = 1; c < text.length; c += 1) {
      const name = text[c] ?? '';
      const meaning = short.get(name);
      if (!takesValue(meaning)) {
        options.push({ name, meaning, value: undefined, field });
        continue;
      }
      const rest = text.slice(c + 1);
      if (rest === '') i += 1;
      const value = rest === '' ? fields[i] : { ...field, text: rest };
      options.push({ name, meaning, value, field });
      break;
    }
  }
  return { options, operands, dashes, next: i };
}

/** Of a subcommand without an entry: a word after an option is its value, if it has one. */
export function unlistedArguments(
  fields: readonly Field[],
  from: number,
): Pick<Arguments, 'options' | 'operands'> {
  const options: Option[] = [];
  const operands: Field[] = [];
  for (let i = from; i < fields.length; i += 1) {
    const field = fields[i];
    if (!field) break;
    const { text } = field;
    const [, name, glued] = /^--?([\w-]+)(?:=(.*))?$/s.exec(text) ?? [];
    if (name === undefined) operands.push(field);
    else if (glued !== undefined)
      options.push({ name, meaning: undefined, value: { ...field, text: glued }, field });
    else if (text.length > 2 && fields[i + 1]?.text.startsWith('-') === false) {
      i += 1;
      options.push({ name, meaning: undefined, value: fields[i], field });
    }
  }
  return { options, operands };
}

function isLong(text: string, long: ReadonlyMap<string, Meaning>): boolean {
  const equals = text.indexOf('=');
  return long.has(text.slice(1, equals < 0 ? undefined : equals));
}

/** GNU accepts any beginning of a long name that fits only one; of several with one meaning the first stands for all. */
function full(typed: string, long: ReadonlyMap<string, Meaning>): string {
  let found: string | undefined;
  for (const [name, meaning] of long)
    if (name.startsWith(typed)) {
      if (found !== undefined && long.get(found) !== meaning) return typed;
      found ??= name;
    }
  return found ?? typed;
}

export function has(options: readonly Option[], ...names: readonly string[]): boolean {
  return options.some(({ name }) => names.includes(name));
}

export function optionValue(options: readonly Option[], ...names: readonly string[]): Field | undefined {
  return options.findLast(({ name }) => names.includes(name))?.value;
}
