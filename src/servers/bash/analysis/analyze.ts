/**
 * `analyze`: one command line in, level, effects, findings and fixes out.
 * It exists as the single door to the analysis; the tool, the hook, the preview and the policy go through it.
 * Invariant: pure, never throws, bounded in time; what is too long or fails is `unknown`.
 */
import { parse } from 'unbash';
import type { Spec } from '../knowledge/spec.js';
import type { Analysis, Finding } from './answer.js';
import { LEVELS } from './answer.js';
import { handler } from './commands/index.js';
import { hiddenText } from './hidden-text.js';
import { type Call, type Interpreter, Machine, type Span } from './machine.js';
import { runBody, runScript } from './run/script.js';
import { runFields } from './run/simple.js';
import { type Stream, UNKNOWN_STREAM } from './stream.js';
import { type Places, placesOf, type Surroundings } from './surroundings.js';
import type { Field } from './words/field.js';

/** Longer commands are not analysed, in UTF-16 units. */
export const MAX_LENGTH = 32_768;
const MAX_INNER = 16_384;
/** Brackets of any kind inside each other; more is no command of a person. */
const MAX_NESTING = 48;
const MAX_DEPTH = 24;

const interpreter: Interpreter = { text: runText, call: runCall, script: runScript, body: runBody, handle };
const NOWHERE = placesOf({});

export function analyze(command: string, surroundings?: Surroundings): Analysis {
  const places = surroundings ? placesOf(surroundings) : NOWHERE;
  if (command.length > MAX_LENGTH) return refused(command.length, `longer than ${MAX_LENGTH} characters`);
  if (nesting(command) > MAX_NESTING) return refused(command.length, 'nested too deeply');
  try {
    return analysed(command, places);
  } catch (error) {
    return refused(
      command.length,
      error instanceof RangeError ? 'nested too deeply' : 'could not be analysed',
    );
  }
}

function analysed(command: string, places: Places): Analysis {
  const machine = new Machine(command, places, interpreter);
  hiddenText(machine, command);
  runScript(machine, parse(command), UNKNOWN_STREAM);
  const { findings, effects, unanalysable, weight } = machine;
  const level = LEVELS[weight] ?? 'unknown';
  const fixed = findings.some(({ fix }) => fix !== undefined) ? fixedCommand(command, findings) : undefined;
  return fixed === undefined
    ? { level, effects, findings, unanalysable }
    : { level, effects, findings, fixedCommand: fixed, unanalysable };
}

/** The deepest nesting of brackets, quotes not looked at: an upper bound on the parser's. */
function nesting(text: string): number {
  let depth = 0;
  let deepest = 0;
  let ticks = 0;
  for (let i = 0; i < text.length; i += 1) {
    const c = text.charCodeAt(i);
    if (c === 40 || c === 123) {
      depth += 1;
      if (depth > deepest) deepest = depth;
    } else if ((c === 41 || c === 125) && depth > 0) depth -= 1;
    else if (c === 96) ticks += 1;
  }
  return ticks > 256 ? ticks : deepest;
}

function refused(length: number, why: string): Analysis {
  return { level: 'unknown', effects: [], findings: [], unanalysable: [{ start: 0, end: length, why }] };
}

/** All fixes that do not overlap, put in. */
function fixedCommand(command: string, findings: readonly Finding[]): string {
  const fixes = findings.flatMap(({ fix }) => (fix ? [fix] : [])).sort((a, b) => b.start - a.start);
  let fixed = command;
  let before = Number.POSITIVE_INFINITY;
  for (const { start, end, text } of fixes) {
    if (end > before) continue;
    fixed = fixed.slice(0, start) + text + fixed.slice(end);
    before = start;
  }
  return fixed;
}

function handle(machine: Machine, call: Call, spec: Spec): Stream | undefined {
  const run = spec.run === undefined ? undefined : handler(spec.run);
  return run?.(machine, call, spec);
}

/** Text that a shell would read: `eval`, `bash -c`, a pipe into `sh`. */
function runText(machine: Machine, text: string, stdin: Stream, span: Span): Stream {
  if (text.trim() === '') return UNKNOWN_STREAM;
  if (machine.depth >= MAX_DEPTH || text.length > MAX_INNER || nesting(text) > MAX_NESTING) {
    machine.cannot('nested too deeply', span);
    return UNKNOWN_STREAM;
  }
  const outer = machine.span;
  machine.span ??= { start: span.start, end: span.end };
  machine.depth += 1;
  const out = runScript(machine, parse(text), stdin);
  machine.depth -= 1;
  machine.span = outer;
  return out;
}

function runCall(machine: Machine, fields: readonly Field[], stdin: Stream, span: Span): Stream {
  machine.depth += 1;
  const out = runFields(machine, fields, stdin, span);
  machine.depth -= 1;
  return out;
}
