/** The accuracy bars on public action sequences, where LMCP_SHARED_DATA names the folder that holds them. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { evaluate } from './index.js';

const data = process.env.LMCP_SHARED_DATA;
const why = data ? '' : ' (skipped: set LMCP_SHARED_DATA to the folder of the data sets)';

/** top-1, top-5 at least; ECE at most; selective answers at least. */
const bars = [
  ['next-action', 'tool', 'specstory.jsonl.gz', [0.593, 0.97], 0.02, 200],
  ['next-action', 'tool+subject', 'specstory.jsonl.gz', [0.294, 0.502], 0.02, 0],
  ['next-command', 'verb', 'intercode.jsonl.gz', [0.831, 0.894], 0.02, 200],
  ['next-command', 'line', 'intercode.jsonl.gz', [0.358, 0.407], 0.02, 200],
] as const;

describe.skipIf(why !== '')(`accuracy on public data${why}`, () => {
  it.each(bars)('%s by %s reaches its bars', async (task, label, file, [one, five], ece, answers) => {
    const path = join(data ?? '', 'learning', 'actions', file);
    const result = await evaluate({ task, label, files: [path] });
    const { 'top-1': top1, 'top-5': top5 } = result.metrics[result.model]!;
    expect(top1).toBeGreaterThanOrEqual(one);
    expect(top5).toBeGreaterThanOrEqual(five);
    expect(result.calibration!.ece).toBeLessThanOrEqual(ece);
    expect(result.lift).toBeGreaterThan(0);
    expect(result.mode).toBe('learned');
    expect(result.selective!.answered).toBeGreaterThanOrEqual(answers);
    if (answers > 0) expect(result.selective!.lower!).toBeGreaterThanOrEqual(0.93);
  });
});
