/**
 * Programs that take commands as keystrokes or as lines of their own: `screen -X stuff`, `gdb -ex 'shell …'`.
 * It exists because what is typed into a terminal runs as if a person had typed it.
 * Invariant: only what reaches a shell is read; a debugger's own commands change nothing here.
 */
import { compile } from '../../knowledge/compile.js';
import type { Spec } from '../../knowledge/spec.js';
import type { Call, Machine } from '../machine.js';
import { readArguments } from '../run/arguments.js';
import { NOTHING, type Stream, UNKNOWN_STREAM } from '../stream.js';
import { type Field, literal } from '../words/field.js';
import { judgeCode } from './code.js';
import { escapes } from './escapes.js';
import { runText } from './shell.js';
import { runWrapper } from './wrapper.js';

/** `screen -S s -X stuff 'make^M'`; without `-X` it runs its operands. */
export function runScreen(machine: Machine, call: Call, spec: Spec): Stream {
  const at = call.fields.findIndex(({ text }) => text === '-X');
  if (at < 0) return runWrapper(machine, call, { ...spec, wraps: {} });
  const [order, ...rest] = call.fields.slice(at + 1);
  if (order?.text === 'stuff')
    for (const field of rest)
      runText(machine, { ...field, text: escapes(field.text.replaceAll('^M', '\n')) }, NOTHING, call);
  else if (order?.text === 'exec' || order?.text === 'screen') machine.run.call(machine, rest, NOTHING, call);
  else if (order?.text === 'quit' || order?.text === 'kill') machine.effect('process', 'screen');
  return UNKNOWN_STREAM;
}

/** Options of debuggers whose value is a command of the debugger. */
const COMMANDS = /^-{1,2}(?:ex|iex|eval-command|init-eval-command|o|O|one-line|one-line-before-file)$/;

/** `gdb`, `lldb`: their lines, and the program to debug once a line starts it. */
export function runDebugger(machine: Machine, call: Call, spec: Spec): Stream {
  const { fields } = call;
  const lines: Field[] = [];
  fields.forEach((field, i) => {
    const joined = /^-{1,2}(?:ex|iex|eval-command|one-line)=(.*)$/s.exec(field.text)?.[1];
    if (joined !== undefined) lines.push({ ...field, text: joined });
    const value = fields[i + 1];
    if (COMMANDS.test(field.text) && value) lines.push(value);
  });
  for (const { text } of call.stdin.text === undefined ? [] : [call.stdin])
    for (const line of text?.split('\n') ?? []) lines.push(literal(line, call.start, call.end));
  for (const field of lines) judgeLine(machine, call, field);
  const args = fields.findIndex(({ text }) => /^--?args$/.test(text) || text === '--');
  const program =
    args >= 0 ? fields.slice(args + 1) : fields.slice(readArguments(fields, 0, compile(spec), true).next);
  machine.effect('exec', call.name);
  if (args >= 0) return machine.run.call(machine, program, call.stdin, call);
  return UNKNOWN_STREAM;
}

function judgeLine(machine: Machine, call: Call, field: Field): void {
  const { text } = field;
  const shell =
    /^\s*(?:(?:platform\s+)?shell\s+(?:-h\s+)?(?:--\s+)?|!\s*|pipe\s.*?\|\s*|\|\s.*?\|\s*)(.*)$/s.exec(
      text,
    )?.[1];
  if (shell !== undefined) runText(machine, { ...field, text: shell }, NOTHING, call);
  else if (/^\s*(?:python|py|script|call|print|p|expr(?:ession)?)\b/.test(text))
    judgeCode(machine, { ...field, text: text.replace(/\(\w+\)\s*(?=\w+\s*\()/g, '') }, call, 'python3');
}
