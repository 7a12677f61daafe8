/** learning_report: what it tells of changes, receipts and suspect sources, within bytes and the schema. */
import { describe, expect, it } from 'vitest';
import type { ScorecardReport, SourceReport } from '../../../learning/index.js';
import type { ToolContext } from '../../../protocol/index.js';
import type { Services } from '../../../runtime/index.js';
import { learningReport } from './learning-report.js';

const row = (source: string | null, suspect = false): SourceReport => ({
  source,
  n: 120,
  value: suspect ? 0.1 : 0.7,
  baseline: 0.5,
  difference: suspect ? -0.6 : 0.01,
  interval: suspect ? [-0.8, -0.3] : [-0.2, 0.2],
  suspect,
  overall: { difference: null, interval: null, lower: false, by: null },
});

const card: ScorecardReport = {
  task: 'next-action',
  kind: 'live',
  n: 480,
  metrics: { ours: { 'top-1': 0.6 }, last: { 'top-1': 0.5 } },
  model: 'ours',
  primary: 'top-1',
  baseline: { name: 'last', value: 0.5 },
  lift: 0.1,
  interval: [0.02, 0.18],
  since: Date.UTC(2026, 2, 1),
  calibration: { ece: 0.012, n: 480 },
  drift: { at: Date.UTC(2026, 2, 1), what: 'top-1 fell from 70.0 % to 40.0 % (last 90)' },
  mode: 'learned',
  minimum: 30,
  lastAt: 9e15,
  receipts: { open: 3, settled: 480, expired: 17, dropped: 2 },
};

async function report(reports: readonly ScorecardReport[], args: { task?: string } = {}) {
  const services = { askAll: async () => ({ learning: reports }) } as unknown as Services;
  const context = { services } as unknown as ToolContext<Services>;
  const { structured, text } = await learningReport.run(args, context);
  return { tasks: learningReport.output.parse(structured).tasks, text: text ?? '', structured };
}

describe('learning_report', () => {
  it('tells of the lift with its time, calibration, change and receipts', async () => {
    const { tasks, text } = await report([card]);
    expect(text).toBe(
      [
        'next-action (live): top-1 0.600, last 0.500, n 480, lift +0.100 (+0.020 to +0.180 since 2026-03-01T00:00:00.000Z), ECE 0.012; answers: learned.',
        '  changed 2026-03-01T00:00:00.000Z: top-1 fell from 70.0 % to 40.0 % (last 90)',
        '  receipts: 3 open, 480 settled, 17 expired, 2 dropped',
      ].join('\n'),
    );
    expect(tasks[0]).toMatchObject({ receipts: card.receipts, drift: card.drift });
    expect(tasks[0]!.lastAt).toMatch(/^\+275760/);
    expect(tasks[0]).not.toHaveProperty('sources');
  });

  it('names a suspect source loudly, whatever else is left out', async () => {
    const many = Array.from({ length: 15 }, (_, i) => row(`s${i}`));
    const sources = [row('ci:bad', true), ...many, row(null)];
    const { tasks, text } = await report([{ ...card, sources }]);
    expect(text).toMatch(
      /SUSPECT SOURCE "ci:bad": .* 60\.0 points less often \(95 % interval 30\.0 to 80\.0\)/,
    );
    expect(text).not.toContain('"s0"');
    expect(tasks[0]!.sources).toHaveLength(5);
    expect(tasks[0]!.sources![0]).toMatchObject({ source: 'ci:bad', suspect: true, interval: [-0.8, -0.3] });
    const all = await report([{ ...card, sources }], { task: 'next-action' });
    expect(all.tasks[0]!.sources).toHaveLength(17);
  });

  it('tells of a source that stands out, by whose outcomes, and advises to look before anything is forgotten', async () => {
    const overall = { difference: -0.5, interval: [-0.7, -0.2], lower: true, by: 'baseline' } as const;
    const { tasks, text } = await report([{ ...card, sources: [{ ...row('ci'), overall }, row('git')] }]);
    expect(text).toContain(
      '"ci" stands out: its outcomes agree with the trivial predictor 50.0 points less often',
    );
    expect(text).toMatch(/may be noisier, or what it reports wrong: look at its events first\.$/);
    expect(tasks[0]!.sources![0]!.overall).toEqual(overall);
    const loud = await report([{ ...card, sources: [row('ci', true), row('git')] }]);
    expect(loud.text).toContain('look at its events first');
    expect(loud.text).not.toContain('forget');
  });

  it('stays within bytes on many tasks', async () => {
    const sources = Array.from({ length: 17 }, (_, i) => row(`adapter-${i}`));
    const reports = Array.from({ length: 20 }, (_, i) => ({ ...card, task: `task-${i}`, sources }));
    const { structured } = await report(reports);
    expect(Buffer.byteLength(JSON.stringify(structured))).toBeLessThan(32_000);
  });
});
