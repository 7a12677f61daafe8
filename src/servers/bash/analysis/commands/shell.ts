/**
 * Shells and what makes them run text: `sh -c`, standard input, script files, `eval`, `source`, `exec`.
 * It exists because a command inside a string is a command.
 * Invariant: text that is not known is `unknown`; text from the network is dangerous whatever it says.
 */
import { compile } from '../../knowledge/compile.js';
import { commandSpec } from '../../knowledge/index.js';
import type { Spec } from '../../knowledge/spec.js';
import { read } from '../effects/read.js';
import { CAUTION, type Call, DANGEROUS, type Machine, type Span } from '../machine.js';
import { readArguments } from '../run/arguments.js';
import { FILE_STREAM, NOTHING, type Stream, tainted, UNKNOWN_STREAM } from '../stream.js';
import { absolute, lastPart } from '../targets/path.js';
import { isScratch } from '../targets/place.js';
import {
  DECODED,
  type Field,
  HISTORY,
  isDynamic,
  literal,
  NETWORK,
  PLANTED,
  SESSION,
  SETUP,
  shown,
} from '../words/field.js';
import { escapes } from './shell-escape.js';

export function runShell(machine: Machine, call: Call, spec: Spec): Stream {
  const { options, operands, next } = readArguments(call.fields, 0, compile(spec), true);
  const rest = [...operands, ...call.fields.slice(next)];
  if (options.some(({ name }) => name === 'help' || name === 'version')) return NOTHING;
  for (const { name, value } of options)
    if (name === 'rcfile' || name === 'init-file') if (value) runFile(machine, value, call);
  if (options.some(({ name, field }) => name === 'c' && !field.text.startsWith('--'))) {
    const [text, , ...positional] = rest;
    if (!text) return UNKNOWN_STREAM;
    const before = machine.positional;
    machine.positional = positional;
    const out = runText(machine, text, call.stdin, call);
    machine.positional = before;
    return out;
  }
  const [script, ...positional] = rest;
  if (script && !options.some(({ name }) => name === 's') && script.text !== '-') {
    if (script.text === '/dev/stdin') return runInput(machine, call.stdin, call);
    const before = machine.positional;
    machine.positional = positional;
    const out = runFile(machine, script, call);
    machine.positional = before;
    return out;
  }
  if (options.some(({ name }) => name === 'n' || name === 'dump-strings')) return NOTHING;
  if (options.some(({ name }) => name === 'p') && !call.fields.some(({ text }) => text === '-c'))
    machine.find(DANGEROUS, 'set-user-id', 'Keeps the rights of the owner of a set-user-id program.', call);
  if (escapes(machine, call))
    machine.find(
      DANGEROUS,
      'shell-escape',
      `Opens a shell from inside ${machine.starter ?? 'a program'}, with its rights and past its limits.`,
      call,
    );
  return runInput(machine, call.stdin, call);
}

/** A field that a shell reads as text. */
export function runText(machine: Machine, field: Field, stdin: Stream, span: Span): Stream {
  if ((field.taint & NETWORK) !== 0) {
    remoteCode(machine, span);
    return UNKNOWN_STREAM;
  }
  if ((field.taint & SETUP) !== 0 && isDynamic(field.text)) {
    machine.effect('exec', 'shell set-up');
    machine.find(CAUTION, 'shell-setup', 'Runs the set-up that a tool prints for this shell.', span);
    return UNKNOWN_STREAM;
  }
  if (isDynamic(field.text) && field.text.replaceAll(/[\uE000\uE001\s]/g, '') === '') {
    machine.cannot('runs text that is not known before it runs', field.start < field.end ? field : span);
    return UNKNOWN_STREAM;
  }
  return machine.run.text(machine, field.text, stdin, field.start < field.end ? field : span);
}

