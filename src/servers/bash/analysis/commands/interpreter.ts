/**
 * Interpreters with code on the command line: `python -c`, `perl -e`, `ruby -e`, `node -e`, `php -r`, `awk`.
 * It exists because such code deletes, runs and connects without naming a command.
 * Invariant: calls are read from the text by name; code that builds code is `unknown`.
 */
import { compile } from '../../knowledge/compile.js';
import type { Spec } from '../../knowledge/spec.js';
import { isSecretPath } from '../effects/leak.js';
import { isOwnProgram } from '../effects/own-guard.js';
import { read } from '../effects/read.js';
import { written } from '../effects/write.js';
import { CAUTION, type Call, DANGEROUS, type Machine } from '../machine.js';
import { readArguments } from '../run/arguments.js';
import { NOTHING, type Stream, tainted, UNKNOWN_STREAM } from '../stream.js';
import { absolute, isWithin } from '../targets/path.js';
import { type Field, literal, NETWORK, shown } from '../words/field.js';
import { judgeCode } from './code.js';
import { remoteCode, runFile } from './shell.js';

export function runInterpreter(machine: Machine, call: Call, spec: Spec): Stream {
  const { options, next } = readArguments(call.fields, 0, compile(spec), true);
  if (options.some(({ name, meaning }) => meaning === 'help' || name === 'help' || name === 'version'))
    return NOTHING;
  const code = options
    .filter(({ meaning, value }) => meaning === 'use:program' && value)
    .map(({ value }) => value as Field);
  const rest = call.fields.slice(next);
  const inPlace = options.some(({ name }) => name === 'i');
  if (inPlace)
    for (const field of code.length > 0 ? rest : rest.slice(1))
      written(machine, field, { mode: emptying(code, options) ? 'truncate' : 'modify', span: call });
  if (code.length > 0) {
    for (const field of code) judgeCode(machine, field, call);
    return tainted(call.stdin.taint & ~NETWORK);
  }
  const module = options.find(({ name }) => name === 'm')?.value;
  if (module) {
    machine.effect('exec', `${call.name} -m ${shown(module.text)}`);
    if (/^(?:http\.server|SimpleHTTPServer)$/.test(module.text)) {
      machine.effect('network', 'http server');
      const at = rest.findIndex(({ text }) => text === '-d' || text === '--directory');
      const folder = at >= 0 ? rest[at + 1]?.text : undefined;
      const path = absolute(folder ?? '.', machine.cwd);
      const exposes =
        path === '/' || path === machine.places.home || isSecretPath(path) || isWithin(path, '/etc');
      machine.find(
        exposes ? DANGEROUS : CAUTION,
        'file-server',
        exposes
          ? `Serves ${path} to the network, with the secrets in it.`
          : 'Serves the files of this directory to the network.',
        call,
      );
    } else if (/^(?:timeit|cProfile|profile|trace)$/.test(module.text)) {
      // What is timed is code, the set-up too.
      for (const field of rest)
        if (module.text === 'timeit' && !/^-\w$/.test(field.text)) judgeCode(machine, field, call);
    } else if (module.text === 'pip')
      return machine.run.call(machine, [literal('pip', call.start, call.end), ...rest], call.stdin, call);
    return UNKNOWN_STREAM;
  }
  const [script] = rest;
  if (call.name === 'deno' && script?.text === 'eval' && rest[1]) {
    judgeCode(machine, rest[1], call);
    return UNKNOWN_STREAM;
  }
  const piped = call.name === 'deno' && script?.text === 'run' && rest.some(({ text }) => text === '-');
  if (script && script.text !== '-' && !piped) {
    if (script.text.startsWith('-')) return UNKNOWN_STREAM;
    if (isOwnProgram(script.text))
      return machine.run.call(machine, [{ ...script, text: 'lmcp' }, ...rest.slice(1)], call.stdin, call);
    // Framework consoles are scripts with subcommands of their own.
    const console = /(?:^|\/)(artisan|manage\.py|console|rails|wp-cli\.phar)$/.exec(script.text)?.[1];
    if (console !== undefined)
      return machine.run.call(
        machine,
        [literal(console === 'console' ? 'symfony' : console, script.start, script.end), ...rest.slice(1)],
        call.stdin,
        call,
      );
    const stream =
      script.text.startsWith('/dev/fd/') || machine.files ? read(machine, script, call) : UNKNOWN_STREAM;
    if (stream.text !== undefined) judgeCode(machine, literal(stream.text, call.start, call.end), call);
    else runFileOf(machine, call, script);
    return UNKNOWN_STREAM;
  }
  if ((call.stdin.taint & NETWORK) !== 0) remoteCode(machine, call);
  else if (call.stdin.text !== undefined && call.stdin !== NOTHING)
    judgeCode(machine, literal(call.stdin.text, call.start, call.end), call);
  else if (machine.forked && call.stdin !== UNKNOWN_STREAM)
    machine.cannot('runs code that another command makes', call);
  else machine.effect('exec', call.name);
  return UNKNOWN_STREAM;
}

function runFileOf(machine: Machine, call: Call, script: Field): void {
  runFile(machine, script, call);
}

/** `s/.*/ /s` on whole files leaves nothing. */;
function emptying(code: readonly Field[], options: readonly { readonly name: string }[]): boolean {
  // `-n` prints only what the program prints.
  const silent = options.some(({ name }) => name === 'n') && !options.some(({ name }) => name === 'p');
  if (silent && code.every(({ text }) => !/\b(?:print|say|printf|puts|p|syswrite)\b/.test(text))) return true;
  return code.some(({ text }) => /^s([/|#])\.\*\1\1[gs]*$/.test(text.trim())) && options.length > 0;
}

/** `awk`: the first operand is the program unless `-f` gives it. */
export function runAwk(machine: Machine, call: Call, spec: Spec): Stream {
  const { options, operands } = readArguments(call.fields, 0, compile(spec));
  if (options.some(({ name }) => name === 'help' || name === 'version')) return NOTHING;
  const fromFile = options.some(({ name }) => name === 'f' || name === 'file');
  const program = fromFile ? undefined : operands[0];
  if (program) judgeCode(machine, program, call, 'awk');
  const files = fromFile ? operands : operands.slice(1);
  let taint = 0;
  for (const field of files) taint |= read(machine, field, call).taint;
  if (options.some(({ name, value }) => name === 'i' && value?.text === 'inplace'))
    for (const field of files) written(machine, field, { mode: 'modify', span: call });
  if (files.length > 0) return tainted(taint);
  return {
    text: undefined,
    taint: call.stdin.taint,
    selection: call.stdin.selection && { ...call.stdin.selection, narrowed: true },
    endless: call.stdin.endless,
  };
}
