/**
 * Conditions whose outcome stands in the line: `false &&`, `if true`, `while :`, a `case` of a known word.
 * It exists because what can never run loses nothing, and what never ends fills a machine.
 * Invariant: only a bare builtin or a literal counts as constant; everything else may go both ways.
 */
import type { ArithmeticFor, CaseItem, CompoundList, PipelineNode, Statement, While } from 'unbash';
import { BLOCKED, DANGEROUS, type Machine } from '../machine.js';
import { type Field, isKnown, STAR } from '../words/field.js';

const TRUE = /^(?:(?:\/usr)?\/bin\/)?(?:true|:)$/;
const FALSE = /^(?:(?:\/usr)?\/bin\/)?false$/;

/** The outcome of a command, where it is always the same. */
export function constant(machine: Machine, node: PipelineNode): boolean | undefined {
  if (node.type === 'ArithmeticCommand')
    return node.expression?.type === 'ArithmeticWord' && /^\d+$/.test(node.expression.value)
      ? Number(node.expression.value) !== 0
      : undefined;
  if (node.type === 'TestCommand')
    return node.expression.type === 'TestUnary' &&
      node.expression.operator === '-n' &&
      /^(?:1|true)$/.test(node.expression.operand.text)
      ? true
      : undefined;
  if (node.type !== 'Command' || !node.name || node.prefix.length > 0) return undefined;
  const { text } = node.name;
  if (machine.functions?.has(text) || machine.aliases?.has(text)) return undefined;
  if (node.suffix.length === 0) return TRUE.test(text) ? true : FALSE.test(text) ? false : undefined;
  const [one, two] = node.suffix;
  return text === '[' &&
    node.suffix.length === 2 &&
    one?.type === 'Word' &&
    two?.type === 'Word' &&
    two.text === ']' &&
    /^(?:1|true)$/.test(one.text)
    ? true
    : undefined;
}

/** The outcome of a list of one command. */
export function constantList(machine: Machine, { commands }: CompoundList): boolean | undefined {
  const [only] = commands;
  if (!only || commands.length > 1 || only.background) return undefined;
  const { command } = only;
  return command.type === 'AndOr' ? undefined : constant(machine, command);
}

/** Whether a case is taken: undefined where it depends on what is not known. */
export function taken(patterns: readonly Field[], subject: string | undefined): boolean | undefined {
  if (patterns.some(({ text }) => text === STAR)) return true;
  if (subject === undefined || !isKnown(subject)) return undefined;
  if (patterns.some(({ text }) => text === subject)) return true;
  return patterns.every(({ text }) => isKnown(text)) ? false : undefined;
}

/** Whether the cases after this one are still looked at. */
export function falls({ terminator }: CaseItem): boolean {
  return terminator !== undefined && terminator !== ';;';
}

const PAUSES = /^(?:wait|sleep|usleep|read|break|exit|return|inotifywait|timeout|select|curl|nc|kill|exec)$/;

/** A loop that never ends and never waits: one process more, or one line more, at every turn. */
export function judgeEndless(machine: Machine, node: While | ArithmeticFor): void {
  if (node.type === 'While') {
    const outcome = constantList(machine, node.clause);
    if (outcome === undefined || outcome === (node.kind === 'until')) return;
  } else if (node.test) return;
  const seen = { pauses: false, appends: false, background: false };
  look(node.body.commands, seen, 0);
  if (seen.pauses) return;
  if (seen.background)
    machine.find(BLOCKED, 'fork-bomb', 'Starts processes without end until nothing else can run.', {
      start: node.pos,
      end: node.end,
    });
  else if (seen.appends)
    machine.find(DANGEROUS, 'fills-disk', 'Writes without end until the disk is full.', {
      start: node.pos,
      end: node.end,
    });
}

interface Seen {
  pauses: boolean;
  appends: boolean;
  background: boolean;
}

function look(statements: readonly Statement[], seen: Seen, depth: number): void {
  if (depth > 8) return;
  for (const { command, background } of statements) {
    if (background) seen.background = true;
    const parts: readonly PipelineNode[] = command.type === 'AndOr' ? command.commands : [command];
    for (const part of parts) lookAt(part, seen, depth);
  }
}

function lookAt(node: PipelineNode, seen: Seen, depth: number): void {
  switch (node.type) {
    case 'Command':
      if (node.name && PAUSES.test(node.name.text)) seen.pauses = true;
      if (node.redirects.some(({ operator }) => operator === '>>')) seen.appends = true;
      return;
    case 'Pipeline':
      for (const part of node.commands) lookAt(part, seen, depth);
      return;
    case 'BraceGroup':
    case 'Subshell':
      look(node.body.commands, seen, depth + 1);
      return;
    case 'If':
      look(node.clause.commands, seen, depth + 1);
      look(node.then.commands, seen, depth + 1);
      if (node.else) look(node.else.commands, seen, depth + 1);
      return;
    case 'Redirected':
      lookAt(node.command, seen, depth);
      return;
    default:
      // Other compounds may well end or wait.
      seen.pauses ||= node.type !== 'TestCommand' && node.type !== 'ArithmeticCommand';
  }
}
