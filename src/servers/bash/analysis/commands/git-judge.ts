/**
 * What a judge of one git subcommand is given.
 * It exists so that the judges share one shape of arguments.
 * Invariant: option names are without dashes; abbreviations are already resolved.
 */
import type { Call, Machine } from '../machine.js';
import type { Option } from '../run/arguments.js';
import type { Field } from '../words/field.js';

export interface Parsed {
  readonly call: Call;
  readonly set: ReadonlySet<string>;
  readonly operands: readonly Field[];
  /** Index of the first operand after `--`; -1 without. */
  readonly dashes: number;
  readonly options: readonly Option[];
}

export type Judge = (machine: Machine, parsed: Parsed) => void;

export const any = (set: ReadonlySet<string>, ...names: readonly string[]): boolean =>
  names.some((name) => set.has(name));
