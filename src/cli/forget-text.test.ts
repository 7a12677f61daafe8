import { describe, expect, it } from 'vitest';
import type { ForgetReport } from '../servers/learning/forgetting.js';
import type { ScoreRow } from '../servers/learning/score-row.js';
import { forgetLines } from './forget-text.js';

const row = (value: number | null, n: number, kind: ScoreRow['kind'] = 'history'): ScoreRow => ({
  kind,
  n,
  metric: 'hit@3',
  value,
  baseline: n === 0 ? null : { name: 'frequency', value: 0.3 },
  mode: 'learned',
});

const report: ForgetReport = {
  what: 'source "ci"',
  events: 1_200,
  byType: { commitLanded: 200, buildFinished: 1_000 },
  firstAt: '2026-01-01T10:00:00.000Z',
  lastAt: '2026-02-03T10:00:00.000Z',
  learners: [
    {
      task: 'co-change',
      affected: 200,
      digest: 'd',
      before: [row(0.5, 1_000), row(null, 0, 'live')],
      after: [row(0.625, 800), row(null, 0, 'live')],
    },
    { task: 'change-risk', affected: 200, digest: 'd', before: [row(0.5, 9)], after: [row(0.5, 9)] },
  ],
  digest: 'd',
  backups: [{ folder: '/backups/monday', at: '2026-02-02T00:00:00.000Z' }],
  compacted: null,
};

describe('forgetLines', () => {
  it('tells counts, times, scores before and after, and backups', () => {
    expect(forgetLines(report)).toEqual([
      '1,200 events of source "ci", 2026-01-01 to 2026-02-03',
      '  buildFinished  1,000',
      '  commitLanded   200',
      'co-change, 200 events fewer:',
      '  - history hit@3 50.0 % (frequency 30.0 %), n 1,000',
      '  + history hit@3 62.5 % (frequency 30.0 %), n 800',
      'change-risk, 200 events fewer:',
      '  = history hit@3 50.0 % (frequency 30.0 %), n 9',
      'backups that still hold the events:',
      '  /backups/monday  (2026-02-02T00:00:00.000Z)',
    ]);
  });

  it('tells that there is nothing, and what left the disk', () => {
    const compacted = { segments: 1, events: 3, freedBytes: -20 };
    const none = { ...report, events: 0, byType: {}, learners: [], backups: [], compacted };
    expect(forgetLines(none)).toEqual(['no events of source "ci"', '3 payloads taken off the disk']);
  });
});
