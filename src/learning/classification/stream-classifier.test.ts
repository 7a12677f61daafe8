/** The serving classifier: scored before it learns, calibrated, gated, bounded, and the same after a snapshot. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CalibrationError } from '../calibration-error.js';
import { seededRandom } from '../contract/index.js';
import { drifting, type Example, randomRbf, sea, take } from '../contract/streams/index.js';
import type { Mixed } from './mixed-features.js';
import { StreamClassifier } from './stream-classifier.js';

const make = () => new StreamClassifier({ task: 'try' });

function fed(examples: readonly Example[], classifier = make()): StreamClassifier {
  for (const example of examples) classifier.learnOne(example);
  return classifier;
}

const rbf = (n: number, seed: number) => take(randomRbf({ random: seededRandom(seed), features: 4 }), n);

/** What everybody says to a few questions. */
function answers(classifier: StreamClassifier, examples: readonly Example[]): unknown {
  return examples.map(({ x }) => [classifier.forecast(x), classifier.predictOne(x)]);
}

describe('StreamClassifier', () => {
  it('wins on made streams, says how sure it is, and then answers', () => {
    const classifier = fed(rbf(1500, 5));
    const { metrics, mode, calibration, lift, n } = classifier.scorecard();
    expect(n).toBe(1499);
    expect(metrics['gated-ensemble']?.accuracy).toBeGreaterThan(0.75);
    expect(lift).toBeGreaterThan(0.1);
    expect(mode).toBe('learned');
    expect(calibration?.ece).toBeLessThan(0.05);
    const [{ x } = { x: {} }] = rbf(1, 6);
    const { answer, confidence, baseline } = classifier.predictOne(x);
    expect(answer?.[0]?.p).toBe(confidence);
    expect(baseline).toHaveLength(1);
    const sum = answer?.reduce((total, { p }) => total + p, 0) ?? 0;
    expect(sum).toBeGreaterThan(0.5);
    expect(sum).toBeLessThanOrEqual(1 + 1e-9);
  });

  it('speaks where it is proven to be right', () => {
    const classifier = fed(take(sea(8, { random: seededRandom(7) }), 1200));
    const { answered, lower } = classifier.selective();
    expect(answered).toBeGreaterThan(200);
    expect(lower).toBeGreaterThan(0.93);
    expect(classifier.sure(classifier.forecast({ a: 9, b: 9, c: 5 }))).toBe('false');
  });

  it('does not win where there is nothing to learn, and then the trivial predictor answers', () => {
    const random = seededRandom(8);
    const noise = Array.from({ length: 400 }, () => ({ x: { a: random() }, y: random() < 0.7 }));
    const classifier = fed(noise);
    expect(classifier.scorecard().mode).toBe('baseline');
    expect(classifier.predictOne({ a: 0.5 }).answer?.[0]?.label).toBe('true');
    expect(classifier.sure(classifier.forecast({ a: 0.5 }))).toBeNull();
  });

  it('knows nothing before the first label, and is not scored for that', () => {
    const classifier = make();
    expect(classifier.forecast({ a: 1 }).ranked).toEqual([]);
    expect(classifier.predictOne({ a: 1 })).toMatchObject({ answer: null, mode: 'insufficient' });
    classifier.learnOne({ x: { a: 1 }, y: 'k' });
    expect(classifier.scorecard().n).toBe(0);
    // One outcome makes nobody sure: the rule of succession.
    expect(classifier.forecast({ a: 1 }).ranked).toEqual([{ label: 'k', p: expect.closeTo(2 / 3, 2) }]);
  });

  it('is no surer for one outcome that stands for a thousand', () => {
    const classifier = make();
    classifier.learnOne({ x: { a: 1 }, y: 'k', weight: 1000 });
    expect(classifier.forecast({ a: 1 }).stated).toBeLessThanOrEqual(2 / 3);
  });

  it('shows the record of the trivial predictor beside its answers', () => {
    const random = seededRandom(15);
    const classifier = make();
    for (let i = 0; i < 400; i++) classifier.learnOne({ x: { a: random() }, y: random() < 0.7, weight: 50 });
    const { mode, confidence, evidence } = classifier.predictOne({ a: 0.5 });
    expect(mode).toBe('baseline');
    expect(evidence.n).toBe(399);
    expect(evidence.interval![0]).toBeLessThan(confidence!);
    expect(evidence.interval![1]).toBeGreaterThan(confidence!);
    expect(evidence.interval![1] - evidence.interval![0]).toBeGreaterThan(0.05);
  });

  it('is the same, to the byte, whatever the order of the features', () => {
    const random = seededRandom(16);
    const [one, two] = [make(), make()];
    for (let i = 0; i < 150; i++) {
      const pairs: [string, number | string | boolean][] = [
        ['a', random()],
        ['b', `w${Math.floor(200 * random())}`],
        ['c', random() < 0.5],
        ['d', `v${Math.floor(200 * random())}`],
      ];
      const y = (pairs[0]![1] as number) > 0.5;
      one.learnOne({ x: Object.fromEntries(pairs), y });
      two.learnOne({ x: Object.fromEntries(pairs.reverse()), y });
    }
    expect(two.snapshot()).toEqual(one.snapshot());
  });

  it('scores what was said when it was asked, however late the label comes', () => {
    const classifier = fed(rbf(200, 9));
    const [asked = { x: {}, y: '' }] = rbf(1, 10);
    const said = classifier.forecast(asked.x);
    const before = classifier.scorecard().metrics['gated-ensemble']?.accuracy ?? 0;
    const wrong = said.ranked.at(-1)?.label ?? '';
    for (let i = 0; i < 50; i++) classifier.learnOne({ x: asked.x, y: wrong });
    expect(classifier.forecast(asked.x).ranked[0]?.label).toBe(wrong);
    const n = classifier.scorecard().n;
    classifier.learnOne({ ...asked, y: wrong, said });
    expect(classifier.scorecard().n).toBe(n + 1);
    expect(before).toBeGreaterThan(0);
  });

  it('starts its calibration anew when a concept turns over, and says so', () => {
    const random = seededRandom(11);
    const before = sea(8, { random });
    const after = () => {
      const { x, y } = before();
      return { x, y: !y };
    };
    const classifier = make();
    const told = new Set<string>();
    for (const example of take(drifting(before, after, { random, position: 900, width: 1 }), 1500)) {
      classifier.learnOne(example);
      told.add(classifier.scorecard().drift?.what ?? '');
    }
    expect([...told].join('; ')).toMatch(/accuracy fell.*members are weighted anew/);
    expect([...told].join('; ')).toMatch(/stated.*the calibrator starts anew/);
    expect(classifier.scorecard().metrics['gated-ensemble']?.accuracy).toBeGreaterThan(0.8);
  });

  it('has sure answers proven anew whenever it says so, also when more comes true than stated', () => {
    const random = seededRandom(17);
    const classifier = make();
    let told = '';
    let [seen, answered] = [0, 0];
    for (let i = 0; i < 2600; i++) {
      const x = { a: random(), b: random() };
      classifier.learnOne({ x, y: x.a > 0.5 || x.b > 0.5 !== (i < 1500 && random() < 0.45) });
      answered = Math.max(answered, classifier.selective().answered);
      const { what = '' } = classifier.scorecard().drift ?? {};
      const [setback = ''] = what.match(/[^;]*beside what was stated[^;]*calibrator starts anew/) ?? [];
      if (setback === told) continue;
      told = setback;
      if (setback === '') continue;
      seen++;
      expect(classifier.selective().answered).toBe(0);
    }
    expect(answered).toBeGreaterThan(100);
    expect(seen).toBeGreaterThan(0);
  });

  it('is honest again soon after the labels became unreliable', () => {
    const random = seededRandom(2);
    const classifier = make();
    const late = new CalibrationError();
    for (let i = 0; i < 2200; i++) {
      const x = { a: random(), b: random() };
      const y = x.a > x.b !== (i >= 1500 && random() < 0.35);
      const said = classifier.forecast(x);
      const [first] = said.ranked;
      if (i > 1900 && first) late.observe(first.p, first.label === String(y));
      classifier.learnOne({ x, y, said });
    }
    // Without its restart the calibrator stays .2 beside the truth.
    expect(late.report()?.ece).toBeLessThan(0.1);
  });

  it('is the same after a snapshot, and unchanged by questions', () => {
    const words: Example[] = rbf(120, 12);
    const classifier = make();
    for (const [i, { x, y }] of words.entries())
      classifier.learnOne({ x: { ...x, word: `w${i % 5}`, flag: i % 2 === 0 }, y });
    const state = classifier.snapshot();
    answers(classifier, words.slice(0, 20));
    expect(classifier.snapshot()).toEqual(state);
    const again = make();
    again.restore(state);
    expect(again.snapshot()).toEqual(state);
    const more = rbf(80, 13);
    for (const each of [classifier, again]) fed(more, each);
    expect(again.snapshot()).toEqual(classifier.snapshot());
    expect(answers(again, words.slice(0, 5))).toEqual(answers(classifier, words.slice(0, 5)));
    expect(again.scorecard()).toEqual(classifier.scorecard());
    state[state.length >> 1] = (state[state.length >> 1] ?? 0) ^ 1;
    expect(() => make().restore(state)).toThrow(expect.objectContaining({ code: 'LMCP_BAD_STATE' }));
  });

  it('refuses bad input with a code and is then as before', () => {
    const classifier = fed(rbf(60, 14));
    const state = classifier.snapshot();
    const bad: unknown[] = [
      { a: Number.NaN },
      { a: Infinity },
      { a: 1e101 },
      { a: 'x'.repeat(1e6) },
      { ['x'.repeat(1e6)]: 'y' },
      { a: [1] },
      { a: { b: 1 } },
      { a: undefined },
      Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`f${i}`, 1])),
    ];
    for (const x of bad as Mixed[]) {
      const code = expect.objectContaining({ code: 'LMCP_BAD_FEATURES' });
      expect(() => classifier.forecast(x)).toThrow(code);
      expect(() => classifier.learnOne({ x, y: 'k' })).toThrow(code);
      expect(() => classifier.learnOne({ x: { ...x, word: 'new' } as Mixed, y: 'k' })).toThrow(code);
    }
    expect(() => classifier.learnOne({ x: { word: 'new' }, y: Number.NaN })).toThrow(/label/);
    expect(() => classifier.learnOne({ x: { word: 'new' }, y: 'k', weight: 0 })).toThrow(/weight/);
    expect(classifier.snapshot()).toEqual(state);
  });

  it('stays a distribution and a readable state on any input that is allowed', () => {
    const value = fc.oneof(
      fc.constantFrom(0, -0, 1e100, -1e100, 5e-324, 1, true, false, null, '', 'w', '__proto__'),
      fc.double({ min: -1e100, max: 1e100, noNaN: true }),
    );
    const x = fc.dictionary(fc.constantFrom('a', 'b', '__proto__', 'constructor', '1'), value);
    const y = fc.constantFrom<string | number | boolean>(true, 'true', 0, -1.5, '', '__proto__');
    const weight = fc.constantFrom(1, 1e9, 1e-9);
    fc.assert(
      fc.property(fc.array(fc.record({ x, y, weight }), { maxLength: 30 }), (stream) => {
        const classifier = make();
        for (const example of stream) {
          classifier.learnOne(example);
          const { ranked } = classifier.forecast(example.x);
          for (const { p } of ranked) expect(p >= 0 && p <= 1).toBe(true);
          expect(ranked.reduce((sum, { p }) => sum + p, 0)).toBeLessThanOrEqual(1 + 1e-9);
        }
        const again = make();
        again.restore(classifier.snapshot());
        expect(again.snapshot()).toEqual(classifier.snapshot());
      }),
      { numRuns: 15 },
    );
  });

  it('is bounded on an endless stream of new names, words and labels', () => {
    const classifier = make();
    let largest = 0;
    for (let i = 0; i < 600; i++) {
      classifier.learnOne({ x: { [`f${i}`]: i, word: `w${i}`, [`t${i}`]: 'z' }, y: `label ${i}` });
      if (i === 400) largest = classifier.snapshot().length;
    }
    expect(classifier.snapshot().length).toBeLessThan(1.6 * largest);
  });
});
