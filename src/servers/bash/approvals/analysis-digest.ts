/**
 * A short name for what an analysis says.
 * It exists so that an approval ends when the same command has come to mean something else: other files, another policy, another script.
 * Invariant: equal levels, effects, findings and scripts give equal digests, in whatever order they were found.
 */
import { createHash } from 'node:crypto';
import type { Analysis } from '../analysis/answer.js';

/** @param scripts what the files that the command runs hold, one short text each */
export function analysisDigest(
  { level, effects, findings }: Analysis,
  scripts: readonly string[] = [],
): string {
  const rows = [
    ...effects.map(({ kind, target, reversible }) => JSON.stringify(['effect', kind, target, reversible])),
    ...findings.map(({ code, level: weight, start, end }) =>
      JSON.stringify(['finding', code, weight, start, end]),
    ),
    ...scripts.map((script) => JSON.stringify(['script', script])),
  ];
  return createHash('sha256')
    .update([level, ...rows.sort()].join('\n'))
    .digest('hex');
}
