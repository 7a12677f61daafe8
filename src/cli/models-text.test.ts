import { describe, expect, it } from 'vitest';
import type { Compared, Versions } from '../runtime/index.js';
import { compareLines, logLines, tagLines } from './models-text.js';

const [a, b] = ['a'.repeat(64), 'b'.repeat(64)];
const stored = (id: string, offset: number, parents: string[], tags: string[] = []) => ({
  id,
  parents,
  offset,
  at: 0,
  size: 1,
  tags,
  scorecard: null,
});

const versions: Versions = {
  learner: 'co-change',
  branch: 'rollback-9',
  head: { id: null, offset: 12, folded: [[1, 4]] },
  branches: [
    { name: 'rollback-9', id: null, offset: 12, active: true },
    { name: 'main', id: b, offset: 9, active: false },
  ],
  tags: [
    { name: 'good', id: b, offset: 9 },
    { name: 'early', id: null, offset: 2 },
  ],
  snapshots: [stored(b, 9, [a], ['good']), stored(a, 4, [])],
  unstored: [
    { offset: 12, parent: a, head: true, branches: ['rollback-9'], tags: [] },
    { offset: 2, parent: null, head: false, branches: [], tags: ['early'] },
  ],
};

describe('the log', () => {
  it('gives a state without a snapshot a line of its own', () => {
    expect(logLines(versions, 50)).toEqual([
      'co-change: on rollback-9 at @12',
      '* bbbbbbbb (main, tag: good)  @9  1970-01-01 00:00',
      '| * – (HEAD → rollback-9)  @12  no snapshot yet',
      '|/',
      '* aaaaaaaa  @4  1970-01-01 00:00',
      '* – (tag: early)  @2  no snapshot: folded when asked for',
    ]);
    expect(logLines(versions, 1).at(-1)).toBe('… 3 older (--limit)');
  });

  it('says where each tag is', () => {
    expect(tagLines(versions)).toEqual(['good  @9  bbbbbbbb', 'early  @2']);
  });
});

it('prints of a comparison what differs', () => {
  const row = { ref: 'HEAD', id: null, offset: 4, size: 1, scorecard: [] };
  const metric = { kind: 'history', predictor: 'model', metric: 'hit@3', a: 0.5, b: 0.5, delta: 0 };
  const compared: Compared = { a: row, b: row, onlyA: 0, onlyB: 0, sizeDelta: 0, metrics: [metric] };
  expect(compareLines(compared).slice(2)).toEqual(['state  +0 bytes', 'no difference in the scores']);
  const better = { ...metric, metric: 'hit@1', b: 0.75, delta: 0.25 };
  expect(compareLines({ ...compared, metrics: [metric, better] }).slice(3)).toEqual([
    'history model hit@1  0.5000 → 0.7500  +0.2500',
  ]);
});
