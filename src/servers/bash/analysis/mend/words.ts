/**
 * A simple command as it was typed: its words with their places, and edits on them.
 * It exists so that a fix changes plain words only and leaves every quote as it is.
 * Invariant: positions are offsets into the whole command; a word with quotes in it never matches a plain one.
 */
import { type PipelineNode, parse } from 'unbash';
import type { Finding, Fix } from '../answer.js';
import { lastPart } from '../targets/path.js';

export interface Typed {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * The words of the command that a finding is about, from its program on; undefined where they cannot be told.
 * `wrappers`: the only words that may stand before the program.
 */
export function typed(
  source: string,
  finding: Finding,
  programs: RegExp,
  wrappers?: RegExp,
): readonly Typed[] | undefined {
  return fromProgram(wordsOf(source, finding), programs, wrappers);
}

/** The words of the command that a finding is about; none where it is more than one command. */
export function wordsOf(source: string, { start, end }: Finding): readonly Typed[] {
  const script = parse(source.slice(start, end));
  const [statement] = script.commands;
  if (!statement || script.commands.length > 1) return [];
  const node = simple(statement.command);
  if (node?.type !== 'Command' || !node.name) return [];
  return [node.name, ...node.suffix].flatMap((word) =>
    'text' in word ? [{ text: word.text, start: start + word.pos, end: start + word.end }] : [],
  );
}

export function fromProgram(
  words: readonly Typed[],
  programs: RegExp,
  wrappers?: RegExp,
): readonly Typed[] | undefined {
  const at = words.findIndex(({ text }) => programs.test(lastPart(text)));
  if (at < 0 || (wrappers && words.slice(0, at).some(({ text }) => !wrappers.test(text)))) return undefined;
  return words.slice(at);
}

function simple(node: PipelineNode | { readonly type: 'AndOr' }): PipelineNode | undefined {
  return node.type === 'AndOr' ? undefined : (node as PipelineNode);
}

/** All edits as one fix, from the first to the last of them. */
export function fixOf(source: string, edits: readonly Edit[], why: string): Fix | undefined {
  const sorted = [...edits].sort((a, b) => a.start - b.start);
  const first = sorted[0];
  const last = sorted.at(-1);
  if (!first || !last) return undefined;
  let text = '';
  let from = first.start;
  for (const edit of sorted) {
    if (edit.start < from) return undefined;
    text += source.slice(from, edit.start) + edit.text;
    from = edit.end;
  }
  return { text, start: first.start, end: last.end, why };
}

export const swap = ({ start, end }: Typed, text: string): Edit => ({ start, end, text });
export const after = ({ end }: Typed, text: string): Edit => ({ start: end, end, text: ` ${text}` });

/** A word with the space before it. */
export function drop(source: string, { start, end }: Typed): Edit {
  let from = start;
  while (from > 0 && source.charCodeAt(from - 1) === 32) from -= 1;
  return { start: from, end, text: '' };
}

/** Options without the letters given: `-af` without `a` is `-f`, `-a` alone is dropped. */
export function without(source: string, word: Typed, letters: RegExp, long: RegExp): Edit | undefined {
  if (long.test(word.text)) return drop(source, word);
  if (!/^-[A-Za-z]+$/.test(word.text) || !letters.test(word.text)) return undefined;
  const left = word.text.replaceAll(new RegExp(letters.source, 'g'), '');
  return left === '-' ? drop(source, word) : swap(word, left);
}
