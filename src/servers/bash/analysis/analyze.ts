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
import { withoutHereDocuments } from './here-documents.js';
import { hiddenText } from './hidden-text.js';
import { type Call, CUT, type CutCode, type Interpreter, Machine, type Span, UNKNOWN } from './machine.js';
import { mended } from './mend/lazy.js';
import { runBody, runScript } from './run/script.js';
import { runFields } from './run/simple.js';
import { raise } from './run/under-rules.js';
import { type Stream, UNKNOWN_STREAM } from './stream.js';
import { type Places, placesOf, type Surroundings } from './surroundings.js';
import { EXTRAORDINARY, survey } from './survey.js';
import type { Field } from './words/field.js';

/** Longer commands are not analysed, in UTF-16 units; here-documents that are taken as they stand do not count. */
export const MAX_LENGTH = 65_536;
/** With their here-documents. */
const MAX_WITH_TEXTS = 1 << 20;
/** Text in text, all told: `eval`, `bash -c`. */
const MAX_INNER = 131_072;
/** Brackets of any kind inside each other; more is no command of a person. */
const MAX_NESTING = 48;
const MAX_DEPTH = 24;

const interpreter: Interpreter = { text: runText, call: runCall, script: runScript, body: runBody, handle };
const NOWHERE = placesOf({});

export function analyze(command: string, surroundings?: Surroundings): Analysis {
  const places = surroundings ? placesOf(surroundings) : NOWHERE;
  if (command.length > MAX_WITH_TEXTS) return refused(command.length, 'too-large');
  const { depth, marks } = survey(command);
  const tooMuch = command.length > MAX_LENGTH || depth > MAX_NESTING ? excess(command) : undefined;
  if (tooMuch !== undefined) return refused(command.length, tooMuch);
  try {
    return analysed(command, places, marks);
  } catch (error) {
    return refused(command.length, error instanceof RangeError ? 'too-deep' : 'failed');
  }
}

/** What is too much in a command, its here-documents aside: they are text, however long they are and whatever brackets they hold. */
function excess(command: string): CutCode | undefined {
  const outline = withoutHereDocuments(command);
  if (outline.length > MAX_LENGTH) return 'too-large';
  return survey(outline).depth > MAX_NESTING ? 'too-deep' : undefined;
}

function analysed(command: string, places: Places, marks: number): Analysis {
  const machine = new Machine(command, places, interpreter);
  machine.marks = marks;
  if ((marks & EXTRAORDINARY) !== 0) hiddenText(machine, command);
  runScript(machine, parse(command), UNKNOWN_STREAM);
  const { rules } = places;
  if (rules) for (const verdict of rules.atEnd()) raise(machine, verdict, rules, whole(command));
  const { unanalysable, weight } = machine;
  const findings = rules ? distinct(machine.findings) : machine.findings;
  const effects = rules ? distinct(machine.effects) : machine.effects;
  const level = LEVELS[weight] ?? 'unknown';
  return weight > UNKNOWN || findings.some(({ fix }) => fix !== undefined)
    ? withFixes({ level, effects, findings, unanalysable }, command, weight, places)
    : { level, effects, findings, unanalysable };
}

/** A function of its own, because what a closure holds costs its function on every call. */
function withFixes(analysis: Analysis, command: string, weight: number, places: Places): Analysis {
  return mended(command, analysis, (findings) => lighter(fixedCommand(command, findings), weight, places));
}

const whole = (command: string): Span => ({ start: 0, end: command.length });

/** Under a team's rules each command lists its own findings and effects, so that some come twice. */
function distinct<Row extends object>(rows: readonly Row[]): readonly Row[] {
  const kept = new Map<string, Row>();
  for (const row of rows) {
    const key = JSON.stringify(Object.values(row).slice(0, 4));
    if (!kept.has(key)) kept.set(key, row);
  }
  return [...kept.values()];
}

function refused(end: number, code: CutCode | 'failed'): Analysis {
  const why = code === 'failed' ? 'could not be analysed' : CUT[code];
  const findings =
    code === 'failed'
      ? []
      : [{ code, level: 'unknown' as const, start: 0, end, message: `It is ${why}: it was not looked at.` }];
  return { level: 'unknown', effects: [], findings, unanalysable: [{ start: 0, end, why }] };
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

/** The fixed command, unless it weighs as much as the one it stands for. */
function lighter(fixed: string, weight: number, places: Places): string | undefined {
  // A team's rules count what they are told of: they are not asked again.
  const untold = places.rules === undefined ? places : Object.create(places, { rules: { value: undefined } });
  const machine = new Machine(fixed, untold, interpreter);
  machine.marks = survey(fixed).marks;
  if ((machine.marks & EXTRAORDINARY) !== 0) hiddenText(machine, fixed);
  runScript(machine, parse(fixed), UNKNOWN_STREAM);
  return machine.weight < weight ? fixed : undefined;
}

function handle(machine: Machine, call: Call, spec: Spec): Stream | undefined {
  const run = spec.run === undefined ? undefined : handler(spec.run);
  machine.via = spec.run;
  return run?.(machine, call, spec);
}

/** Text that a shell would read: `eval`, `bash -c`, a pipe into `sh`. */
function runText(machine: Machine, text: string, stdin: Stream, span: Span): Stream {
  if (text.trim() === '') return UNKNOWN_STREAM;
  machine.inner += text.length;
  const tooDeep = machine.depth >= MAX_DEPTH || survey(text).depth > MAX_NESTING;
  if (tooDeep || machine.inner > MAX_INNER) {
    machine.cut(tooDeep ? 'too-deep' : 'too-large', span);
    return UNKNOWN_STREAM;
  }
  const outer = machine.span;
  machine.marks |= survey(text).marks;
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
