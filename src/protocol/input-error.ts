/**
 * Arguments that break a tool's input schema, said so that a model can correct them.
 * It exists because zod's own issue list is long and names unknown fields last.
 * Invariant: names fields and expectations, never the values that were given.
 */
import type { z } from 'zod';
import { LmcpError } from '../errors/index.js';

/** Issues told in one error; the rest is counted. */
const shown = 8;

/** LMCP_INVALID_PARAMS with the offending fields in its message and, as paths, in `data.fields`. */
export function inputError(issues: readonly z.core.$ZodIssue[], schema: z.ZodObject): LmcpError {
  const fields = issues.flatMap(fieldsOf);
  const told = issues.slice(0, shown).map((issue) => tell(issue, schema));
  if (issues.length > shown) told.push(`and ${issues.length - shown} more`);
  return new LmcpError('LMCP_INVALID_PARAMS', `${told.join('; ')}.`, {
    data: { fields: fields.slice(0, shown) },
  });
}

function fieldsOf(issue: z.core.$ZodIssue): string[] {
  return issue.code === 'unrecognized_keys'
    ? issue.keys.map((key) => pathOf([...issue.path, key]))
    : [pathOf(issue.path)];
}

function tell(issue: z.core.$ZodIssue, schema: z.ZodObject): string {
  if (issue.code !== 'unrecognized_keys') return `${pathOf(issue.path)}: ${issue.message}`;
  const names = fieldsOf(issue).slice(0, shown).join(', ');
  const known = issue.path.length === 0 ? `; known fields: ${Object.keys(schema.shape).join(', ')}` : '';
  return `unknown field ${names}${known}`;
}

function pathOf(path: readonly PropertyKey[]): string {
  const text = path.map(String).join('.');
  return text === '' ? 'arguments' : text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
