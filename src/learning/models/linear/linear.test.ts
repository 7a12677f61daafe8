/** What the parts of linear models promise each for itself: scales, steps, sparsity, hashing, labels. */
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../contract/index.js';
import { pipe } from '../../pipeline.js';
import { HashedSlots } from '../statistics/feature-slots.js';
import { Alma } from './alma.js';
import { Binary } from './binary.js';
import { LogisticRegression } from './logistic-regression.js';
import { AdaGrad, Ftrl, Sgd } from './optimiser.js';
import { StandardScaler } from './standard-scaler.js';

describe('StandardScaler', () => {
  it('takes the mean away and divides by the deviation, divisor n', () => {
    const scaler = new StandardScaler();
    for (const a of [2, 4, 4, 4, 5, 5, 7, 9]) scaler.learnOne({ a, fixed: 3 });
    const scaled = scaler.transformOne({ a: 9, fixed: 3, never: 8 });
    expect(scaled).toEqual({ a: 2, fixed: 0, never: 0 });
  });

  it('counts a weight as repeats', () => {
    const [weighted, repeated] = [new StandardScaler(), new StandardScaler()];
    for (const [a, times] of [
      [1, 3],
      [5, 1],
    ] as const) {
      weighted.learnOne({ a }, times);
      for (let i = 0; i < times; i++) repeated.learnOne({ a });
    }
    expect(weighted.transformOne({ a: 7 }).a).toBeCloseTo(repeated.transformOne({ a: 7 }).a ?? 0, 12);
  });

  it('keeps what it makes within a million deviations, so that the next part can take it', () => {
    const scaler = new StandardScaler();
    for (const a of [0, 1e-150, 0, 1e-150]) scaler.learnOne({ a });
    expect(scaler.transformOne({ a: 1e100 })).toEqual({ a: 1e6 });
    expect(scaler.transformOne({ a: -1e100 })).toEqual({ a: -1e6 });
  });
});

describe('optimisers', () => {
  const encoded = (values: readonly number[]) => ({
    n: values.length,
    slots: Int32Array.from(values, (_, i) => i),
    values: Float64Array.from(values),
  });

  it('SGD moves by rate × gradient × feature, the intercept by its own rate', () => {
    const sgd = new Sgd({ rate: 0.5, interceptRate: 0.25 });
    sgd.step(encoded([2, 0]), 3);
    expect(sgd.score(encoded([0, 0]))).toBe(-0.75);
    expect(sgd.score(encoded([1, 0]))).toBe(-3.75);
  });

  it('AdaGrad’s first step is the rate, its second smaller by √2', () => {
    const ada = new AdaGrad({ rate: 0.1 });
    ada.step(encoded([5]), 2);
    const intercept = ada.score(encoded([0]));
    expect(intercept).toBeCloseTo(-0.1, 12);
    expect(ada.score(encoded([1])) - intercept).toBeCloseTo(-0.1, 12);
    ada.step(encoded([5]), 2);
    expect(ada.score(encoded([0]))).toBeCloseTo(-0.1 - 0.1 / Math.SQRT2, 12);
  });

  it('FTRL without penalties gives McMahan’s closed form, and with L1 leaves noise at exactly 0', () => {
    const ftrl = new Ftrl({ alpha: 0.5, beta: 1 });
    ftrl.step(encoded([2]), 1);
    // z = g = 2, n = 4: w = −z · α / (β + √n).
    expect(ftrl.score(encoded([1])) - ftrl.score(encoded([0]))).toBeCloseTo(-2 / ((1 + 2) / 0.5), 12);
    const random = seededRandom(1);
    const [sparse, dense] = [new Ftrl({ l1: 30 }), new Ftrl()];
    for (let i = 0; i < 500; i++) {
      const x = encoded([random() < 0.5 ? 1 : -1, random() < 0.5 ? 1 : -1]);
      const gradient = -(x.values[0] ?? 0) + (random() - 0.5);
      sparse.step(x, gradient);
      dense.step(x, gradient);
    }
    const weight = (from: Ftrl, at: number) =>
      from.score(encoded([at === 0 ? 1 : 0, at === 1 ? 1 : 0])) - from.score(encoded([0, 0]));
    expect(weight(sparse, 1)).toBe(0);
    expect(weight(dense, 1)).not.toBe(0);
    expect(weight(sparse, 0)).toBeGreaterThan(0.5);
  });
});

describe('Binary', () => {
  it('names its labels and counts every other one as the negative', () => {
    const model = new Binary(new LogisticRegression(), { positive: 'spam', negative: 'ham' });
    for (let i = 0; i < 200; i++) model.learnOne({ a: i % 2 }, i % 2 === 1 ? 'spam' : 'anything');
    expect(model.predictOne({ a: 1 })).toBe('spam');
    expect(model.predictOne({ a: 0 })).toBe('ham');
    expect([...model.predictProbaOne({ a: 1 }).p.keys()]).toEqual(['ham', 'spam']);
  });

  it('learns words it never saw before from hashed features', () => {
    const random = seededRandom(6);
    const model = new Binary(
      new LogisticRegression({ optimiser: new AdaGrad(), encoder: new HashedSlots(12) }),
    );
    let right = 0;
    for (let i = 0; i < 3000; i++) {
      const bad = random() < 0.5;
      const words = Array.from({ length: 5 }, () => `noise${Math.floor(random() * 5000)}`);
      const x = Object.fromEntries([...words, bad ? 'error' : 'fine'].map((word) => [word, 1]));
      if (i >= 1000 && model.predictOne(x) === String(bad)) right++;
      model.learnOne(x, bad);
    }
    expect(right / 2000).toBeGreaterThan(0.97);
  });
});

describe('Alma', () => {
  it('leaves the weights alone once the margin is wide enough', () => {
    const model = pipe(new Binary(new Alma()));
    for (let i = 0; i < 50; i++) model.learnOne({ a: i % 2 === 0 ? 1 : -1 }, i % 2 === 0);
    const before = model.predictProbaOne({ a: 1 }).p.get('true');
    model.learnOne({ a: 1 }, true);
    expect(model.predictProbaOne({ a: 1 }).p.get('true')).toBe(before);
    // The weight vector's length is at most 1, so the score of a unit example is too.
    expect(before ?? 1).toBeLessThanOrEqual(1 / (1 + Math.exp(-1)) + 1e-12);
  });
});
