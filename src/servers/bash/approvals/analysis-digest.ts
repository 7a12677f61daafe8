/**
 * A short name for what an analysis says.
 * It exists so that an approval ends when the same command has come to mean something else: other files, another policy.
 * Invariant: equal levels, effects and findings give equal digests, in whatever order they were found.
 */
import { createHash } from 'node:crypto';
import type { Analysis } from '../analysis/answer.js';

export function analysisDigest({ level, effects, findings }: Analysis): string {
  const rows = [
    ...effects.map(({ kind, target, reversible }) => JSON.stringify(['effect', kind, target, reversible])),
    ...findings.map(({ code, level: weight, start, end }) =>
      JSON.stringify(['finding', code, weight, start, end]),
    ),
  ];
  return createHash('sha256')
    .update([level, ...rows.sort()].join('\n'))
    .digest('hex');
}
