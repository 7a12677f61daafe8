/**
 * What a variable holds at this point of the line.
 * It exists because assignments earlier in the line decide what later words mean.
 * Invariant: a variable the line has not set is unknown text, unless its meaning is fixed by convention.
 */
import type { Machine, Variable } from '../machine.js';
import { ANY, type Field, literal, SOME } from './field.js';

/** The value under `name`, or undefined when nothing is known. */
export function variable(machine: Machine, name: string): Variable | undefined {
  const set = machine.variables?.get(machine.references?.get(name) ?? name);
  if (set) return set;
  const text = conventional(machine, name);
  return text === undefined ? undefined : { fields: [literal(text, 0, 0)] };
}

function conventional(machine: Machine, name: string): string | undefined {
  switch (name) {
    case 'HOME':
      return machine.places.home;
    case 'PWD':
      return machine.cwd;
    case 'IFS':
      return ' \t\n';
    case 'TMPDIR':
      return '/tmp';
    case 'SHELL':
    case 'BASH':
      return '/bin/bash';
    case 'HISTFILE':
      return `${machine.places.home}/.bash_history`;
    case 'USER':
    case 'LOGNAME':
    case 'UID':
    case 'EUID':
    case 'HOSTNAME':
    case 'RANDOM':
    case 'SECONDS':
    case 'EPOCHSECONDS':
    case 'PPID':
    case 'LINENO':
    case 'OSTYPE':
    case 'HOSTTYPE':
    case 'MACHTYPE':
    case 'LANG':
    case 'TERM':
    case '$':
    case '!':
    case '?':
    case '#':
    case '-':
      return SOME;
    case 'EDITOR':
    case 'VISUAL':
      return 'vi';
    case 'PAGER':
      return 'less';
    case 'CC':
      return 'cc';
    case 'CXX':
      return 'c++';
    case 'MAKE':
      return 'make';
    case 'PYTHON':
      return 'python3';
    case '0':
      return 'bash';
    default:
      return undefined;
  }
}

/** The tilde means what HOME holds. */
export function homeOf({ variables, places }: Machine): string {
  return variables?.get('HOME')?.fields[0]?.text ?? places.home;
}

export function assign(machine: Machine, given: string, fields: readonly Field[], append = false): void {
  const name = machine.references?.get(given) ?? given;
  machine.variables ??= new Map();
  const before = machine.variables.get(name);
  let value = fields;
  if (append) {
    const joined = (before ?? variable(machine, name))?.fields ?? [];
    const [first] = fields;
    value =
      fields.length === 1 && first && joined.length <= 1
        ? [{ ...first, text: (joined[0]?.text ?? ANY) + first.text }]
        : [...joined, ...fields];
  } else if (machine.conditions > 0 && before && !same(before.fields, fields)) {
    // Two values are possible: neither may be taken for granted.
    value = [literal(ANY, 0, 0)];
  }
  machine.variables.set(name, { fields: value.length > MAX_FIELDS ? OPEN : value.map(bounded) });
}

/** Values double quickly; a long one is as good as unknown. */
const MAX_TEXT = 8192;
const MAX_FIELDS = 256;
const OPEN: readonly Field[] = [literal(ANY, 0, 0)];

function bounded(field: Field): Field {
  return field.text.length > MAX_TEXT ? { ...field, text: ANY } : field;
}

function same(a: readonly Field[], b: readonly Field[]): boolean {
  return a.length === b.length && a.every((field, i) => field.text === b[i]?.text);
}

/** `$1` … `$9`, from the function or the inline shell that is running. */
export function positional(machine: Machine, index: number): Field | undefined {
  return machine.positional?.[index - 1];
}
