/**
 * Parameter expansion: `$x`, `${x:-y}`, `${x#…}`, `${!x}`, `"$@"`.
 * It exists because defaults, cuts and indirection are how commands are hidden from text matchers.
 * Invariant: an operation on an unknown value stays unknown; `:?` makes it at least not empty.
 */
import type { ParameterExpansionPart, SimpleExpansionPart, Word } from 'unbash';
import type { Machine } from '../machine.js';
import { ANY, CREDENTIAL, type Field, isKnown, literal, SOME } from './field.js';
import { evaluated, substituted } from './substitutions.js';
import { assign, positional, variable } from './variables.js';

type ExpandOne = (machine: Machine, word: Word) => Field;

export function parameter(
  machine: Machine,
  part: SimpleExpansionPart | ParameterExpansionPart,
  expandOne: ExpandOne,
): readonly Field[] {
  if (part.type === 'SimpleExpansion') return read(machine, part.text.slice(1)) ?? [literal(ANY, 0, 0)];
  const { parameter: name, prefix, operation, index } = part;
  if (prefix === '#') return [literal(SOME, 0, 0)];
  if (prefix === '!') {
    const [pointer] = read(machine, name) ?? [];
    if (!pointer || !isKnown(pointer.text)) return [literal(ANY, 0, 0)];
    if (pointer.text.includes('[')) evaluated(machine, pointer.text);
    return read(machine, pointer.text) ?? [literal(ANY, 0, 0)];
  }
  let value = read(machine, name);
  const at = index ? expandOne(machine, index).text : '';
  if (at !== '' && at !== '@' && at !== '*') evaluated(machine, at);
  if (index && value) {
    if (at !== '@' && at !== '*')
      value = /^\d+$/.test(at) ? value.slice(Number(at), Number(at) + 1) : undefined;
  }
  if (!operation) return value ?? [literal(ANY, 0, 0)];
  const current = value?.length === 1 ? value[0] : undefined;
  switch (operation.type) {
    case 'Default':
      return defaulted(machine, name, operation, value, expandOne);
    case 'Remove': {
      const pattern = expandOne(machine, operation.operand).text;
      return [cut(current, operation.operator, pattern)];
    }
    case 'Replace': {
      const from = expandOne(machine, operation.pattern).text;
      const to = expandOne(machine, operation.replacement).text;
      if (!current || !isKnown(current.text) || !isKnown(from) || !isKnown(to) || from === '')
        return [opaque(current)];
      const all = operation.operator === '//';
      return [{ ...current, text: all ? current.text.replaceAll(from, to) : current.text.replace(from, to) }];
    }
    case 'Slice': {
      const start = expandOne(machine, operation.offset).text;
      const count = operation.length ? expandOne(machine, operation.length).text : undefined;
      evaluated(machine, start);
      if (count !== undefined) evaluated(machine, count);
      const offset = Number(start.trim());
      const length = count === undefined ? undefined : Number(count);
      if (name === '@' || name === '*') return value?.slice(Math.max(0, offset - 1)) ?? [literal(ANY, 0, 0)];
      if (!current || !isKnown(current.text) || Number.isNaN(offset) || Number.isNaN(length ?? 0))
        return [opaque(current)];
      const tail = current.text.slice(offset);
      return [{ ...current, text: length === undefined ? tail : tail.slice(0, length) }];
    }
    case 'CaseModification':
      if (!current || !isKnown(current.text)) return [opaque(current)];
      return [{ ...current, text: cased(current.text, operation.operator) }];
    case 'Transform':
      // A prompt's text is expanded again.
      if (operation.operand.text === 'P' && current) substituted(machine, current.text);
      return [opaque(current)];
    default:
      return [opaque(current)];
  }
}

/** The fields of a parameter; undefined when nothing is known of it. */
function read(machine: Machine, name: string): readonly Field[] | undefined {
  if (name === '@' || name === '*') return machine.positional;
  if (/^[1-9]\d*$/.test(name)) {
    const field = positional(machine, Number(name));
    return field ? [field] : undefined;
  }
  const fields = variable(machine, name)?.fields;
  if (fields || !isSecretName(name)) return fields;
  return [{ ...literal(ANY, 0, 0), taint: CREDENTIAL }];
}

/** Names under which secrets live in the environment. */
export function isSecretName(name: string): boolean {
  return /(?:SECRET|TOKEN|PASSWORD|PASSWD|API_?KEY|PRIVATE_?KEY|ACCESS_KEY|CREDENTIAL)/.test(name);
}

function defaulted(
  machine: Machine,
  name: string,
  { operator, operand }: { readonly operator: string; readonly operand: Word },
  value: readonly Field[] | undefined,
  expandOne: ExpandOne,
): readonly Field[] {
  const text = value?.length === 1 ? value[0]?.text : undefined;
  const isSet = value !== undefined && text !== ANY;
  const full = isSet && text !== '';
  if (operator === '?' || operator === ':?') return full ? value : [literal(SOME, 0, 0)];
  const other = () => expandOne(machine, operand);
  if (operator === '+' || operator === ':+')
    return full ? [other()] : value === undefined ? [literal(ANY, 0, 0)] : [];
  if (full || (isSet && !operator.startsWith(':'))) return value;
  const fallback = other();
  if (operator.endsWith('=')) assign(machine, name, [fallback]);
  // What the line has not set may still come from the environment: the fallback is the likelier reading.
  return [fallback];
}

function cut(current: Field | undefined, operator: string, pattern: string): Field {
  if (!current || !isKnown(current.text)) return opaque(current);
  const { text } = current;
  if (isKnown(pattern)) {
    if (operator.startsWith('#'))
      return { ...current, text: text.startsWith(pattern) ? text.slice(pattern.length) : text };
    return { ...current, text: text.endsWith(pattern) ? text.slice(0, text.length - pattern.length) : text };
  }
  return opaque(current);
}

function cased(text: string, operator: string): string {
  if (operator === '^^') return text.toUpperCase();
  if (operator === ',,') return text.toLowerCase();
  const head = text.charAt(0);
  return (operator === '^' ? head.toUpperCase() : head.toLowerCase()) + text.slice(1);
}

function opaque(from: Field | undefined): Field {
  return from ? { ...from, text: ANY } : literal(ANY, 0, 0);
}
