/**
 * Every model on hostile numbers: the largest, the smallest, alternating signs, no numbers at all.
 * What a model refuses it refuses with a code and is then as before; what it takes leaves a state that is finite for good.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AdaptiveConformal } from '../calibration/adaptive-conformal.js';
import { IsotonicCalibrator } from '../calibration/isotonic.js';
import { PlattCalibrator } from '../calibration/platt.js';
import { Adwin } from '../drift/adwin.js';
import { PageHinkley } from '../drift/page-hinkley.js';
import { GatedEnsemble } from '../gated-ensemble.js';
import { pipe } from '../pipeline.js';
import { SelectiveAnswering } from '../selective.js';
import { StateReader, StateWriter } from '../state-codec.js';
import { HalfSpaceTrees } from './anomaly/half-space-trees.js';
import { Association } from './association.js';
import { GaussianNaiveBayes } from './bayes/gaussian.js';
import { MultinomialNaiveBayes } from './bayes/multinomial.js';
import type { Classifier } from './classifier.js';
import { SeasonalSmoothing } from './forecast/seasonal-smoothing.js';
import { Hedge } from './hedge.js';
import { Ipam } from './ipam.js';
import { Alma } from './linear/alma.js';
import { Binary } from './linear/binary.js';
import { LogisticRegression } from './linear/logistic-regression.js';
import { OneVsRest } from './linear/one-vs-rest.js';
import { AdaGrad, Ftrl, type Optimiser, Sgd } from './linear/optimiser.js';
import { SoftmaxRegression } from './linear/softmax-regression.js';
import { StandardScaler } from './linear/standard-scaler.js';
import { MarkovModel } from './markov.js';
import { KNearest } from './neighbours/k-nearest.js';
import { HashedSlots } from './statistics/feature-slots.js';
import { LastClass } from './statistics/last-class.js';
import { TDigest } from './statistics/t-digest.js';
import { Welford } from './statistics/welford.js';
import { AdaptiveRandomForest } from './tree/adaptive-random-forest.js';
import { HoeffdingAdaptiveTree } from './tree/hoeffding-adaptive-tree.js';
import { HoeffdingTree } from './tree/hoeffding-tree.js';

interface Step {
  readonly a: number;
  readonly b: number;
  readonly label: number;
  readonly weight: number;
}

/** A model reduced to what this test does with it. */
interface Subject {
  /** May throw LMCP_BAD_FEATURES. */
  learn(step: Step): unknown;
  /** Numbers of an answer that must be finite. */
  ask(step: Step): Iterable<number>;
  write(out: StateWriter): void;
  read(input: StateReader): void;
}

/** A writer that takes finite numbers only. */
class FiniteWriter extends StateWriter {
  override f64(value: number): this {
    if (!Number.isFinite(value)) throw new Error(`The state holds ${value}.`);
    return super.f64(value);
  }
}

function bytes(model: Pick<Subject, 'write'>): Uint8Array {
  const out = new FiniteWriter('test', 1);
  model.write(out);
  return out.finish();
}

interface Stateful {
  write(out: StateWriter): void;
  read(input: StateReader): void;
}
const state = (model: Stateful) => ({
  write: (out: StateWriter) => model.write(out),
  read: (input: StateReader) => model.read(input),
});

const classifier = (make: () => Classifier) => (): Subject => {
  const model = make();
  return {
    ...state(model),
    learn: ({ a, b, label, weight }) => model.learnOne({ a, b }, `k${label}`, weight),
    ask({ a, b }) {
      const { p, other } = model.predictProbaOne({ a, b });
      return [...p.values(), other];
    },
  };
};

/** Shares in [0, 1] from hostile numbers, so that models of probabilities meet their edges. */
const share = (x: number) => (Math.abs(x) <= 1 ? Math.abs(x) : Math.abs(x) < 1e100 ? 1 : x);
const logistic = (optimiser: Optimiser) => new LogisticRegression({ optimiser });
const small = { features: 12, labels: 6, nodes: 31, cells: 300, grace: 5 };

