/**
 * The state of one abstract run: what the line has defined so far and what was found.
 * It exists so that interpreter, commands and effect rules share one picture without importing each other.
 * Invariant: nothing here runs, reads or looks up anything outside the text of the command.
 */
import type { CommandNode, CompoundList, Function as FunctionNode, Script } from 'unbash';
import type { Spec } from '../knowledge/spec.js';
import type { Effect, EffectKind, Finding, Fix, Unanalysable } from './answer.js';
import type { Stream } from './stream.js';
import type { Places } from './surroundings.js';
import { type Field, isKnown } from './words/field.js';

/** Levels as numbers, in the order of `LEVELS`. */
export const SAFE = 0;
export const CAUTION = 1;
export const UNKNOWN = 2;
export const DANGEROUS = 3;
export const BLOCKED = 4;
export type Weight = 0 | 1 | 2 | 3 | 4;

const NAMES = ['safe', 'caution', 'unknown', 'dangerous', 'blocked'] as const;

/**
 * Statements, commands and assignments a run may take, loops and calls included: a bound on time. A simple command takes two;
 * four thousand take 1 to 4 ms.
 */
const MAX_STEPS = 4_000;

/** What is not looked at, and why. */
export const CUT = { 'too-large': 'too large to be analysed', 'too-deep': 'nested too deeply' } as const;
export type CutCode = keyof typeof CUT;

export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A simple command, expanded. */
export interface Call {
  /** As found: may be a path. */
  readonly word: Field;
  /** The program's base name. */
  readonly name: string;
  readonly fields: readonly Field[];
  readonly stdin: Stream;
  readonly start: number;
  readonly end: number;
}

/** What the interpreter offers to commands that run others. */
export interface Interpreter {
  text(machine: Machine, text: string, stdin: Stream, span: Span): Stream;
  call(machine: Machine, fields: readonly Field[], stdin: Stream, span: Span): Stream;
  script(machine: Machine, script: Script | CompoundList, stdin: Stream): Stream;
  /** Runs the handler that an entry of the knowledge base names; undefined without one. */
  handle(machine: Machine, call: Call, spec: Spec): Stream | undefined;
  body(machine: Machine, body: CommandNode | CompoundList, stdin: Stream): Stream;
}

export interface Variable {
  readonly fields: readonly Field[];
}

/** Where commands of this part of the line run. */
export interface Scope {
  /** Another machine, a container: paths are not ours. */
  readonly remote: boolean;
  /** A container that is thrown away afterwards and has no volume of ours. */
  readonly disposable: boolean;
  readonly root: boolean;
}

const HERE: Scope = { remote: false, disposable: false, root: false };

export class Machine {
  weight: Weight = SAFE;
  readonly effects: Effect[] = [];
  readonly findings: Finding[] = [];
  readonly unanalysable: Unanalysable[] = [];
  cwd: string;
  variables: Map<string, Variable> | undefined;
  functions: Map<string, FunctionNode['body']> | undefined;
  aliases: Map<string, string> | undefined;
  /** Files written in the line whose text is known, by absolute path. */
  files: Map<string, Stream> | undefined;
  /** Symbolic links made in the line. */
  links: Map<string, string> | undefined;
  positional: readonly Field[] | undefined;
  /** What the variables that the running function calls its own held outside. */
  locals: Map<string, Variable | undefined> | undefined;
  /** Names that stand for other variables. */
  references: Map<string, string> | undefined;
  scope: Scope = HERE;
  /** How many effects the commands before the present one had. */
  callEffects = 0;
  /** Where the findings and effects of the present command begin, where a team's rules are told of it. */
  ownFindings = 0;
  ownEffects = 0;
  /** Set while text is analysed that is no part of the source. */
  span: Span | undefined;
  /** How many conditions enclose the present command: what it assigns may not happen. */
  conditions = 0;
  /** Reads variables for the quick way of expanding words. */
  reader: ((name: string, quoted: boolean) => string | undefined) | undefined;
  /** What runs the present command, and what runs that: handlers' names; undefined at the top. */
  via: string | undefined;
  starter: string | undefined;
  depth = 0;
  steps = 0;
  calls: string[] | undefined;
  /** Whether the present command is one end of a pipe or in the background. */
  forked = false;
  /** Process substitutions that read what the present command writes. */
  sinks: Map<string, Script> | undefined;
  /** What stands somewhere in the text; see survey.ts. */
  marks = 0;
  /** Characters of text in text that were read, in UTF-16 units. */
  inner = 0;
  /** File descriptors opened on a socket by `exec`. */
  sockets: Set<string> | undefined;

