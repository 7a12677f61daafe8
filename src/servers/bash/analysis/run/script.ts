/**
 * Statements, pipelines and compound commands: the order in which things would happen.
 * It exists so that assignments, functions and pipes have happened when a later command is judged.
 * Invariant: both ways of every condition are judged; what only may have happened is not relied on.
 */
import type {
  AndOr,
  CommandNode,
  CompoundList,
  Pipeline,
  PipelineNode,
  Redirected as RedirectedNode,
  Script,
  Statement,
  Word,
} from 'unbash';
import { DANGEROUS, type Machine } from '../machine.js';
import { joined, NOTHING, type Stream, UNKNOWN_STREAM } from '../stream.js';
import { arithmetic } from '../words/arithmetic.js';
import { expand, expandOne } from '../words/expand.js';
import { ANY, type Field, literal } from '../words/field.js';
import { assign } from '../words/variables.js';
import { constant, constantList, falls, judgeEndless, taken } from './conditions.js';
import { tested } from './expressions.js';
import { flushed, redirected } from './redirect.js';
import { runSimple } from './simple.js';

const MAX_DEPTH = 24;
/** Programs that are trusted with passwords and keys: nobody gives their names to something else for comfort. */
const GUARDED_NAME = /^(?:sudo|su|doas|passwd|login|ssh|scp|gpg)$/;

export function runScript(machine: Machine, script: Script | CompoundList, stdin: Stream): Stream {
  if ('errors' in script) {
    const { errors } = script as {
      readonly errors?: readonly { message: string; pos: number }[] | undefined;
    };
    const first = errors?.[0];
    if (first) machine.cannot(`not parsed: ${first.message}`, { start: first.pos, end: script.end });
  }
  if (machine.depth >= MAX_DEPTH) {
    machine.cut('too-deep', { start: script.pos, end: script.end });
    return UNKNOWN_STREAM;
  }
  // Decoded backtick text has positions of its own.
  const { span } = machine;
  const own = 'source' in script && script.source !== undefined;
  if (own && !span) machine.span = { start: script.pos, end: script.end };
  machine.depth += 1;
  let out = NOTHING;
  for (const statement of script.commands) {
    out = joined(out, runStatement(machine, statement, stdin));
    if (machine.isSpent({ start: statement.pos, end: script.end })) break;
  }
  machine.depth -= 1;
  if (own) machine.span = span;
  return out;
}

function runStatement(machine: Machine, { command, background, pos, end }: Statement, stdin: Stream): Stream {
  machine.steps += 1;
  if (machine.isSpent({ start: pos, end })) return UNKNOWN_STREAM;
  if (!background) return runNode(machine, command, stdin);
  const { forked } = machine;
  machine.forked = true;
  const out = runNode(machine, command, stdin);
  machine.forked = forked;
  return out;
}

function runNode(machine: Machine, node: PipelineNode | AndOr, stdin: Stream): Stream {
  if (node.type === 'Command') return runSimple(machine, node, stdin);
  if (node.type === 'Pipeline') return runPipeline(machine, node, stdin);
  if (node.type === 'AndOr') return runAndOr(machine, node, stdin);
  return runCompound(machine, node, stdin);
}

function runAndOr(machine: Machine, { commands, operators }: AndOr, stdin: Stream): Stream {
  let out = NOTHING;
  let outcome: boolean | undefined;
  for (let i = 0; i < commands.length; i += 1) {
    const command = commands[i];
    if (!command || (i > 0 && outcome === (operators[i - 1] === '||'))) continue;
    if (i > 0) machine.conditions += 1;
    out = joined(out, runNode(machine, command, stdin));
    if (i > 0) machine.conditions -= 1;
    outcome = constant(machine, command);
  }
  return out;
}

function runPipeline(machine: Machine, { commands }: Pipeline, stdin: Stream): Stream {
  const { forked, cwd } = machine;
  machine.forked = commands.length > 1 || forked;
  let flowing = stdin;
  for (const command of commands)
    flowing =
      command.type === 'Command'
        ? runSimple(machine, command, flowing)
        : runCompound(machine, command, flowing);
  machine.forked = forked;
  machine.cwd = cwd;
  return flowing;
}