const subjects: Readonly<Record<string, () => Subject>> = {
  'last class': classifier(() => new LastClass()),
  'logistic, SGD': classifier(() => new Binary(logistic(new Sgd()), { positive: 'k1' })),
  'logistic, AdaGrad': classifier(() => new Binary(logistic(new AdaGrad()), { positive: 'k1' })),
  'logistic, FTRL': classifier(() => new Binary(logistic(new Ftrl({ l1: 0.1 })), { positive: 'k1' })),
  softmax: classifier(
    () => new SoftmaxRegression({ optimiser: () => new AdaGrad(), encoder: new HashedSlots(5) }),
  ),
  'scaled softmax': classifier(() => pipe(new StandardScaler(), new SoftmaxRegression())),
  ALMA: classifier(() => new OneVsRest(() => new Alma())),
  'Gaussian naive Bayes': classifier(() => new GaussianNaiveBayes()),
  'multinomial naive Bayes': classifier(() => new MultinomialNaiveBayes({ bits: 6 })),
  'k nearest': classifier(() => new KNearest({ window: 20 })),
  'Hoeffding tree': classifier(() => new HoeffdingTree(small)),
  'Hoeffding adaptive tree': classifier(() => new HoeffdingAdaptiveTree({ ...small, seed: 1 })),
  'adaptive random forest': classifier(() => new AdaptiveRandomForest({ ...small, seed: 1, trees: 3 })),
  'gated ensemble': classifier(
    () => new GatedEnsemble({ bayes: new GaussianNaiveBayes(), nearest: new KNearest({ window: 20 }) }),
  ),
  scaler() {
    const model = new StandardScaler();
    return {
      ...state(model),
      learn: ({ a, b, weight }) => model.learnOne({ a, b }, weight),
      ask: ({ a, b }) => Object.values(model.transformOne({ a, b })),
    };
  },
  'half-space trees'() {
    const model = new HalfSpaceTrees({ window: 5, trees: 3, depth: 4 });
    return {
      ...state(model),
      learn: ({ a, b }) => model.learnOne({ a, b }),
      ask: ({ a, b }) => [model.scoreOne({ a, b })],
    };
  },
  Welford() {
    const model = new Welford();
    return {
      ...state(model),
      learn: ({ a, weight }) => model.learnOne(a, weight),
      ask: () => [model.mean, model.variance()],
    };
  },
  't-digest'() {
    const model = new TDigest(20);
    return {
      ...state(model),
      learn: ({ a, weight }) => model.learnOne(a, weight),
      ask: ({ b }) => [model.quantile(0.5) ?? 0, model.quantile(1) ?? 0, model.share(b) ?? 0],
    };
  },
  ...Object.fromEntries(
    [[], [3], [3, 9]].map((cycles) => [
      `smoothing, cycles ${cycles.join(' and ') || 'none'}`,
      (): Subject => {
        const model = new SeasonalSmoothing({ cycles });
        return {
          ...state(model),
          learn: ({ a }) => model.learnOne(a),
          ask() {
            const { mean, quantiles } = model.forecastOne(4, [0.05, 0.95]);
            return [mean, ...(quantiles ?? [])];
          },
        };
      },
    ]),
  ),
  ADWIN() {
    const model = new Adwin({ clock: 1 });
    return {
      ...state(model),
      learn: ({ a }) => model.update(share(a)),
      ask: () => [model.mean],
    };
  },
  'Page-Hinkley'() {
    const model = new PageHinkley({ atLeast: 2, threshold: 1e99 });
    return { ...state(model), learn: ({ a }) => model.update(a), ask: () => [model.mean] };
  },
  Platt() {
    const model = new PlattCalibrator();
    return {
      ...state(model),
      learn: ({ a, label, weight }) => model.learnOne(share(a), label > 0, weight),
      ask: ({ b }) => [model.correct(Math.min(1, Math.abs(b)))],
    };
  },
  isotonic() {
    const model = new IsotonicCalibrator({ bins: 8 });
    return {
      ...state(model),
      learn: ({ a, label, weight }) => model.learnOne(share(a), label > 0, weight),
      ask: ({ b }) => [model.correct(Math.min(1, Math.abs(b)))],
    };
  },
  'selective answers'() {
    const model = new SelectiveAnswering();
    return {
      ...state(model),
      learn: ({ a, label }) => model.observe(share(a), label > 0),
      ask: () => [model.threshold() ?? 0, model.report().lower],
    };
  },
  'conformal sets'() {
    const model = new AdaptiveConformal();
    const said = (a: number) => ({ p: new Map([['k0', share(a)]]), other: 1 - share(a) });
    return {
      ...state(model),
      learn: ({ a, label }) => model.learnOne(said(a), `k${label}`),
      ask: () => [model.report()?.size ?? 0],
    };
  },
  Hedge() {
    const model = new Hedge({ experts: 2 });
    return {
      ...state(model),
      learn: ({ a, b, weight }) => model.learnOne([a, b], weight),
      ask: () => model.weights,
    };
  },
  association() {
    const model = new Association();
    return {
      ...state(model),
      learn: ({ a, label }) => model.learnOne(['x', `k${label}`], a),
      ask: () => model.predictOne('x', 9).map(({ p }) => p),
    };
  },
  Markov() {
    const model = new MarkovModel({ order: 2 });
    return {
      ...state(model),
      learn: ({ a, b, label }) => model.learnOne([String(a)], `k${label}`, b),
      ask: ({ a }) => model.predictProbaOne([String(a)]).p.values(),
    };
  },
  IPAM() {
    const model = new Ipam();
    return {
      ...state(model),
      learn: ({ a, b, label }) => model.learnOne([String(a)], `k${label}`, b),
      ask: ({ a }) => model.predictProbaOne([String(a)]).p.values(),
    };
  },
};

