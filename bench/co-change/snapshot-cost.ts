/**
 * What a snapshot of the co-change learner costs, and whether a restart from one ends in the same state.
 * It exists because a daemon's restart waits for it.
 * Invariant: compares whole snapshots, byte for byte.
 */
import { readHistory } from '../../src/evaluate/repo-history.js';
import type { StoredEvent } from '../../src/proto/index.js';
import { CoChangeLearner } from '../../src/servers/development/learners/co-change.js';

export interface SnapshotCost {
  readonly bytes: number;
  readonly writeMs: number;
  readonly restoreMs: number;
  readonly equal: boolean;
}

function timed<T>(work: () => T): { value: T; ms: number } {
  const start = performance.now();
  return { value: work(), ms: performance.now() - start };
}

export async function snapshotCost(repo: string): Promise<SnapshotCost> {
  const events: StoredEvent[] = [];
  await readHistory({ task: 'co-change', repo }, ({ stored }) => {
    events.push(stored);
  });
  const whole = new CoChangeLearner();
  const half = events.length >> 1;
  for (const event of events.slice(0, half)) whole.learnOne(event);
  const early = whole.snapshot();
  for (const event of events.slice(half)) whole.learnOne(event);
  const { value: bytes, ms: writeMs } = timed(() => whole.snapshot());
  const { ms: restoreMs } = timed(() => new CoChangeLearner().restore(bytes));
  const resumed = new CoChangeLearner();
  resumed.restore(early);
  for (const event of events.slice(half)) resumed.learnOne(event);
  const equal = Buffer.from(resumed.snapshot()).equals(bytes);
  return { bytes: bytes.length, writeMs, restoreMs, equal };
}
