/**
 * Which programs a name with globs may stand for: `/bin/r?`, `/usr/bin/g?t`.
 * It exists because the shell would find them, and text matchers do not.
 * Invariant: at most 12 candidates, the dangerous ones among them.
 */
import { commandNames } from '../../knowledge/index.js';
import { lastPart } from '../targets/path.js';
import { ONE, STAR } from '../words/field.js';

const LIMIT = 12;
const FIRST = [
  'rm',
  'dd',
  'shred',
  'git',
  'find',
  'chmod',
  'chown',
  'mkfs',
  'mv',
  'kill',
  'curl',
  'nc',
  'sh',
  'bash',
];

export function globbedNames(text: string): string[] {
  const name = lastPart(text);
  // Many stars match everything and cost much: a name is never longer.
  if (name.length > 24 || name.split(STAR).length > 6) return FIRST;
  let pattern = '^';
  for (const c of name) {
    if (c === STAR) pattern += '.*';
    else if (c === ONE) pattern += '.';
    else pattern += c.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  }
  const matches = new RegExp(`${pattern}$`);
  const found: string[] = [];
  for (const candidate of [...FIRST, ...commandNames()]) {
    if (matches.test(candidate) && !found.includes(candidate)) found.push(candidate);
    if (found.length >= LIMIT) break;
  }
  return found;
}
