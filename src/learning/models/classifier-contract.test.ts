/** Every linear, Bayes and neighbour model, pipelines and ensembles: the contract, refusals, and a state that stays finite. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkModel, seededRandom } from '../contract/index.js';
import { GatedEnsemble } from '../gated-ensemble.js';
import { pipe } from '../pipeline.js';
import { StateReader, StateWriter } from '../state-codec.js';
import { GaussianNaiveBayes } from './bayes/gaussian.js';
import { MultinomialNaiveBayes } from './bayes/multinomial.js';
import { type Classifier, type Features, limits, mostProbable } from './classifier.js';
import { Alma } from './linear/alma.js';
import { Binary } from './linear/binary.js';
import { LogisticRegression } from './linear/logistic-regression.js';
import { OneVsRest } from './linear/one-vs-rest.js';
import { AdaGrad, Ftrl, Sgd } from './linear/optimiser.js';
import { SoftmaxRegression } from './linear/softmax-regression.js';
import { StandardScaler } from './linear/standard-scaler.js';
import { KNearest } from './neighbours/k-nearest.js';
import { HashedSlots, NamedSlots } from './statistics/feature-slots.js';
import { LastClass } from './statistics/last-class.js';

/** Room for 12 features and 6 labels everywhere. */
const names = () => new NamedSlots(12);
const hashed = () => new HashedSlots(5);
const kinds: readonly { name: string; make: () => Classifier; bound: number; counts?: true }[] = [
  { name: 'last class', make: () => new LastClass(), bound: 1 },
  {
    name: 'logistic, SGD',
    make: () => new Binary(new LogisticRegression({ optimiser: new Sgd(), encoder: names() })),
    bound: 12,
  },
  {
    name: 'logistic, AdaGrad',
    make: () => new Binary(new LogisticRegression({ optimiser: new AdaGrad(), encoder: names() })),
    bound: 12,
  },
  {
    name: 'logistic, FTRL, hashed',
    make: () =>
      new Binary(new LogisticRegression({ optimiser: new Ftrl({ l1: 0.1, l2: 0.1 }), encoder: hashed() })),
    bound: 32,
  },
  {
    name: 'softmax, hashed',
    make: () => new SoftmaxRegression({ optimiser: () => new AdaGrad(), encoder: hashed(), labels: 6 }),
    bound: 32 + 6,
  },
  {
    name: 'softmax, SGD',
    make: () => new SoftmaxRegression({ encoder: names(), labels: 6 }),
    bound: 12 + 6,
  },
  {
    name: 'ALMA, one against the rest',
    make: () => new OneVsRest(() => new Alma({ encoder: names() }), { labels: 6 }),
    bound: 6 * 13,
  },
  {
    name: 'Gaussian naive Bayes',
    make: () => new GaussianNaiveBayes({ features: 12, labels: 6 }),
    bound: 18,
  },
  {
    name: 'multinomial naive Bayes',
    make: () => new MultinomialNaiveBayes({ bits: 8, labels: 6 }),
    bound: 6,
    counts: true,
  },
  { name: 'k nearest', make: () => new KNearest({ window: 40, features: 12, labels: 6 }), bound: 40 },
  {
    name: 'pipeline',
    make: () => pipe(new StandardScaler(12), new SoftmaxRegression({ encoder: names(), labels: 6 })),
    bound: 12 + 12 + 6,
  },
  {
    name: 'gated ensemble',
    make: () =>
      new GatedEnsemble({
        bayes: new GaussianNaiveBayes({ features: 12, labels: 6 }),
        nearest: new KNearest({ window: 40, features: 12, labels: 6 }),
      }),
    bound: 2 + 18 + 40,
  },
];

/** A writer that takes finite numbers only. */
class FiniteWriter extends StateWriter {
  override f64(value: number): this {
    if (!Number.isFinite(value)) throw new Error(`The state holds ${value}.`);
    return super.f64(value);
  }
}

function bytes(model: Classifier): Uint8Array {
  const out = new FiniteWriter('test', 1);
  model.write(out);
  return out.finish();
}

/** Three classes, around three points; non-negative, so that counting models take them too. */
function examples(n: number, seed: number): { x: Features; y: string }[] {
  const random = seededRandom(seed);
  const normal = () => random() + random() + random() - 1.5;
  return Array.from({ length: n }, (_, i) => {
    const k = i % 3;
    const at = (centre: number) => Math.max(0, centre + normal());
    return { x: { a: at(k === 0 ? 6 : 2), b: at(k === 1 ? 6 : 2), c: at(k === 2 ? 6 : 2) }, y: `k${k}` };
  });
}