  constructor(
    readonly source: string,
    readonly places: Places,
    readonly run: Interpreter,
  ) {
    this.cwd = places.cwd;
  }

  effect(kind: EffectKind, target: string, reversible = true): void {
    const { effects } = this;
    for (let i = effects.length - 1; i >= this.ownEffects; i -= 1) {
      const at = effects[i];
      if (at && at.kind === kind && at.target === target && at.reversible === reversible) return;
    }
    if (effects.length >= 64) return;
    const effect = { kind, target, reversible };
    effects.push(effect);
    this.places.rules?.effect(effect, this.cwd, this.scope.remote || this.scope.disposable);
  }

  /** Whether the path was not there and nothing in the line can have made it: what is written there replaces nothing. */
  wasAbsent(path: string): boolean {
    const { exists } = this.places;
    if (exists === undefined || this.scope.remote || this.scope.disposable || !isKnown(path)) return false;
    for (let i = 0; i < this.callEffects; i += 1) {
      const kind = this.effects[i]?.kind;
      if (kind !== 'read' && kind !== 'network') return false;
    }
    return exists(path) === false;
  }

  /** Whether findings or effects may have been left out. */
  get isFull(): boolean {
    return this.effects.length >= 64 || this.findings.length >= 32;
  }

  find(weight: Weight, code: string, said: string, span: Span, fix?: Fix): void {
    const message = ended(said);
    if (weight > this.weight) this.weight = weight;
    const { start, end } = this.span ?? span;
    const { findings } = this;
    for (let i = this.ownFindings; i < findings.length; i += 1) {
      const known = findings[i];
      if (!known || known.code !== code || known.start !== start || known.end !== end) continue;
      // Said before: the heavier of the two stands.
      if (NAMES.indexOf(known.level) < weight)
        findings[i] = found(weight, code, message, { start, end }, fix);
      return;
    }
    if (findings.length < 32) findings.push(found(weight, code, message, { start, end }, fix));
  }

  /** Marks a part that cannot be analysed. */
  cannot(why: string, span: Span): void {
    if (this.weight < UNKNOWN) this.weight = UNKNOWN;
    const { start, end } = this.span ?? span;
    if (this.unanalysable.length < 16) this.unanalysable.push({ start, end, why });
  }

  /**
   * Marks a part that is not looked at because it is too much. A finding besides, since whoever pads a command to hide the rest
   * of it must not be let pass as what merely cannot be known is; it is listed however many there are.
   */
  cut(code: CutCode, span: Span): void {
    this.cannot(CUT[code], span);
    const { start, end } = this.span ?? span;
    if (!this.findings.some((finding) => finding.code === code))
      this.findings.push(
        found(UNKNOWN, code, `It is ${CUT[code]}: the rest was not looked at.`, { start, end }),
      );
  }

  /** Whether all the steps are used up; tells so once. */
  isSpent(span: Span): boolean {
    if (this.steps <= MAX_STEPS) return false;
    if (!this.findings.some(({ code }) => code === 'too-large')) this.cut('too-large', span);
    return true;
  }

  /** A fix for the text at `span`, unless that text is not the user's own. */
  fix(span: Span, text: string, why: string): Fix | undefined {
    return this.span ? undefined : { text, start: span.start, end: span.end, why };
  }
}

/** A sentence whose last word is the folder `.` or an ellipsis would end in a second full stop. */
function ended(sentence: string): string {
  if (sentence.endsWith(' ..')) return `${sentence.slice(0, -2)}the working directory.`;
  return sentence.endsWith('….') ? sentence.slice(0, -1) : sentence;
}

function found(weight: Weight, code: string, message: string, { start, end }: Span, fix?: Fix): Finding {
  const level = NAMES[weight];
  return fix ? { code, level, start, end, message, fix } : { code, level, start, end, message };
}