const hostile = fc.oneof(
  fc.constantFrom(0, -0, 1e308, -1e308, 1e100, -1e100, 9.9e99, -9.9e99, 5e-324, -5e-324, 1e-300, 1, -1),
  fc.constantFrom(Number.NaN, Infinity, -Infinity),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.double({ min: -1, max: 1, noNaN: true }),
);
const step = fc.record({
  a: hostile,
  b: hostile,
  label: fc.nat(2),
  weight: fc.constantFrom(1, 1, 1, 1e9, 1e-9),
});

describe.each(Object.entries(subjects))('%s', (_, make) => {
  const through = (steps: readonly Step[]) => {
    let model = make();
    for (const [i, one] of steps.entries()) {
      const before = bytes(model);
      try {
        model.learn(one);
      } catch (error) {
        expect((error as { code?: unknown }).code, String(error)).toBe('LMCP_BAD_FEATURES');
        expect(bytes(model)).toEqual(before);
      }
      const after = bytes(model);
      try {
        for (const number of model.ask(one)) expect(number).toSatisfy(Number.isFinite);
      } catch (error) {
        expect((error as { code?: unknown }).code, String(error)).toBe('LMCP_BAD_FEATURES');
      }
      expect(bytes(model)).toEqual(after);
      if (i % 10 !== 9) continue;
      model = make();
      model.read(new StateReader(after, 'test', 1));
      expect(bytes(model)).toEqual(after);
    }
  };

  it('refuses with a code or stays finite, whatever comes', () => {
    fc.assert(fc.property(fc.array(step, { maxLength: 30 }), through), { numRuns: 25 });
  });

  it.each([1e100, 1e308, 5e-324, 1e-160])('stays finite on signs that alternate, at %d', (size) => {
    through(
      Array.from({ length: 60 }, (_, i) => ({
        a: i % 2 === 0 ? size : -size,
        b: i % 3 === 0 ? size : 0,
        label: i % 2,
        weight: i % 5 === 0 ? 1e9 : 1,
      })),
    );
  });
});
