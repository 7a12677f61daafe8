/**
 * Counts which rules fire on the commands of a file, a command a line.
 * It exists to tell whether a rule's pattern occurs in practice at all.
 * Invariant: the commands are parsed and never run.
 */
import { readFileSync } from 'node:fs';
import { optimise, ruleCodes } from '../../src/servers/bash/optimise/index.js';

export interface Matches {
  readonly commands: number;
  /** Commands that get some rewrite. */
  readonly rewritten: number;
  /** Commands that get a rewrite called exact. */
  readonly exact: number;
  readonly byRule: Readonly<Record<string, number>>;
}

export function matches(file: string): Matches {
  const commands = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
  const byRule: Record<string, number> = Object.fromEntries(ruleCodes.map((code) => [code, 0]));
  let rewritten = 0;
  let exact = 0;
  for (const command of commands) {
    const rewrites = optimise(command);
    if (rewrites.length > 0) rewritten++;
    if (rewrites.some(({ equivalence }) => equivalence === 'exact')) exact++;
    for (const code of new Set(rewrites.map((rewrite) => rewrite.code)))
      byRule[code] = (byRule[code] ?? 0) + 1;
  }
  return { commands: commands.length, rewritten, exact, byRule };
}
