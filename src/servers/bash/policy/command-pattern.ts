/**
 * A rule's command against a command of the line: program, subcommands, options, operands.
 * It exists so that a rule is about what runs, not about how its text begins.
 * Invariant: a rule that lowers holds only for what it says word for word; one that raises also for what adds to it.
 */
import { absolute, type SeenCommand, type Structure, structureOfWords } from '../analysis/index.js';
import { Glob, type Steps } from './glob.js';

type Option = Structure['options'][number];

interface WantedOption extends Option {
  readonly pattern: Glob | undefined;
}

export interface CommandPattern {
  /** As written in the rule. */
  readonly program: string;
  readonly name: string;
  readonly path: readonly string[];
  /** Each with its alternatives. */
  readonly options: readonly (readonly WantedOption[])[];
  readonly anyOption: boolean;
  readonly operands: readonly { readonly text: string; readonly pattern: Glob }[];
  /** `**` at the end: any further words. */
  readonly more: boolean;
}

/** @returns why it cannot be read, as a string. */
export function commandPattern(written: string | readonly string[]): CommandPattern | string {
  if (typeof written === 'string' && /["'\\$;&<>()`#]|(?:^|\s)\|/.test(written))
    return 'must be plain words; write words with other characters as an array';
  const words = typeof written === 'string' ? written.trim().split(/\s+/) : [...written];
  const more = words.at(-1) === '**';
  if (more) words.pop();
  const [program, ...rest] = words;
  if (program === undefined || program === '' || program.startsWith('-')) return 'must begin with a program';
  if (/[*?]/.test(program)) return 'must name one program';
  const plain = rest.filter((word) => !word.startsWith('-'));
  const dashed = rest.filter((word) => word.startsWith('-') && word !== '-*' && word !== '--');
  const base = [program, ...plain];
  const { path, operands } = structureOfWords(base);
  return {
    program,
    name: program.slice(program.lastIndexOf('/') + 1),
    path,
    options: dashed.map((word) => word.split('|').flatMap((one) => optionOf(base, one))),
    anyOption: rest.includes('-*'),
    operands: operands.map((text) => ({ text, pattern: Glob.ofWord(text) })),
    more,
  };
}

function optionOf(base: readonly string[], written: string): readonly WantedOption[] {
  const equals = written.indexOf('=');
  const name = equals < 0 ? written : written.slice(0, equals);
  const value = equals < 0 ? undefined : written.slice(equals + 1);
  return structureOfWords([...base, name]).options.map((option) => ({
    name: option.name,
    value,
    pattern: value === undefined ? undefined : Glob.ofWord(value),
  }));
}

/** Whether a rule that raises is about the command. */
export function isAbout(pattern: CommandPattern, seen: SeenCommand, steps: Steps): boolean {
  if (seen.name !== pattern.name) return false;
  const { path, options, operands } = seen.structure();
  return (
    pattern.path.every((word, i) => path[i] === word) &&
    pattern.options.every((alternatives) =>
      alternatives.some((wanted) => options.some((option) => fits(wanted, option, false, steps))),
    ) &&
    pattern.operands.every((operand, i) => operand.pattern.matches(operands[i] ?? '', steps))
  );
}

/** Whether a rule that lowers says all there is in the command. */
export function saysAllOf(
  pattern: CommandPattern,
  seen: SeenCommand,
  root: string | null,
  steps: Steps,
): boolean {
  if (!seen.known || seen.remote || !isProgram(pattern, seen, root)) return false;
  const { path, options, operands } = seen.structure();
  if (path.length < pattern.path.length || (path.length > pattern.path.length && !pattern.more)) return false;
  if (
    operands.length < pattern.operands.length ||
    (operands.length > pattern.operands.length && !pattern.more)
  )
    return false;
  return (
    pattern.path.every((word, i) => path[i] === word) &&
    pattern.options.every((alternatives) =>
      alternatives.some((wanted) => options.some((option) => fits(wanted, option, true, steps))),
    ) &&
    (pattern.anyOption ||
      options.every((option) =>
        pattern.options.some((them) => them.some((one) => fits(one, option, true, steps))),
      )) &&
    pattern.operands.every((wanted, i) => isOperand(wanted, operands[i] ?? '', steps))
  );
}

/** A leading `*` stands for a name or a path, not for what changes the meaning: `+branch`, `:branch`, `@file`. */
function isOperand(
  { text, pattern }: CommandPattern['operands'][number],
  operand: string,
  steps: Steps,
): boolean {
  return pattern.matches(operand, steps) && (!text.startsWith('*') || /^[\w./~]/.test(operand));
}

function fits(wanted: WantedOption, { name, value }: Option, exact: boolean, steps: Steps): boolean {
  if (wanted.name !== name) return false;
  if (wanted.pattern === undefined) return !exact || value === undefined;
  return value !== undefined && wanted.pattern.matches(value.replace(/^=/, ''), steps);
}

const TRUSTED_FOLDER = /^\/(?:usr\/(?:local\/)?)?s?bin\/[^/]+$/;

/** A name from the search path, the system's folders, or the very file the rule names. */
function isProgram(
  { program, name }: CommandPattern,
  { word, cwd }: SeenCommand,
  root: string | null,
): boolean {
  if (!program.includes('/'))
    return word === name || (TRUSTED_FOLDER.test(word) && word.endsWith(`/${name}`));
  if (!word.includes('/')) return false;
  return absolute(word, cwd) === absolute(program, root ?? cwd);
}
