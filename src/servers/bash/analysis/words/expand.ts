/**
 * Words to fields: the shell's expansions, as far as they are known without running anything.
 * It exists so that every command is judged by the fields it would get.
 * Invariant: an expansion that is not understood yields unknown text, never the text as typed.
 */
import type { Word, WordPart } from 'unbash';
import type { Machine } from '../machine.js';
import { UNKNOWN_STREAM } from '../stream.js';
import { arithmetic } from './arithmetic.js';
import { braces } from './braces.js';
import { ANY, activateGlobs, type Field, literal, ONE, SETUP, type Selection, SOME, STAR } from './field.js';
import { isSecretName, parameter } from './parameter.js';
import { isPlain, scanned } from './scan.js';
import { printsSetup } from './setup.js';
import { homeOf, positional, variable } from './variables.js';

/** Appends the fields of one word to `into`. */
export function expand(machine: Machine, word: Word, into: Field[]): void {
  const { text, pos, end } = word;
  if (isPlain(text)) {
    into.push(literal(text, pos, end));
    return;
  }
  const quick = scanned(text, homeOf(machine), readerOf(machine));
  if (quick !== undefined) {
    into.push(literal(quick, pos, end));
    return;
  }
  for (const field of expandParts(machine, word)) into.push(field);
}

/** The word as one field, without splitting: an assigned value, a here-string, a redirection's target. */
export function expandOne(machine: Machine, word: Word): Field {
  const { text, pos, end } = word;
  if (isPlain(text)) return literal(text, pos, end);
  const quick = scanned(text, homeOf(machine), quotedReaderOf(machine));
  if (quick !== undefined) return literal(quick, pos, end);
  const builder = new FieldBuilder(pos, end, false);
  addParts(machine, word.parts, word.text, builder);
  return builder.fields()[0] ?? literal('', pos, end);
}

/** One closure a machine, not one a word. */
function readerOf(machine: Machine): (name: string, quoted: boolean) => string | undefined {
  machine.reader ??= (name, quoted) => simple(machine, name, quoted);
  return machine.reader;
}

function quotedReaderOf(machine: Machine): (name: string) => string | undefined {
  return (name) => simple(machine, name, true);
}

/** A value that needs neither splitting nor taint: else undefined, and the long way is taken. */
function simple(machine: Machine, name: string, quoted: boolean): string | undefined {
  const digit = name.charCodeAt(0);
  if (digit >= 49 && digit <= 57) {
    const field = positional(machine, Number(name));
    if (field === undefined) return ANY;
    return field.selection === undefined && (quoted || isPlain(field.text))
      ? plainOf(field, quoted)
      : undefined;
  }
  const value = variable(machine, name);
  if (value === undefined) return isSecretName(name) ? undefined : ANY;
  if (!quoted && machine.variables?.has('IFS')) return undefined;
  const [field] = value.fields;
  return field && value.fields.length === 1 ? plainOf(field, quoted) : undefined;
}

