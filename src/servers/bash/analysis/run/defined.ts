/**
 * Calls of functions and aliases that the line itself defines.
 * It exists because a harmless name may stand for anything.
 * Invariant: a function that calls itself in a pipe or in the background is a fork bomb; other recursion ends.
 */

import type { CommandNode, CompoundList } from 'unbash';
import { parse } from 'unbash';
import { BLOCKED, type Machine, type Span } from '../machine.js';
import { type Stream, UNKNOWN_STREAM } from '../stream.js';
import type { Field } from '../words/field.js';

export function calledFunction(
  machine: Machine,
  name: string,
  body: CommandNode | CompoundList,
  fields: readonly Field[],
  stdin: Stream,
  span: Span,
): Stream {
  machine.calls ??= [];
  if (machine.calls.includes(name)) {
    if (machine.forked)
      machine.find(
        BLOCKED,
        'fork-bomb',
        `${name} starts itself again and again until nothing else can run.`,
        span,
      );
    return UNKNOWN_STREAM;
  }
  const { positional, locals } = machine;
  machine.positional = fields;
  machine.locals = new Map();
  machine.calls.push(name);
  const out = machine.run.body(machine, body, stdin);
  machine.calls.pop();
  for (const [local, value] of machine.locals ?? [])
    if (value) machine.variables?.set(local, value);
    else machine.variables?.delete(local);
  machine.locals = locals;
  machine.positional = positional;
  return out;
}

export function expandedAlias(
  machine: Machine,
  alias: string,
  name: string,
  fields: readonly Field[],
  stdin: Stream,
  span: Span,
): Stream {
  const { aliases } = machine;
  const left = new Map(aliases);
  left.delete(name);
  machine.aliases = left;
  // The arguments go to the last simple command of the alias; nearly all have only one.
  const script = parse(alias);
  const only = script.commands.length === 1 ? script.commands[0]?.command : undefined;
  let out: Stream;
  if (only?.type === 'Command' && only.redirects.length === 0 && /^[\w./ =-]+$/.test(alias)) {
    const words = alias.trim().split(/\s+/);
    out = machine.run.call(
      machine,
      [
        ...words.map((text) => ({ text, start: span.start, end: span.end, selection: undefined, taint: 0 })),
        ...fields,
      ],
      stdin,
      span,
    );
  } else out = machine.run.text(machine, `${alias} ${fields.map(({ text }) => text).join(' ')}`, stdin, span);
  machine.aliases = aliases;
  return out;
}
