/**
 * A command's words taken apart as its program would: subcommands, options, operands.
 * It exists so that a team's rule for `git push` is about that subcommand, however it is typed.
 * Invariant: a rule's words and a command's words go through this same function.
 */
import { type Compiled, compile } from '../../knowledge/compile.js';
import { commandSpec } from '../../knowledge/index.js';
import { lastPart } from '../targets/path.js';
import type { Structure } from '../team-rules.js';
import { type Field, literal, shown } from '../words/field.js';
import { type Option, readArguments } from './arguments.js';

const UNLISTED = compile({});

export function structureOf(name: string, fields: readonly Field[]): Structure {
  const spec = commandSpec(name);
  let compiled: Compiled = spec === undefined ? UNLISTED : compile(spec);
  const path: string[] = [];
  const options: Option[] = [];
  let from = 0;
  while (compiled.sub) {
    const outer = readArguments(fields, from, compiled, true);
    const word = fields[outer.next];
    const next = word && (compiled.sub.get(word.text) ?? compiled.sub.get('*'));
    if (!word || !next) break;
    options.push(...outer.options);
    path.push(word.text);
    from = outer.next + 1;
    compiled = compile(next);
  }
  const inner = readArguments(fields, from, compiled);
  return {
    path,
    options: [...options, ...inner.options].map(({ name: option, value }) => ({
      name: option,
      value: value && shown(value.text),
    })),
    operands: inner.operands.map(({ text }) => shown(text)),
  };
}

/** The structure of plain words, such as a rule's. The first is the program. */
export function structureOfWords([program = '', ...rest]: readonly string[]): Structure {
  return structureOf(
    lastPart(program),
    rest.map((word) => literal(word, 0, 0)),
  );
}