function plainOf(field: Field, quoted: boolean): string | undefined {
  if (field.selection !== undefined || field.taint !== 0) return undefined;
  return quoted || !/[\s*?[,:]/.test(field.text) ? field.text : undefined;
}

function expandParts(machine: Machine, word: Word): Field[] {
  const { parts, text, pos, end } = word;
  if (parts?.some((part) => part.type === 'BraceExpansion')) {
    const alternatives = braces(text);
    if (alternatives === undefined) return [literal(ANY, pos, end)];
    if (alternatives.length > 1) return alternatives.flatMap((it) => expandText(machine, it, pos, end));
  }
  const builder = new FieldBuilder(pos, end, true);
  addParts(machine, parts, text, builder);
  return builder.fields();
}

/** One alternative of a brace expansion: expanded again as a word of its own. */
function expandText(machine: Machine, text: string, start: number, end: number): Field[] {
  if (isPlain(text)) return [literal(text, start, end)];
  const quick = scanned(text, homeOf(machine), (name, quoted) => simple(machine, name, quoted));
  return [
    literal(quick ?? (/[$`]/.test(text) ? ANY : activateGlobs(text.replaceAll(/["'\\]/g, ''))), start, end),
  ];
}

function addParts(
  machine: Machine,
  parts: readonly WordPart[] | undefined,
  text: string,
  into: FieldBuilder,
): void {
  if (parts === undefined) {
    into.add(text.includes('\\') ? text.replaceAll(/\\(.)/gs, '$1') : text);
    return;
  }
  let first = true;
  for (const part of parts) {
    addPart(machine, part, into, first);
    first = false;
  }
}

function addPart(machine: Machine, part: WordPart, into: FieldBuilder, first: boolean): void {
  switch (part.type) {
    case 'Literal':
      if (first && part.text.startsWith('~')) {
        const slash = part.value.indexOf('/');
        const user = part.value.slice(1, slash < 0 ? undefined : slash);
        const rest = slash < 0 ? '' : part.value.slice(slash);
        if (user === '') into.add(homeOf(machine) + rest);
        else if (user === '+') into.add(machine.cwd + rest);
        else into.add((user === '-' ? SOME : user === 'root' ? '/root' : `/home/${user}`) + rest);
      } else into.add(part.value);
      return;
    case 'SingleQuoted':
    case 'AnsiCQuoted':
      into.quote(part.value);
      return;
    case 'Glob':
      if (part.kind === 'star') into.add(STAR);
      else if (part.kind === 'bracket' && /^\[[^\]!^]\]$/.test(part.text)) into.add(part.text[1] ?? '');
      else into.add(ONE);
      return;
    case 'ExtendedGlob': {
      const alternative = part.operator === '@' && !part.pattern.includes('|') ? part.pattern : STAR;
      into.add(activateGlobs(alternative));
      return;
    }
    case 'DoubleQuoted':
    case 'LocaleString':
      into.quote('');
      for (const inner of part.parts) addInner(machine, inner, into, true);
      return;
    case 'BraceExpansion':
      into.add(part.text.startsWith('{') && !/,|\.\./.test(part.text) ? part.text : ANY);
      return;
    case 'ProcessSubstitution': {
      const path = `/dev/fd/${63 - (machine.files?.size ?? 0)}`;
      if (part.operator === '>' && part.script) {
        machine.sinks ??= new Map();
        machine.sinks.set(path, part.script);
        into.add(path);
        return;
      }
      const stream = part.script ? machine.run.script(machine, part.script, UNKNOWN_STREAM) : UNKNOWN_STREAM;
      const setup = part.script && stream.text === undefined && printsSetup(part.script) ? SETUP : 0;
      machine.files ??= new Map();
      machine.files.set(path, setup === 0 ? stream : { ...stream, taint: stream.taint | setup });
      into.add(path, stream.taint | setup);
      return;
    }
    default:
      addInner(machine, part, into, false);
  }
}

function addInner(machine: Machine, part: WordPart, into: FieldBuilder, quoted: boolean): void {
  switch (part.type) {
    case 'Literal':
      into.add(part.value);
      return;
    case 'SimpleExpansion':
    case 'ParameterExpansion': {
      const value = parameter(machine, part, expandOne);
      if (value.length === 0) {
        if (quoted && /^\$[@{]?[@]/.test(part.text)) into.vanish();
        return;
      }
      value.forEach((field, i) => {
        if (i > 0) into.cut();
        into.value(machine, field, quoted);
      });
      return;
    }
    case 'CommandExpansion': {
      const stream = part.script ? machine.run.script(machine, part.script, UNKNOWN_STREAM) : UNKNOWN_STREAM;
      const setup =
        part.script !== undefined && stream.text === undefined && printsSetup(part.script) ? SETUP : 0;
      const text = stream.text?.replace(/\n+$/, '') ?? (stream.selection?.names.length === 1 ? SOME : ANY);
      into.value(
        machine,
        { text, start: 0, end: 0, selection: stream.selection, taint: stream.taint | setup },
        quoted,
      );
      return;
    }
    case 'ArithmeticExpansion':
      if (part.expression && (machine.variables !== undefined || /[$`]/.test(part.text.slice(1))))
        arithmetic(machine, part.expression, expandOne);
      into.add(/^\$\(\(\s*\d+\s*\)\)$/.test(part.text) ? part.text.replaceAll(/\D/g, '') : SOME);
      return;
    default:
      into.add(ANY);
  }
}

/** Gathers pieces into fields, splitting unquoted values at the separators. */
class FieldBuilder {
  readonly #done: Field[] = [];
  #text = '';
  #open = false;
  #selection: Selection | undefined;
  #taint = 0;
  #vanished = false;

  constructor(
    readonly start: number,
    readonly end: number,
    readonly splits: boolean,
  ) {}

  add(text: string, taint = 0): void {
    this.#text += text;
    this.#taint |= taint;
    if (text !== '') this.#open = true;
  }

  quote(text: string): void {
    this.#text += text;
    this.#open = true;
  }

  /** `"$@"` without arguments: no field at all unless something else is there. */
  vanish(): void {
    if (this.#text === '') this.#vanished = true;
  }

  cut(): void {
    if (!this.splits) {
      this.#text += ' ';
      return;
    }
    if (this.#open) this.#push();
  }

  value(machine: Machine, field: Field, quoted: boolean): void {
    this.#selection ??= field.selection;
    this.#taint |= field.taint;
    if (quoted || !this.splits) {
      this.#text += field.text;
      this.#open = true;
      return;
    }
    const separators = variable(machine, 'IFS')?.fields[0]?.text ?? ' \t\n';
    const pieces = split(field.text, separators);
    pieces.forEach((piece, i) => {
      if (i > 0 && this.#open) this.#push();
      if (piece === '') return;
      this.#text += activateGlobs(piece);
      this.#open = true;
      this.#selection ??= field.selection;
      this.#taint |= field.taint;
    });
  }

  fields(): Field[] {
    if (this.#open && !(this.#vanished && this.#text === '')) this.#push();
    return this.#done;
  }

  #push(): void {
    this.#done.push({
      text: this.#text,
      start: this.start,
      end: this.end,
      selection: this.#selection,
      taint: this.#taint,
    });
    this.#text = '';
    this.#open = false;
    this.#selection = undefined;
    this.#taint = 0;
  }
}

function split(text: string, separators: string): string[] {
  if (separators === '' || text === '') return [text];
  const pieces: string[] = [];
  let piece = '';
  for (const c of text)
    if (separators.includes(c)) {
      pieces.push(piece);
      piece = '';
    } else piece += c;
  pieces.push(piece);
  return pieces;
}
