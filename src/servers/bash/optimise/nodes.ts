/**
 * The few questions that rules ask of a parsed command: is it plain, what are its words, where does it stand in a pipe.
 * It exists so that each rule reads as its pattern.
 * Invariant: a command with assignments, redirections or dynamic words is never called plain.
 */
import type { Command, CommandNode, Pipeline, Word } from 'unbash';

/** A simple command whose name is a plain word and that changes nothing else: no assignment before it, no redirection. */
export interface Plain {
  readonly node: Command;
  readonly name: string;
  readonly words: readonly Word[];
}

export function plain(node: CommandNode | undefined): Plain | undefined {
  if (node?.type !== 'Command' || !node.name || node.prefix.length > 0 || node.redirects.length > 0)
    return undefined;
  const words: Word[] = [];
  for (const word of node.args) {
    if (word.type !== 'Word') return undefined;
    words.push(word);
  }
  return literal(node.name) ? { node, name: node.name.value, words } : undefined;
}

/** Whether the shell passes the word on as it is: one argument, known now. */
export function literal(word: Word): boolean {
  if (/^~/.test(word.text)) return false;
  const parts = word.parts;
  if (!parts) return !/[*?[{$`]/.test(word.text) || quotedWhole(word);
  return parts.every(
    (part) =>
      (part.type === 'Literal' && !/[*?[{]/.test(part.text)) ||
      part.type === 'SingleQuoted' ||
      (part.type === 'DoubleQuoted' && part.parts.every(({ type }) => type === 'Literal')),
  );
}

function quotedWhole({ text }: Word): boolean {
  return /^'[^']*'$/.test(text) || /^"[^"$`\\]*"$/.test(text);
}

/** Whether the word is one argument whatever its value: literal, or in double quotes. */
export function single(word: Word): boolean {
  return (
    literal(word) ||
    (word.parts?.length === 1 &&
      word.parts[0]?.type === 'DoubleQuoted' &&
      !/"\$[@*{]/.test(word.text) &&
      !/\[@\]|\$@|\$\*/.test(word.text))
  );
}

export function flags({ words }: Plain): string[] {
  return words.filter(({ text }) => text.startsWith('-')).map(({ text }) => text);
}

export function operands({ words }: Plain): Word[] {
  return words.filter(({ text }) => !text.startsWith('-'));
}

/** Two neighbours in a pipe, with what stands before and after them. */
export interface Neighbours {
  readonly left: Plain;
  readonly right: Plain;
  /** Start of the pipe's first command is not `left`: it reads what another one writes. */
  readonly fed: boolean;
  /** `right` is the last: its exit status is the pipe's. */
  readonly last: boolean;
}

export function* neighbours(pipe: Pipeline): Generator<Neighbours> {
  for (let i = 0; i + 1 < pipe.commands.length; i++) {
    // After `|&` what the right one says on stderr is read on: it would be another program's.
    if (pipe.operators[i] !== '|' || pipe.operators[i + 1] === '|&') continue;
    const left = plain(pipe.commands[i]);
    const right = plain(pipe.commands[i + 1]);
    if (left && right) yield { left, right, fed: i > 0, last: i + 2 === pipe.commands.length };
  }
}

/** From the start of the left one to the end of the right one, replaced. */
export function joined(
  { left, right }: Neighbours,
  text: string,
): { start: number; end: number; text: string } {
  return { start: left.node.pos, end: right.node.end, text };
}
