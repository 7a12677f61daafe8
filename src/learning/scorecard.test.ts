/** The scorecard's gate, its arithmetic and its snapshot. */
import { describe, expect, it } from 'vitest';
import { CalibrationError } from './calibration-error.js';
import { seededRandom } from './contract/index.js';
import { DriftStory } from './drift-story.js';
import { wilson } from './interval.js';
import { hits, rankOf, topK } from './ranking.js';
import { Scorecard, type ScorecardOptions } from './scorecard.js';
import { StateReader, StateWriter } from './state-codec.js';

const options: ScorecardOptions = {
  task: 'toy',
  kind: 'history',
  model: 'clever',
  baselines: ['frequent', 'last'],
  metrics: ['top-1', 'top-3'],
  primary: 'top-1',
};

function card(n: number, p: { clever: number; frequent: number; last: number }, seed = 1): Scorecard {
  const random = seededRandom(seed);
  const made = new Scorecard(options);
  for (let i = 0; i < n; i++) {
    const score = (chance: number) => ({ 'top-1': random() < chance ? 1 : 0, 'top-3': 1 });
    made.observe({
      scores: { clever: score(p.clever), frequent: score(p.frequent), last: score(p.last) },
      at: 1000 + i,
    });
  }
  return made;
}

describe('scorecard', () => {
  it('gives no verdict below the minimum', () => {
    expect(card(29, { clever: 1, frequent: 0, last: 0 }).mode()).toBe('insufficient');
    expect(card(30, { clever: 1, frequent: 0, last: 0 }).mode()).toBe('learned');
  });

  it('lets the model answer once it beats every baseline, and the baseline otherwise', () => {
    expect(card(1500, { clever: 0.7, frequent: 0.5, last: 0.3 }).mode()).toBe('learned');
    expect(card(1500, { clever: 0.5, frequent: 0.3, last: 0.7 }).mode()).toBe('baseline');
    expect(card(1500, { clever: 0.5, frequent: 0.5, last: 0.2 }).mode()).toBe('baseline');
  });

  it('says whom the model has not been shown to beat, which need not be the best one', () => {
    // Of two equal halves: one baseline leads overall, the other has caught up with the model since.
    const made = new Scorecard(options);
    const random = seededRandom(5);
    const hit = (chance: number) => ({ 'top-1': random() < chance ? 1 : 0 });
    for (let i = 0; i < 3000; i++)
      made.observe({
        scores: { clever: hit(0.7), frequent: hit(0.5), last: hit(i < 1500 ? 0.05 : 0.7) },
        at: 1000 + i,
      });
    const report = made.report();
    expect(report).toMatchObject({ mode: 'baseline', baseline: { name: 'frequent' } });
    expect(report.interval![0]).toBeGreaterThan(0);
    expect(report.unbeaten?.name).toBe('last');
    expect(report.unbeaten!.interval![0]).toBeLessThanOrEqual(0);
    expect(card(1500, { clever: 0.7, frequent: 0.5, last: 0.3 }).report()).not.toHaveProperty('unbeaten');
  });

  it('names the best baseline and reports all predictors with the paired lift', () => {
    const report = card(1000, { clever: 0.6, frequent: 0.3, last: 0.5 }).report();
    expect(report.baseline?.name).toBe('last');
    expect(Object.keys(report.metrics)).toEqual(['clever', 'frequent', 'last']);
    const gap = report.metrics.clever!['top-1']! - report.metrics.last!['top-1']!;
    expect(report.lift).toBeCloseTo(gap, 12);
    expect(report.interval![0]).toBeLessThan(gap);
    expect(report.interval![1]).toBeGreaterThan(gap);
    expect(report.lastAt).toBe(1999);
  });

  it('weighs sampled events and leaves out metrics that do not apply', () => {
    const made = new Scorecard({ ...options, baselines: ['last'] });
    made.observe({ scores: { clever: { 'top-1': 1 }, last: { 'top-1': 0 } }, weight: 3 });
    made.observe({ scores: { clever: { 'top-1': 0, 'top-3': 1 }, last: { 'top-1': 0 } } });
    expect(made.report().metrics).toEqual({ clever: { 'top-1': 0.75, 'top-3': 1 }, last: { 'top-1': 0 } });
    expect(made.report().lift).toBe(0.75);
  });

  it('refuses what the confidence sequence does not hold for, and counts nothing of it', () => {
    const made = new Scorecard(options);
    const [right, wrong] = [{ clever: { 'top-1': 1 } }, { frequent: { 'top-1': Number.NaN } }];
    expect(() => made.observe({ scores: { clever: { 'top-1': 1.5 } } })).toThrow(/outside/);
    expect(() => made.observe({ scores: { ...right, ...wrong } })).toThrow(/outside/);
    for (const weight of [0, -1, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => made.observe({ scores: right, weight })).toThrow(/weight/);
    for (const confidence of [-0.1, 1.1, Number.NaN])
      expect(() => made.observe({ scores: right, confidence, correct: true })).toThrow(/confidence/);
    expect(made.report()).toEqual(new Scorecard(options).report());
  });

  it('stays finite at any weight and time', () => {
    const made = new Scorecard(options);
    for (const at of [Number.NaN, Number.POSITIVE_INFINITY, -5, 1e300])
      made.observe({
        scores: { clever: { 'top-1': 1 }, last: { 'top-1': 0 } },
        weight: 1e300,
        at,
        source: 'a',
      });
    const { metrics, lift, lastAt, sources } = made.report();
    expect(metrics.clever).toEqual({ 'top-1': 1 });
    expect(lift).toBe(1);
    expect(new Date(lastAt!).toISOString()).toMatch(/^\+275760/);
    expect(sources).toEqual([expect.objectContaining({ source: 'a', n: 4, value: 1 })]);
  });

  it('survives a snapshot and refuses one of other predictors', () => {
    const made = card(200, { clever: 0.6, frequent: 0.3, last: 0.5 });
    made.observe({ scores: { clever: { 'top-1': 0 } }, confidence: 0.5, correct: false, source: 'git' });
    const out = new StateWriter('t', 1);
    made.write(out);
    const again = Scorecard.read(new StateReader(out.finish(), 't', 1), options);
    expect(again.report()).toEqual(made.report());
    expect(() =>
      Scorecard.read(new StateReader(out.finish(), 't', 1), { ...options, baselines: ['other'] }),
    ).toThrow(expect.objectContaining({ code: 'LMCP_BAD_STATE' }));
  });
});

describe('evidence beside an answer', () => {
  it('counts an outcome that stands for a thousand once', () => {
    const made = new Scorecard(options);
    for (let i = 0; i < 40; i++) {
      const correct = i % 8 !== 0;
      const scores = { clever: { 'top-1': correct ? 1 : 0 }, last: { 'top-1': i % 2 } };
      made.observe({ scores, confidence: 0.85, correct, weight: 1000 });
    }
    const own = made.evidence(0.85);
    expect(own).toEqual({ n: 40, interval: wilson(35, 40) });
    expect(made.record('last')).toEqual({ n: 40, interval: wilson(20, 40) });
    expect(made.record('clever')).toEqual(own);
    expect(made.record('frequent')).toEqual({ n: 0, interval: null });
    expect(made.evidence(0.1)).toEqual({ n: 0, interval: null });
    // One heavy outcome among light ones: the interval rests on little more than one.
    made.observe({ scores: { last: { 'top-1': 1 } }, weight: 1e9 });
    const { n, interval } = made.record('last');
    expect(n).toBe(41);
    expect(interval![0]).toBeLessThan(0.3);
  });
});

describe('drift on a scorecard', () => {
  const reacting = { ...options, baselines: ['last'], reactions: { accuracy: 'memory shortened' } };
  /** Feeds outcomes; tells the changes that were heard. */
  function feed(
    made: Scorecard,
    n: number,
    p: { clever: number; last: number; stated: number },
    seed: number,
  ) {
    const random = seededRandom(seed);
    return Array.from({ length: n }, (_, i) => {
      const correct = random() < p.clever;
      const scores = {
        clever: { 'top-1': correct ? 1 : 0 },
        last: { 'top-1': random() < p.last ? 1 : 0 },
      };
      return made.observe({ scores, confidence: p.stated, correct, at: 1e6 * seed + i });
    }).flat();
  }

  it('is silent while nothing changes', () => {
    const made = new Scorecard(reacting);
    for (let seed = 1; seed <= 20; seed++)
      expect(feed(made, 1000, { clever: 0.7, last: 0.5, stated: 0.7 }, seed)).toEqual([]);
    expect(made.report().drift).toBeNull();
    expect(made.report()).not.toHaveProperty('since');
  });

  it('is heard by the learner and said on the report, with its time, its means and the reaction', () => {
    const made = new Scorecard(reacting);
    feed(made, 3000, { clever: 0.8, last: 0.5, stated: 0.8 }, 1);
    expect(made.mode()).toBe('learned');
    const heard = feed(made, 500, { clever: 0.4, last: 0.5, stated: 0.8 }, 2);
    for (const of of ['accuracy', 'calibration', 'lift'])
      expect(heard).toContainEqual(expect.objectContaining({ of, direction: 'fell' }));
    expect(made.mode()).toBe('baseline');
    const { drift, since, n } = made.report();
    expect(n).toBe(3500);
    expect(drift!.at).toBeGreaterThanOrEqual(2e6);
    expect(since).toBeGreaterThanOrEqual(2e6);
    const first = new Scorecard(reacting);
    feed(first, 3000, { clever: 0.8, last: 0.5, stated: 0.8 }, 1);
    const random = seededRandom(5);
    while (first.report().drift === null)
      first.observe({ scores: { clever: { 'top-1': random() < 0.3 ? 1 : 0 } }, at: 9e6 });
    expect(first.report().drift).toEqual({
      at: 9e6,
      what: expect.stringMatching(
        /^top-1 fell from \d\d\.\d % to \d\d\.\d % \(last \d+\): memory shortened$/,
      ),
    });
  });
});

describe('the story of a drift', () => {
  const change = (of: 'accuracy' | 'lift', direction: 'fell' | 'rose', before: number, after: number) =>
    ({ of, direction, worse: direction === 'fell', before, after, over: 90, baseline: 'last' }) as const;

  it('keeps the last setback when later a lift falls, a baseline having caught up', () => {
    const story = new DriftStory();
    const context = { primary: 'top-1', reactions: { accuracy: 'memory shortened' } };
    story.tell([change('accuracy', 'fell', 0.8, 0.4)], { ...context, at: 5 });
    story.tell([change('lift', 'fell', 0.3, 0.1)], { ...context, at: 9 });
    const { at, what } = story.report()!;
    expect(at).toBe(5);
    expect(what).toMatch(/^top-1 fell from 80.0 % .*memory shortened; then lift over last fell/);
    story.tell([change('accuracy', 'fell', 0.7, 0.5)], { ...context, at: 11 });
    expect(story.report()).toEqual({ at: 11, what: expect.stringMatching(/^top-1 fell from 70.0 %[^;]*$/) });
    const quiet = new DriftStory();
    quiet.tell([change('lift', 'fell', 0.3, 0.1)], { ...context, at: 7 });
    expect(quiet.report()).toEqual({ at: 7, what: expect.stringMatching(/^lift over last fell/) });
  });
});

describe('calibration error', () => {
  it('is 0 when stated and true shares agree, and the gap otherwise', () => {
    const good = new CalibrationError();
    const bad = new CalibrationError();
    for (let i = 0; i < 100; i++) {
      good.observe(0.75, i % 4 !== 0);
      bad.observe(0.95, i % 2 === 0);
    }
    expect(good.report()).toEqual({ ece: 0, n: 100 });
    expect(bad.report()!.ece).toBeCloseTo(0.45, 12);
    expect(new CalibrationError().report()).toBeNull();
    expect(good.near(0.71)).toEqual({ n: 100, effective: 100, share: 0.75 });
  });
});

describe('ranking', () => {
  it('takes the k best, ties by label whatever the order', () => {
    const items: [string, number][] = [
      ['b', 0.2],
      ['c', 0.5],
      ['a', 0.2],
      ['d', 0.1],
    ];
    const best = [
      { label: 'c', p: 0.5 },
      { label: 'a', p: 0.2 },
    ];
    expect(topK(items, 2)).toEqual(best);
    expect(topK(items.reverse(), 2)).toEqual(best);
    expect(topK(items, 0)).toEqual([]);
    expect(rankOf(best, 'a')).toBe(1);
    expect(hits(1, [1, 3])).toEqual({ 'top-1': 0, 'top-3': 1 });
    expect(hits(-1, [1])).toEqual({ 'top-1': 0 });
  });
});
