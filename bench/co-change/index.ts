/**
 * Bench "co-change": accuracy, latency and learning time of related files on repositories, beside every baseline.
 * It exists so that every figure the documents state about related files comes from one command:
 * `npm run bench -- co-change PATH… [--json]` (work trees or bare repositories; without a path the one it stands in).
 * Invariant: one configuration for all repositories; each is evaluated in a fresh learner.
 */
import type { CoChangeResult } from '../../src/evaluate/co-change.js';
import { evaluateCoChange } from '../../src/evaluate/co-change.js';
import { renderTable } from '../../src/evaluate/index.js';
import { snapshotCost } from './snapshot-cost.js';

export async function run({
  json,
  arguments: paths,
}: {
  json: boolean;
  arguments: readonly string[];
}): Promise<{ repositories: readonly object[] }> {
  const repositories: object[] = [];
  for (const repo of paths.length > 0 ? paths : ['.']) {
    const result: CoChangeResult = await evaluateCoChange({ task: 'co-change', repo });
    const snapshot = await snapshotCost(repo);
    repositories.push({ ...result, snapshot });
    if (json) continue;
    process.stdout.write(`${renderTable(result)}\n`);
    const { bytes, writeMs, restoreMs, equal } = snapshot;
    process.stdout.write(
      `Snapshot ${(bytes / 1024).toFixed(0)} KiB, written in ${writeMs.toFixed(0)} ms, restored in ${restoreMs.toFixed(0)} ms; half of the history restored and the rest replayed is ${equal ? 'equal' : 'NOT EQUAL'} byte for byte.\n\n`,
    );
  }
  return { repositories };
}