function runCompound(machine: Machine, node: CommandNode, stdin: Stream): Stream {
  switch (node.type) {
    case 'Command':
      return runSimple(machine, node, stdin);
    case 'Redirected':
      return runRedirected(machine, node, stdin);
    case 'BraceGroup':
      return runScript(machine, node.body, stdin);
    case 'Subshell': {
      const { cwd, variables, positional } = machine;
      machine.variables = variables && new Map(variables);
      const out = runScript(machine, node.body, stdin);
      machine.cwd = cwd;
      machine.variables = variables;
      machine.positional = positional;
      return out;
    }
    case 'If': {
      const outcome = constantList(machine, node.clause);
      let out = runScript(machine, node.clause, stdin);
      machine.conditions += 1;
      if (outcome !== false) out = joined(out, runScript(machine, node.then, stdin));
      for (const { clause, then } of outcome ? [] : node.elif) {
        out = joined(out, runScript(machine, clause, stdin));
        out = joined(out, runScript(machine, then, stdin));
      }
      if (node.else && !outcome) out = joined(out, runScript(machine, node.else, stdin));
      machine.conditions -= 1;
      return out;
    }
    case 'While': {
      judgeEndless(machine, node);
      machine.conditions += 1;
      let out = runScript(machine, node.clause, stdin);
      if (constantList(machine, node.clause) !== (node.kind === 'until'))
        out = joined(out, runScript(machine, node.body, stdin));
      machine.conditions -= 1;
      return out;
    }
    case 'For':
    case 'Select':
      return runFor(machine, node.name.text, node.wordlist, node.body, stdin);
    case 'ArithmeticFor':
      for (const part of [node.initialize, node.test, node.update])
        if (part) arithmetic(machine, part, expandOne);
      judgeEndless(machine, node);
      return runScript(machine, node.body, stdin);
    case 'Case': {
      const fields: Field[] = [];
      expand(machine, node.word, fields);
      machine.conditions += 1;
      let out = NOTHING;
      const subject = fields.length === 1 ? fields[0]?.text : undefined;
      for (const item of node.items) {
        const patterns: Field[] = [];
        for (const word of item.pattern) expand(machine, word, patterns);
        const outcome = taken(patterns, subject);
        if (outcome === false) continue;
        out = joined(out, runScript(machine, item.body, stdin));
        if (outcome && !falls(item)) break;
      }
      machine.conditions -= 1;
      return out;
    }
    case 'Function':
      machine.functions ??= new Map();
      machine.functions.set(node.name.text, node.body);
      if (GUARDED_NAME.test(node.name.text))
        machine.find(DANGEROUS, 'alias-hijack', `Makes ${node.name.text} mean something else.`, {
          start: node.pos,
          end: node.end,
        });
      return NOTHING;
    case 'Coproc':
      return node.body.type === 'CompoundList'
        ? runScript(machine, node.body, stdin)
        : runCompound(machine, node.body, stdin);
    case 'TestCommand':
      tested(machine, node.expression);
      return NOTHING;
    case 'ArithmeticCommand':
      if (node.expression) arithmetic(machine, node.expression, expandOne);
      return NOTHING;
    default:
      return UNKNOWN_STREAM;
  }
}

/** A function's body, with its own redirections. */
export function runBody(machine: Machine, body: CommandNode | CompoundList, stdin: Stream): Stream {
  return body.type === 'CompoundList' ? runScript(machine, body, stdin) : runCompound(machine, body, stdin);
}

function runRedirected(machine: Machine, { command, redirects }: RedirectedNode, stdin: Stream): Stream {
  const { stdin: input, outputs, away } = redirected(machine, redirects, stdin);
  const out = runCompound(machine, command, input);
  flushed(machine, outputs, out, { silent: false, says: false });
  return away ? NOTHING : out;
}

function runFor(
  machine: Machine,
  name: string,
  words: readonly Word[] | undefined,
  body: CompoundList,
  stdin: Stream,
): Stream {
  const fields: Field[] = [];
  if (words) for (const word of words) expand(machine, word, fields);
  else fields.push(...(machine.positional ?? [literal(ANY, body.pos, body.pos)]));
  let out = NOTHING;
  // The first turns stand for the rest: they differ in the name only.
  for (const field of distinct(fields)) {
    machine.variables?.delete(name);
    assign(machine, name, [field]);
    machine.conditions += 1;
    out = joined(out, runScript(machine, body, stdin));
    machine.conditions -= 1;
  }
  return out;
}

function distinct(fields: readonly Field[]): readonly Field[] {
  if (fields.length <= 4) return fields;
  // Judge the heaviest-looking: absolute, home and open ones first.
  const heavy = fields.filter(
    ({ text }) => text.startsWith('/') || text.includes('..') || /[\uE000-\uE003]/.test(text),
  );
  return [...heavy, ...fields.filter((field) => !heavy.includes(field))].slice(0, 6);
}
