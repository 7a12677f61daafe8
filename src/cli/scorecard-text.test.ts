/** The lines of a scorecard: nothing bad is left out, nothing stands without its n. */
import { describe, expect, it } from 'vitest';
import type { ScorecardReport } from '../learning/index.js';
import { scorecardLines } from './scorecard-text.js';

const card: ScorecardReport = {
  task: 'co-change',
  kind: 'live',
  n: 1480,
  metrics: { ours: { 'hit@3': 0.6 }, rose: { 'hit@3': 0.5 } },
  model: 'ours',
  primary: 'hit@3',
  baseline: { name: 'rose', value: 0.5 },
  lift: 0.1,
  interval: [0.02, 0.18],
  since: Date.UTC(2026, 2, 1),
  calibration: { ece: 0.012, n: 1480 },
  drift: { at: Date.UTC(2026, 2, 1), what: 'hit@3 fell from 70.0 % to 40.0 % (last 90)' },
  mode: 'learned',
  receipts: { open: 3, settled: 1480, expired: 17, dropped: 0 },
  sources: [
    {
      source: 'ci:bad',
      n: 200,
      value: 0.1,
      baseline: 0.5,
      difference: -0.6,
      interval: [-0.8, -0.3],
      suspect: true,
      overall: { difference: -0.6, interval: [-0.8, -0.3], lower: true, by: 'model' },
    },
    {
      source: '',
      n: 1280,
      value: 0.7,
      baseline: 0.5,
      difference: 0.1,
      interval: [-0.1, 0.3],
      suspect: false,
      overall: { difference: 0.2, interval: [0, 0.4], lower: false, by: null },
    },
  ],
};

describe('scorecard lines', () => {
  it('says which predictor the model does not beat where that is not the best one', () => {
    const unbeaten = { name: 'repeat', lift: 0.004, interval: [-0.01, 0.02] as const };
    expect(scorecardLines({ ...card, mode: 'baseline', unbeaten }).at(-1)).toBe(
      '  who answers: the trivial predictor: of all of them the model has not been shown to beat repeat (lift +0.4 points, interval −1.0 to +2.0)',
    );
    expect(
      scorecardLines({ ...card, mode: 'baseline', unbeaten: { ...unbeaten, name: 'rose' } }).at(-1),
    ).toMatch(/has not been shown to beat it here$/);
  });

  it('tell of the change, the receipts, the sources and the suspect one', () => {
    expect(scorecardLines(card)).toEqual([
      'co-change (answers that were served): hit@3 60.0 % over 1,480 questions',
      '  best trivial predictor: rose 50.0 % (lift +10.0 points, interval +2.0 to +18.0 since 2026-03-01)',
      '  calibration: expected error 0.012 over 1,480',
      '  changed 2026-03-01: hit@3 fell from 70.0 % to 40.0 % (last 90)',
      '  receipts: 3 open, 1,480 settled, 17 expired unsettled, 0 given up for newer ones',
      expect.stringMatching(/^ {2}SUSPECT SOURCE "ci:bad": .* 60\.0 points less often/),
      '  hit@3 by source: ci:bad 10.0 % of 200, (unnamed) 70.0 % of 1,280',
      '  who answers: the model: it beats every trivial predictor here',
    ]);
  });

  it('tell of served answers before any of them is scored, and of no receipts where there are none', () => {
    const fresh = { ...card, n: 0, metrics: {} };
    expect(scorecardLines(fresh)).toEqual([
      'co-change (answers that were served): nothing scored yet',
      expect.stringMatching(/receipts: 3 open/),
    ]);
    const receipts = { open: 0, settled: 0, expired: 0, dropped: 0 };
    expect(scorecardLines({ ...fresh, receipts })).toHaveLength(1);
  });
});