describe.each(kinds)('$name', ({ make, bound, counts, name }) => {
  it('keeps the contract of a model', () => {
    checkModel<Features>({
      make,
      examples: examples(60, 1),
      unseen: { zz: 3 },
      reordered: (x) => Object.fromEntries(Object.entries(x).reverse()),
      endless: (i) => ({ x: { [`f${i}`]: i % 7, a: i % 5 }, y: `label ${i}` }),
      bound,
      steps: 3000,
    });
  });

  it.skipIf(name === 'last class' || name.startsWith('logistic'))('learns three classes', () => {
    const model = make();
    let right = 0;
    for (const [i, { x, y }] of examples(600, 2).entries()) {
      if (i >= 100 && model.predictOne(x) === y) right++;
      model.learnOne(x, y);
    }
    expect(right / 500).toBeGreaterThan(0.9);
  });

  it.runIf(name.startsWith('logistic'))('learns yes and no', () => {
    const model = make();
    let right = 0;
    for (const [i, { x, y }] of examples(900, 3).entries()) {
      if (i >= 300 && model.predictOne(x) === String(y === 'k0')) right++;
      model.learnOne(x, y === 'k0');
    }
    expect(right / 600).toBeGreaterThan(0.9);
  });

  it('answers what it gives the highest probability, ties by code units', () => {
    const model = make();
    const agree = (x: Features) => expect(model.predictOne(x)).toBe(mostProbable(model.predictProbaOne(x)));
    agree({ a: 1 });
    // Seen alike, in an order that is not theirs.
    for (const y of ['true', 'false', 'k']) model.learnOne({ a: 1, b: 1 }, y);
    for (const x of [{}, { a: 1 }, { a: 1, b: 1 }, { other: 3 }]) agree(x);
    for (const { x, y } of examples(90, 6)) {
      agree(x);
      model.learnOne(x, y === 'k2' ? 'true' : y);
    }
  });

  it('refuses what is not finite or too large, with a code, and is then as before', () => {
    const model = make();
    for (const { x, y } of examples(30, 4)) model.learnOne(x, y);
    const before = bytes(model);
    const wide = Object.fromEntries(Array.from({ length: limits.features + 1 }, (_, i) => [`f${i}`, 1]));
    const bad: unknown[] = [
      { a: Number.NaN },
      { a: 1, b: Infinity },
      { a: -Infinity },
      { a: 1e101 },
      { a: 'x'.repeat(10_000_000) },
      { ['x'.repeat(10_000_000)]: 1 },
      wide,
    ];
    for (const x of bad as Features[]) {
      const code = expect.objectContaining({ code: 'LMCP_BAD_FEATURES' });
      expect(() => model.learnOne(x, 'k0')).toThrow(code);
      expect(() => model.predictProbaOne(x)).toThrow(code);
      expect(() => model.predictOne(x)).toThrow(code);
    }
    for (const weight of [0, -1, Number.NaN, Infinity])
      expect(() => model.learnOne({ a: 1 }, 'k0', weight)).toThrow(/weight/);
    expect(() => model.learnOne({ a: 1 }, 'y'.repeat(10_000_000))).toThrow(/label/);
    expect(bytes(model)).toEqual(before);
  });

  it('stays finite on the largest and smallest numbers, and says probabilities', () => {
    const value = fc.oneof(
      fc.constantFrom(0, -0, 1e100, -1e100, 1e-300, 5e-324, 1, -1),
      fc.double({ min: -1e100, max: 1e100, noNaN: true }),
    );
    const example = fc.record({
      x: fc.dictionary(
        fc.constantFrom('a', 'b', 'c', '__proto__', '1'),
        counts ? value.map(Math.abs) : value,
      ),
      y: fc.constantFrom('true', 'false', 'k'),
      weight: fc.constantFrom(1, 1e9, 1e-9),
    });
    fc.assert(
      fc.property(fc.array(example, { maxLength: 40 }), (stream) => {
        const model = make();
        for (const { x, y, weight } of stream) {
          model.learnOne(x, y, weight);
          const { p, other } = model.predictProbaOne(x);
          let sum = other;
          for (const value of p.values()) sum += value;
          expect(Math.abs(sum - 1)).toBeLessThan(1e-9);
        }
        const state = bytes(model);
        const again = make();
        again.read(new StateReader(state, 'test', 1));
        expect(bytes(again)).toEqual(state);
      }),
      { numRuns: 60 },
    );
  });
});
