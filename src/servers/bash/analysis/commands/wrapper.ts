/**
 * Programs that run another: `sudo`, `env`, `timeout`, `ssh`, `docker exec`, `watch` …
 * It exists because the command that matters comes after them.
 * Invariant: the inner command is judged as its own, in the scope the wrapper gives it.
 */
import { type Compiled, compile } from '../../knowledge/compile.js';
import { commandSpec } from '../../knowledge/index.js';
import type { Spec, Wrap } from '../../knowledge/spec.js';
import { environment } from '../effects/environment.js';
import { LEAK, leaked } from '../effects/leak.js';
import { CAUTION, type Call, type Machine, type Scope } from '../machine.js';
import { apply } from '../run/apply.js';
import { readArguments } from '../run/arguments.js';
import { NOTHING, type Stream, tainted, UNKNOWN_STREAM } from '../stream.js';
import { lastPart } from '../targets/path.js';
import { type Field, isKnown, literal, NETWORK, PERSONAL, shown } from '../words/field.js';
import { assign } from '../words/variables.js';
import { runInput, runText } from './shell.js';

export function runWrapper(machine: Machine, call: Call, spec: Spec): Stream {
  const wrap = spec.wraps;
  if (!wrap) return apply(machine, call, spec);
  // A command that comes only in an option may stand behind the operands.
  const { options, next } = readArguments(call.fields, 0, compile(spec), wrap.skip !== 99);
  if (wrap.permutes) {
    const at = call.fields.findIndex(({ text }, i) => i >= next && /^(?:-l?c|--command)$/.test(text));
    const text = at >= 0 ? call.fields[at + 1] : undefined;
    if (text) {
      if (spec.does) machine.effect('privilege', call.name);
      return scoped(machine, wrap, () => runText(machine, text, call.stdin, call));
    }
  }
  if (
    wrap.scope === 'remote' &&
    (call.stdin.taint & LEAK & ~PERSONAL) !== 0 &&
    spec.does?.includes('network')
  )
    leaked(machine, call);
  else if (wrap.scope === 'remote' && (call.stdin.taint & PERSONAL) !== 0 && spec.does?.includes('network'))
    machine.find(CAUTION, 'data-leaves', 'Gives data of people or accounts to another machine.', call);
  if (
    options.some(
      ({ name, meaning }) =>
        meaning === 'help' || ((name === 'help' || name === 'version') && meaning === undefined),
    )
  )
    return NOTHING;
  for (const kind of spec.does?.split(' ') ?? []) {
    if (kind === 'privilege') {
      machine.effect('privilege', call.name);
      machine.find(
        CAUTION,
        'privilege',
        `Runs with other rights (${call.name}).`,
        call.word.start < call.word.end ? call.word : call,
      );
    } else machine.effect(kind as 'network', shown(call.fields[next]?.text ?? call.name));
  }
  let inner: Stream | undefined;
  for (const { name, meaning, value } of options) {
    if (typeof meaning === 'object')
      machine.find(meaning.level === 'caution' ? 1 : 3, meaning.code, meaning.message, call);
    if (!value) continue;
    if (name === 'o' && /^(?:Proxy|Local|Remote|KnownHosts)Command[= ]/i.test(value.text))
      runText(
        machine,
        literal(value.text.slice(value.text.search(/[= ]/) + 1), value.start, value.end),
        NOTHING,
        call,
      );
    if (meaning === 'use:shell') {
      const after = wrap.assignments ? call.fields.slice(next).map(({ text }) => ` ${text}`) : [];
      const whole = { ...value, text: value.text + after.join('') };
      inner = scoped(machine, wrap, () => runText(machine, whole, call.stdin, call));
    } else if (meaning === 'use:write')
      apply(
        machine,
        { ...call, fields: [literal('-o', 0, 0), value] },
        { values: '', options: { o: 'use:write' } },
      );
  }
  // What stands behind `--` is the command, whatever comes before it.
  const rest = call.fields.slice(call.fields[next - 1]?.text === '--' && wrap.dashes ? next - 1 : next);
  return remote(wrap, inner ?? runRest(machine, call, wrap, rest, compile(spec)));
}

function remote({ scope }: Wrap, stream: Stream): Stream {
  return scope === 'remote' ? { ...stream, text: undefined } : stream;
}

