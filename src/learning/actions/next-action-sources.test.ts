/** A source that reports one tool for another is told, though the model has learned its habit; honest ones are left alone. */
import { create } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { describe, expect, it } from 'vitest';
import { EventSchema } from '../../proto/index.js';
import { seededRandom } from '../contract/index.js';
import { NextActionLearner } from './next-action.js';

const sources = ['editor', 'terminal', 'phone', 'bad'];
/** What follows each tool four times of five; else any. */
const usual: Record<string, string> = { A: 'C', C: 'B', B: 'D', D: 'A' };
const permuted: Record<string, string> = { A: 'C', C: 'A', B: 'D', D: 'B' };

const any = (random: () => number) => 'ABCD'[Math.floor(4 * random())]!;

interface Scene {
  readonly seed: number;
  readonly events: number;
  /** What the bad source reports of a tool. */
  readonly told: (tool: string, event: number, random: () => number) => string;
}

/** The event after which the bad source was told of first, and whether an honest one ever was; looked at every ten events. */
function run({ seed, events, told }: Scene): { at: number; by: unknown; accused: boolean } {
  const random = seededRandom(seed);
  const learner = new NextActionLearner({ task: 'next-action', label: 'tool' });
  const last = new Map<string, string>();
  let found: { at: number; by: unknown } = { at: Number.POSITIVE_INFINITY, by: null };
  let accused = false;
  for (let n = 1; n <= events; n++) {
    const source = sources[Math.floor(4 * random())]!;
    const tool = random() < 0.8 ? usual[last.get(source) ?? 'A']! : any(random);
    last.set(source, tool);
    const reported = source === 'bad' ? told(tool, n, random) : tool;
    const value = { session: source, server: 'agent', tool: reported };
    const data = { case: 'interactionFinished', value } as const;
    const at = timestampFromMs(Date.UTC(2026, 0, 1) + 1000 * n);
    learner.learnOne({ sequence: n, event: create(EventSchema, { at, workspace: 'w', source, data }) });
    if (n % 10 > 0) continue;
    for (const row of learner.scorecards()[0]!.sources ?? []) {
      if (!row.suspect && !row.overall.lower) continue;
      if (row.source !== 'bad') accused = true;
      else if (found.at > n) found = { at: n, by: row.suspect ? 'suspect' : row.overall.by };
    }
  }
  return { ...found, accused };
}

const seeds = Array.from({ length: 20 }, (_, i) => 300 + i);

describe('sources of the next action', () => {
  it('tell of one that exchanges tools from the start, within 200 events of all', () => {
    const runs = seeds.map((seed) => run({ seed, events: 200, told: (tool) => permuted[tool]! }));
    expect(runs.filter(({ at }) => at <= 200).length).toBeGreaterThanOrEqual(19);
  });

  it('tell of one that begins to after 2,000 events', () => {
    const told = (tool: string, n: number) => (n > 2000 ? permuted[tool]! : tool);
    const runs = seeds.slice(0, 6).map((seed) => run({ seed, events: 2600, told }));
    expect(runs.every(({ at }) => at > 2000 && at <= 2600)).toBe(true);
  });

  it('tell of one that reports tools at random', () => {
    const told = (_: string, __: number, random: () => number) => any(random);
    const runs = seeds.slice(0, 8).map((seed) => run({ seed, events: 800, told }));
    expect(runs.every(({ at }) => at <= 800)).toBe(true);
  });

  it('accuse nobody where all are honest', () => {
    const runs = seeds.map((seed) => run({ seed, events: 500, told: (tool) => tool }));
    expect(
      runs.filter(({ at, accused }) => accused || at < Number.POSITIVE_INFINITY).length,
    ).toBeLessThanOrEqual(1);
  });
});
