/**
 * What a client answered to a question of ours, checked.
 * It exists so that handlers read precise shapes, whichever way the answer came.
 * Invariant: a malformed answer is LMCP_BAD_ANSWER, told as the client's mistake; nothing of its value is repeated.
 */
import { LmcpError } from '../../errors/index.js';
import type { ElicitAnswer, Root, SampleAnswer } from '../asking.js';
import type { JsonSchema } from '../json-schema.js';
import { isRecord } from '../message.js';

/** Members a form's answer may have. */
const membersLimit = 200;

export function readElicitAnswer(value: unknown, schema: JsonSchema): ElicitAnswer {
  if (!isRecord(value)) throw bad('an elicitation was answered by no object');
  const { action, content } = value;
  if (action === 'decline' || action === 'cancel') return { action, content: {} };
  if (action !== 'accept') throw bad('`action` must be accept, decline or cancel');
  const given = content ?? {};
  if (!isRecord(given) || Object.keys(given).length > membersLimit)
    throw bad('`content` must be a flat object');
  const properties = isRecord(schema.properties) ? schema.properties : {};
  const required = Array.isArray(schema.required) ? schema.required : [];
  for (const name of required)
    if (typeof name === 'string' && !Object.hasOwn(given, name)) throw bad(`\`content.${name}\` is missing`);
  for (const [name, property] of Object.entries(properties)) {
    const type = isRecord(property) ? property.type : undefined;
    if (Object.hasOwn(given, name) && !fits(given[name], type))
      throw bad(`\`content.${name}\` is no ${type}`);
  }
  const known = Object.entries(given).filter(
    ([name, it]) => Object.hasOwn(properties, name) && isPrimitive(it),
  );
  return { action, content: Object.fromEntries(known) as ElicitAnswer['content'] };
}

export function readSampleAnswer(value: unknown): SampleAnswer {
  if (!isRecord(value) || typeof value.role !== 'string' || value.content === undefined)
    throw bad('a sampling request was answered without `role` and `content`');
  const { role, model, stopReason, content } = value;
  const blocks = Array.isArray(content) ? content : [content];
  const text = blocks
    .map((block: unknown) => (isRecord(block) && typeof block.text === 'string' ? block.text : ''))
    .join('');
  return {
    role,
    model: typeof model === 'string' ? model : '',
    ...(typeof stopReason === 'string' && { stopReason }),
    content,
    text,
  };
}

export function readRoots(value: unknown): readonly Root[] {
  if (!isRecord(value) || !Array.isArray(value.roots)) throw bad('roots/list was answered without `roots`');
  return value.roots.map((root: unknown) => {
    if (!isRecord(root) || typeof root.uri !== 'string') throw bad('a root has no `uri`');
    return { uri: root.uri, ...(typeof root.name === 'string' && { name: root.name }) };
  });
}

function fits(value: unknown, type: unknown): boolean {
  switch (type) {
    case 'string':
      return typeof value === 'string';
    case 'boolean':
      return typeof value === 'boolean';
    case 'number':
      return typeof value === 'number';
    case 'integer':
      return Number.isSafeInteger(value);
    case 'array':
      return Array.isArray(value) && value.every((it) => typeof it === 'string');
    default:
      return isPrimitive(value);
  }
}

function isPrimitive(value: unknown): boolean {
  return ['string', 'number', 'boolean'].includes(typeof value) || fits(value, 'array');
}

function bad(what: string): LmcpError {
  return new LmcpError('LMCP_BAD_ANSWER', `Malformed answer: ${what}.`);
}
