/**
 * `xargs` and `parallel`: commands whose arguments come through a pipe.
 * It exists because `ls | xargs rm -rf` names no file at all.
 * Invariant: arguments from a pipe are a selection when the pipe's source is known, else unknown text.
 */
import { compile } from '../../knowledge/compile.js';
import type { Spec } from '../../knowledge/spec.js';
import type { Call, Machine } from '../machine.js';
import { readArguments } from '../run/arguments.js';
import { NOTHING, type Stream, UNKNOWN_STREAM } from '../stream.js';
import { ANY, type Field, literal } from '../words/field.js';
import { runInput, runText } from './shell.js';

const MANY = 32;

export function runXargs(machine: Machine, call: Call, spec: Spec): Stream {
  const { options, next } = readArguments(call.fields, 0, compile(spec), true);
  if (options.some(({ name }) => name === 'help' || name === 'version')) return NOTHING;
  const command = call.fields.slice(next);
  const given = argumentsOf(call);
  if (command.length === 0) return { ...call.stdin, text: call.stdin.text };
  const replace = options.find(({ name }) => name === 'I' || name === 'i' || name === 'replace');
  const typed = replace?.value?.text ?? /^-i(.+)$/.exec(replace?.field.text ?? '')?.[1];
  const hole = replace ? (typed === undefined || typed === '' ? '{}' : typed) : undefined;
  if (hole !== undefined && call.stdin.text !== undefined) {
    // A line each, as `-I` takes them.
    for (const line of linesOf(call).slice(0, 4))
      machine.run.call(machine, fill(command, hole, [line]), NOTHING, call);
    return UNKNOWN_STREAM;
  }
  return machine.run.call(machine, fill(command, hole, given), NOTHING, call);
}

export function runParallel(machine: Machine, call: Call, spec: Spec): Stream {
  const { options, next } = readArguments(call.fields, 0, compile(spec), true);
  if (
    options.some(
      ({ name }) => name === 'help' || name === 'version' || name === 'dry-run' || name === 'dryrun',
    )
  )
    return NOTHING;
  const rest = call.fields.slice(next);
  const source = rest.findIndex(({ text }) => /^:::[:+]*$/.test(text));
  const command = source < 0 ? rest : rest.slice(0, source);
  const given =
    source < 0 ? linesOf(call) : rest.slice(source + 1).filter(({ text }) => !text.startsWith(':::'));
  if (command.length === 0) {
    if (source < 0) return runInput(machine, call.stdin, call);
    for (const field of given.slice(0, MANY)) runText(machine, field, NOTHING, call);
    return UNKNOWN_STREAM;
  }
  const holes = command.some(({ text }) => /\{[./#%0-9]*\}/.test(text));
  for (const one of given.slice(0, 4)) {
    const filled = holes
      ? command.map((field) =>
          /\{[./#%0-9]*\}/.test(field.text)
            ? { ...field, text: field.text.replaceAll(/\{[./#%0-9]*\}/g, one.text), selection: one.selection }
            : field,
        )
      : [...command, one];
    // A single word is read by a shell again.
    if (filled[0] && command.length === 1 && /\s/.test(filled[0].text))
      runText(
        machine,
        literal(filled.map(({ text }) => text).join(' '), call.start, call.end),
        NOTHING,
        call,
      );
    else machine.run.call(machine, filled, NOTHING, call);
  }
  return UNKNOWN_STREAM;
}

function fill(command: readonly Field[], hole: string | undefined, given: readonly Field[]): Field[] {
  if (hole === undefined) return [...command, ...given];
  const [first] = given;
  const text = given.length === 1 && first ? first.text : ANY;
  return command.map((field) =>
    field.text.includes(hole)
      ? {
          ...field,
          text: field.text.replaceAll(hole, text),
          selection: first?.selection,
          taint: field.taint | (first?.taint ?? 0),
        }
      : field,
  );
}

/** `parallel` takes a line as one argument. */
function linesOf(call: Call): Field[] {
  const { stdin, start, end } = call;
  if (stdin.text === undefined) return argumentsOf(call);
  const lines = stdin.text.split(/[\n\0]/).filter((line) => line !== '');
  return lines.slice(0, MANY).map((text) => literal(text, start, end));
}

function argumentsOf({ stdin, start, end }: Call): Field[] {
  if (stdin.text !== undefined) {
    const words = stdin.text.split(/[\s\0]+/).filter((word) => word !== '');
    return words.slice(0, MANY).map((text) => literal(text, start, end));
  }
  return [
    {
      text: ANY,
      start,
      end,
      selection: stdin.selection ?? { root: undefined, names: [], narrowed: false, empty: false },
      taint: stdin.taint,
    },
  ];
}