/** What arrives on standard input is run. */
export function runInput(machine: Machine, stdin: Stream, span: Span): Stream {
  if ((stdin.taint & NETWORK) !== 0) {
    remoteCode(machine, span);
    return UNKNOWN_STREAM;
  }
  if ((stdin.taint & PLANTED) !== 0)
    machine.find(
      DANGEROUS,
      'runs-from-temporary',
      'Runs text from a directory where every user may write.',
      span,
    );
  if ((stdin.taint & HISTORY) !== 0) {
    machine.find(DANGEROUS, 'runs-history', 'Runs every command of the shell history again.', span);
    return UNKNOWN_STREAM;
  }
  if (stdin.text !== undefined) {
    if ((stdin.taint & DECODED) !== 0)
      machine.find(CAUTION, 'encoded-command', 'Runs a command that was hidden by an encoding.', span);
    return machine.run.text(machine, stdin.text, UNKNOWN_STREAM, span);
  }
  if (stdin === UNKNOWN_STREAM && !machine.forked) machine.effect('exec', 'sh');
  else if (stdin === FILE_STREAM || (stdin.taint & PLANTED) !== 0) {
    machine.effect('exec', 'sh');
    machine.find(CAUTION, 'runs-script', 'Runs a script, which was not read.', span);
  } else machine.cannot('runs text that another command makes', span);
  return tainted(SESSION);
}

/** What arrives is read as commands: `iex`. */
export function runStandardInput(machine: Machine, call: Call): Stream {
  const [text] = call.fields;
  if (text) return runText(machine, text, call.stdin, call);
  if ((call.stdin.taint & NETWORK) !== 0) return runInput(machine, call.stdin, call);
  machine.effect('exec', call.name);
  machine.find(CAUTION, 'runs-script', 'Runs what is piped in, which was not read.', call);
  return UNKNOWN_STREAM;
}

export function remoteCode(machine: Machine, span: Span): void {
  machine.effect('exec', 'code from the network', false);
  machine.find(DANGEROUS, 'remote-code', 'Runs code from the network that nobody has read.', span);
}

/** A script file: known when the line wrote it, else it is somebody's own script. */
export function runFile(machine: Machine, file: Field, span: Span): Stream {
  const stream = read(machine, file, span);
  if (stream.text !== undefined) return machine.run.text(machine, stream.text, UNKNOWN_STREAM, span);
  if ((stream.taint & NETWORK) !== 0) {
    remoteCode(machine, span);
    return UNKNOWN_STREAM;
  }
  if ((stream.taint & SETUP) !== 0) {
    machine.effect('exec', 'shell set-up');
    machine.find(CAUTION, 'shell-setup', 'Runs the set-up that a tool prints for this shell.', span);
    return UNKNOWN_STREAM;
  }
  machine.effect('exec', shown(file.text));
  const tool = commandSpec(lastPart(file.text))?.risk;
  if (tool?.code === 'attack-tool') machine.find(DANGEROUS, tool.code, tool.message, span);
  const path = absolute(file.text, machine.cwd);
  if (machine.files?.has(path) || /^\/dev\/(?:fd|stdin)/.test(file.text)) {
    machine.cannot('runs text that another command makes', span);
    return UNKNOWN_STREAM;
  }
  if (isScratch(path, machine.places))
    machine.find(
      DANGEROUS,
      'runs-from-temporary',
      `Runs ${shown(file.text)} from a directory where every user may write.`,
      span,
    );
  else machine.find(CAUTION, 'runs-script', `Runs the script ${shown(file.text)}, which was not read.`, span);
  return UNKNOWN_STREAM;
}

export function runEval(machine: Machine, call: Call): Stream {
  const { fields } = call;
  const from = fields[0]?.text === '--' ? 1 : 0;
  const words = fields.slice(from);
  if (words.length === 0) return NOTHING;
  const taint = words.reduce((all, field) => all | field.taint, 0);
  return runText(
    machine,
    { ...literal(words.map(({ text }) => text).join(' '), call.start, call.end), taint },
    call.stdin,
    call,
  );
}

export function runSource(machine: Machine, call: Call): Stream {
  const [file, ...positional] = call.fields;
  if (!file) return NOTHING;
  if (file.text === '/dev/stdin') return runInput(machine, call.stdin, call);
  const before = machine.positional;
  if (positional.length > 0) machine.positional = positional;
  const out = runFile(machine, file, call);
  machine.positional = before;
  return out;
}

export function runExec(machine: Machine, call: Call): Stream {
  let from = 0;
  while (call.fields[from]?.text.startsWith('-')) from += call.fields[from]?.text === '-a' ? 2 : 1;
  return machine.run.call(machine, call.fields.slice(from), call.stdin, call);
}
