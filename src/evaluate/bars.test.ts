/** The accuracy bars and the no-peeking promise on the shared data sets, where they are present. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { evaluate } from './index.js';

const data = process.env.LMCP_SHARED_DATA ?? join(import.meta.dirname, '..', '..', '..', 'shared', 'data');
const actions = join(data, 'learning', 'actions');
const why = existsSync(actions) ? '' : ' (skipped: set LMCP_SHARED_DATA to the folder of the data sets)';
const folder = mkdtempSync(join(tmpdir(), 'lmcp-bars-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** top-1, top-3, top-5 at least; ECE at most: the Hedge mixture's figures on these files. */
const bars = [
  ['next-action', 'tool', 'specstory.jsonl.gz', [0.563, 0.907, 0.966], 0.02],
  ['next-action', 'tool+subject', 'specstory.jsonl.gz', [0.294, 0.4341, 0.502], 0.055],
  ['next-command', 'verb', 'intercode.jsonl.gz', [0.801, 0.877, 0.894], 0.029],
] as const;

describe.skipIf(why !== '')(`accuracy on the shared data${why}`, () => {
  it.each(bars)('%s by %s reaches its bars', async (task, label, file, [one, three, five], ece) => {
    const { metrics, model, calibration, mode, lift } = await evaluate({
      task,
      label,
      files: [join(actions, file)],
    });
    const { 'top-1': top1, 'top-3': top3, 'top-5': top5 } = metrics[model]!;
    expect(top1).toBeGreaterThanOrEqual(one);
    expect(top3).toBeGreaterThanOrEqual(three);
    expect(top5).toBeGreaterThanOrEqual(five);
    expect(calibration!.ece).toBeLessThanOrEqual(ece);
    expect(lift).toBeGreaterThan(0);
    expect(mode).toBe('learned');
  });

  it('predicts the same, byte for byte, when all later events are others', async () => {
    const whole = gunzipSync(readFileSync(join(actions, 'specstory.jsonl.gz')))
      .toString()
      .trim()
      .split('\n');
    const cut = 3000;
    const altered = whole.map((line, i) =>
      i < cut ? line : line.replace(/"tool":"/, '"tool":"x').replace(/"ok":true/, '"ok":false'),
    );
    const said = [];
    for (const [name, content] of [
      ['whole', whole],
      ['altered', altered],
    ] as const) {
      const input = join(folder, `${name}.jsonl`);
      const predictionsPath = join(folder, `${name}.predictions.jsonl`);
      writeFileSync(input, content.slice(0, cut + 500).join('\n'));
      await evaluate({ task: 'next-action', label: 'tool+subject', files: [input], predictionsPath });
      said.push(readFileSync(predictionsPath, 'utf8').split('\n'));
    }
    expect(said[1]!.slice(0, cut + 1)).toEqual(said[0]!.slice(0, cut + 1));
    expect(said[1]!.slice(cut + 1)).not.toEqual(said[0]!.slice(cut + 1));
  });
});
