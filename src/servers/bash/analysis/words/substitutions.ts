/**
 * Command substitutions inside text that the shell reads a second time: array subscripts, prompts, makefiles.
 * It exists because `x='a[$(rm -rf ~)]'; ((x))` runs what stands in the value.
 * Invariant: only text that is known is read; nested evaluation is bounded.
 */
import type { Machine } from '../machine.js';
import { UNKNOWN_STREAM } from '../stream.js';

const MAX_EVALUATIONS = 8;
const NOWHERE = { start: 0, end: 0 };
const OPENS = /\$\(/g;

/** What stands between an opening that matches and the bracket that closes it. */
export function enclosed(text: string, opening: RegExp): string[] {
  const found: string[] = [];
  for (const match of text.matchAll(opening)) {
    const from = match.index + match[0].length;
    const closing = match[0].includes('{') ? '}' : ')';
    const open = closing === ')' ? '(' : '{';
    let depth = 1;
    let at = from;
    for (; at < text.length && depth > 0; at += 1) {
      if (text[at] === open) depth += 1;
      else if (text[at] === closing) depth -= 1;
    }
    found.push(text.slice(from, depth === 0 ? at - 1 : at));
  }
  return found;
}

/** Runs the substitutions that stand in a text. */
export function substituted(machine: Machine, text: string): void {
  const span = machine.span ?? NOWHERE;
  for (const inner of enclosed(text, OPENS))
    if (!inner.startsWith('(')) machine.run.text(machine, inner, UNKNOWN_STREAM, span);
  for (const match of text.matchAll(/`([^`]+)`/g))
    if (match[1]) machine.run.text(machine, match[1], UNKNOWN_STREAM, span);
}

/** Arithmetic on a text: names stand for their values, subscripts are expanded. */
export function evaluated(machine: Machine, text: string, depth = 0): void {
  if (depth > MAX_EVALUATIONS) return;
  if (text.includes('[') && (text.includes('$(') || text.includes('`'))) {
    substituted(machine, text);
    return;
  }
  const { variables } = machine;
  if (variables === undefined) return;
  for (const [name] of text.matchAll(/[A-Za-z_]\w*/g))
    for (const field of variables.get(name)?.fields ?? [])
      if (field.text !== text && /[A-Za-z_]/.test(field.text)) evaluated(machine, field.text, depth + 1);
}