function runRest(
  machine: Machine,
  call: Call,
  wrap: Wrap,
  given: readonly Field[],
  compiled: Compiled,
): Stream {
  let rest = given;
  if (wrap.after) {
    const at = call.fields.findIndex(({ text }) => wrap.after?.includes(text));
    rest = at < 0 ? [] : call.fields.slice(at + 1);
  } else if (wrap.dashes) {
    const dashes = rest.findIndex(({ text }) => text === '--');
    if (dashes >= 0) rest = rest.slice(dashes + 1);
    else if (wrap.skip !== undefined) rest = rest.slice(wrap.skip);
    else return UNKNOWN_STREAM;
  } else {
    if (wrap.assignments)
      while (/^[A-Za-z_]\w*=/.test(rest[0]?.text ?? '')) {
        const text = rest[0]?.text ?? '';
        const equals = text.indexOf('=');
        environment(machine, text.slice(0, equals), text.slice(equals + 1), call, false);
        if (call.name !== 'env')
          assign(machine, text.slice(0, equals), [literal(text.slice(equals + 1), call.start, call.end)]);
        rest = rest.slice(1);
      }
    if (wrap.skip) rest = rest.slice(wrap.skip);
    if (wrap.skips !== undefined && new RegExp(wrap.skips).test(rest[0]?.text ?? '')) rest = rest.slice(1);
    if (rest[0]?.text === '--' || (wrap.assignments && rest[0]?.text === '-')) rest = rest.slice(1);
    // Options may also stand between the host and the command.
    if ((wrap.scope === 'remote' || wrap.skips !== undefined) && rest[0]?.text.startsWith('-'))
      rest = rest.slice(readArguments(rest, 0, compiled, true).next);
  }
  if (rest.length === 0) {
    if (call.name === 'env' || call.name === 'printenv') return { ...tainted(16), text: undefined };
    if (wrap.session && call.stdin !== NOTHING && (call.stdin.text !== undefined || call.stdin.taint !== 0))
      return scoped(machine, wrap, () => runInput(machine, call.stdin, call));
    return wrap.scope === 'remote' ? tainted(NETWORK) : UNKNOWN_STREAM;
  }
  const [head] = rest;
  const spaced = head !== undefined && rest.length === 1 && /\s/.test(head.text);
  if (
    wrap.known &&
    head &&
    isKnown(head.text) &&
    !isListed(spaced || wrap.joined ? firstWord(head) : head.text)
  )
    return UNKNOWN_STREAM;
  return scoped(machine, wrap, () => {
    if (wrap.program !== undefined)
      return machine.run.call(
        machine,
        [literal(wrap.program, call.start, call.end), ...rest],
        call.stdin,
        call,
      );
    // One word with spaces is no program's name: it is a line.
    if (head && (spaced || wrap.line)) return runText(machine, head, call.stdin, call);
    if (wrap.joined) {
      const taint = rest.reduce((all, field) => all | field.taint, 0);
      const [first] = rest;
      const text = rest.map((field) => field.text).join(' ');
      return runText(
        machine,
        {
          text,
          start: first?.start ?? call.start,
          end: rest.at(-1)?.end ?? call.end,
          taint,
          selection: undefined,
        },
        call.stdin,
        call,
      );
    }
    return machine.run.call(machine, rest, call.stdin, call);
  });
}

const firstWord = ({ text }: Field): string => text.trimStart().split(/[\s;|&]/, 1)[0] ?? '';

/** Whether the name, as a path or with a version, is a program with an entry. */
function isListed(text: string): boolean {
  const name = lastPart(text);
  return commandSpec(name) !== undefined || /^(?:lmcp|learning-mcp)(?:@|$)/.test(name);
}

function scoped(machine: Machine, { scope }: Wrap, run: () => Stream): Stream {
  if (scope === undefined) return run();
  const { scope: before, cwd, variables, functions, aliases } = machine;
  const now: Scope = {
    remote: before.remote || scope === 'remote',
    disposable: before.disposable || scope === 'disposable',
    root: before.root || scope === 'root',
  };
  machine.scope = now;
  if (scope !== 'root') {
    machine.functions = undefined;
    machine.aliases = undefined;
  }
  const out = run();
  machine.scope = before;
  machine.cwd = cwd;
  machine.variables = variables;
  machine.functions = functions;
  machine.aliases = aliases;
  return out;
}
