/**
 * The shape of a command: its programs in order, the options of each, and its template with values left out.
 * It exists so that candidates are counted, compared and filled by structure, whatever the values in them.
 * Invariant: a function of the text alone; what cannot be parsed has no shape.
 */
import { type Command, forEachChild, parse, type SyntaxNode, type Word } from 'unbash';
import { endsCommand, optionsOf, wrapperOf } from './programs.js';

export interface ProgramUse {
  readonly name: string;
  /** Distinct options, e.g. "-l", "--sort"; of find's kinds also with the value: "-type" and "-type f". */
  readonly options: ReadonlySet<string>;
}

/** A value in a command: an argument that is no option, no keyword and no program. */
export interface Argument {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** The program and the option or redirection it belongs to ("" for an operand). */
  readonly program: string;
  readonly option: string;
}

export interface Shape {
  readonly programs: readonly ProgramUse[];
  readonly arguments: readonly Argument[];
  /** The command with values as `_`, numbers as `#`; spaces one each. */
  readonly template: string;
}

const kept = new Set([
  '{}',
  '\\;',
  "';'",
  '";"',
  '+',
  '!',
  '\\!',
  '(',
  ')',
  '\\(',
  '\\)',
  '-',
  '--',
  ';',
  ',',
  '-o',
  '-a',
]);
/** Options whose value is a word of the language, not of the request. */
const keyworded = new Set(['-type', '-xtype', '-regextype']);

/** Redirections that name a file. */
const filing = new Set(['<', '>', '>>']);

function basename(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}

/** Every simple command in the order of the text; those inside words come where the word stands. */
function commandsOf(root: SyntaxNode): { commands: Command[]; foreign: boolean } {
  const commands: Command[] = [];
  let foreign = false;
  const visit = (node: SyntaxNode) => {
    if (node.type === 'Command') commands.push(node);
    if (node.type === 'Script' && node !== root && node.source !== undefined) foreign = true;
    forEachChild(node, visit);
  };
  visit(root);
  return { commands, foreign };
}

function holdsCommand(word: Word): boolean {
  let found = false;
  const visit = (node: SyntaxNode) => {
    if (node.type === 'Command') found = true;
    else if (!found) forEachChild(node, visit);
  };
  visit(word);
  return found;
}

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

class Reader {
  readonly programs: { name: string; options: Set<string> }[] = [];
  readonly arguments: Argument[] = [];
  readonly edits: Edit[] = [];

  command({ name, args, redirects }: Command): void {
    if (!name) return;
    const words = [name, ...args.filter((word) => word.type === 'Word')];
    this.#words(words, 0);
    for (const redirect of redirects)
      if (
        redirect.type === 'Redirect' &&
        filing.has(redirect.operator) &&
        redirect.target?.value !== '/dev/null'
      )
        if (redirect.target) this.#value(redirect.target, basename(name.value), redirect.operator);
  }

  /** Reads words from a program's name on, up to the end of that (inner) command; answers where it ended. */
  #words(words: readonly Word[], from: number): number {
    const head = words[from];
    if (!head) return from;
    const name = basename(head.value);
    const program = { name: /^[$`]/.test(head.text) ? '$' : name, options: new Set<string>() };
    this.programs.push(program);
    const wrapper = wrapperOf(name);
    let option = '';
    const left = wrapper.after === 'operands' ? 0 : Number.POSITIVE_INFINITY;
    let operands = 0;
    for (let i = from + 1; i < words.length; i++) {
      const word = words[i];
      if (!word) break;
      const text = word.text;
      if (wrapper.options?.has(text)) {
        program.options.add(text);
        i = this.#words(words, i + 1) - 1;
        option = '';
        continue;
      }
      if (from > 0 && endsCommand(text)) {
        if (this.#inner(words, from)) return i + 1;
      }
      if (/^-[^\d]/.test(text) || /^-\d+$/.test(text)) {
        if (option !== '' && /^-\d/.test(text)) {
          this.#value(word, name, option);
          option = '';
          continue;
        }
        const options = optionsOf(name, text);
        for (const each of options.names) program.options.add(each);
        if (options.attached !== undefined) this.#attached(word, name, options);
        option = options.takesValue ? (options.names.at(-1) ?? '') : '';
        continue;
      }
      if (kept.has(text)) continue;
      if (keyworded.has(option)) {
        program.options.add(`${option} ${word.value}`);
        option = '';
        continue;
      }
      if (option === '' && left === 0 && operands >= (wrapper.skip ?? 0) && !/^\w+=/.test(text)) {
        return this.#words(words, i);
      }
      if (option === '') operands++;
      this.#value(word, name, option);
      option = '';
    }
    if (name === 'find' && operands === 0) this.edits.push({ start: head.end, end: head.end, text: ' _' });
    return words.length;
  }

  /** Whether the command that starts at `from` is one that an option such as `-exec` started. */
  #inner(words: readonly Word[], from: number): boolean {
    return /^-(?:exec|execdir|ok|okdir)$/.test(words[from - 1]?.text ?? '');
  }

  #value(word: Word, program: string, option: string): void {
    if (holdsCommand(word)) return;
    const { pos: start, end, text } = word;
    this.arguments.push({ start, end, text, program, option });
    this.edits.push({ start, end, text: masked(word.value) });
  }

  #attached(word: Word, program: string, options: { names: readonly string[]; attached?: string }): void {
    const value = options.attached ?? '';
    const start = word.end - value.length;
    const name = options.names.at(-1) ?? '';
    if (word.text.endsWith(value) && !holdsCommand(word)) {
      this.arguments.push({ start, end: word.end, text: value, program, option: name });
      this.edits.push({ start, end: word.end, text: masked(value) });
    }
  }
}

function masked(value: string): string {
  const number = /^([+-]?)\d+([a-zA-Z]?)$/.exec(value);
  return number ? `${number[1]}#` : '_';
}

/** Null for what does not parse, is empty or too long. */
export function shapeOf(command: string): Shape | null {
  if (command.length > 4000) return null;
  const script = parse(command);
  if (script.errors !== undefined && script.errors.length > 0) return null;
  const { commands, foreign } = commandsOf(script);
  const reader = new Reader();
  for (const each of commands) reader.command(each);
  if (reader.programs.length === 0) return null;
  let template = command;
  if (!foreign) {
    const edits = reader.edits.toSorted((a, b) => b.start - a.start);
    for (const { start, end, text } of edits)
      template = template.slice(0, start) + text + template.slice(end);
  }
  template = template
    .replace(/\s+/g, ' ')
    .replace(/\s*([|;&<>]+)\s*/g, ' $1 ')
    .trim();
  return { programs: reader.programs, arguments: foreign ? [] : reader.arguments, template };
}
