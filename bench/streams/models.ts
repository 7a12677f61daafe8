/**
 * The models of the "streams" bench: one entry a model, the same configuration for every data set.
 * It exists so that accuracy, drift and cost tables speak of the same models.
 * Invariant: a model's randomness comes from the seed alone.
 */
import {
  AdaGrad,
  AdaptiveRandomForest,
  Alma,
  Binary,
  type Classifier,
  Ftrl,
  GatedEnsemble,
  GaussianNaiveBayes,
  HashedSlots,
  HoeffdingAdaptiveTree,
  HoeffdingTree,
  KNearest,
  LastClass,
  LogisticRegression,
  OneVsRest,
  type Optimiser,
  pipe,
  Sgd,
  SoftmaxRegression,
  StandardScaler,
} from '../../src/learning/index.js';

export interface StreamModel {
  readonly name: string;
  readonly make: (seed: number) => Classifier;
  /** Whether it is made for concepts that change: the drift table holds it to its bar. */
  readonly adaptive?: boolean;
}

/** River's logistic regression: standard scaling, constant steps of .005 (benchmarks/config.py). */
function logistic(optimiser: Optimiser): Classifier {
  return pipe(new StandardScaler(), new Binary(new LogisticRegression({ optimiser })));
}

export const models: readonly StreamModel[] = [
  { name: 'last class', make: () => new LastClass() },
  { name: 'Gaussian naive Bayes', make: () => new GaussianNaiveBayes() },
  { name: 'logistic regression, SGD', make: () => logistic(new Sgd({ rate: 0.005 })) },
  { name: 'logistic regression, AdaGrad', make: () => logistic(new AdaGrad()) },
  { name: 'logistic regression, FTRL-proximal', make: () => logistic(new Ftrl()) },
  {
    name: 'softmax regression, hashed, AdaGrad',
    make: () =>
      pipe(
        new StandardScaler(),
        new SoftmaxRegression({ optimiser: () => new AdaGrad(), encoder: new HashedSlots(12) }),
      ),
  },
  {
    name: 'ALMA, one against the rest',
    make: () => pipe(new StandardScaler(), new OneVsRest(() => new Alma())),
  },
  { name: 'ALMA', make: () => pipe(new StandardScaler(), new Binary(new Alma())) },
  { name: 'k nearest neighbours', make: () => new KNearest(), adaptive: true },
  {
    name: 'gated ensemble',
    make: (seed) =>
      new GatedEnsemble({
        bayes: new GaussianNaiveBayes(),
        logistic: logistic(new AdaGrad()),
        nearest: new KNearest(),
        forest: new AdaptiveRandomForest({ seed }),
      }),
    adaptive: true,
  },
  { name: 'Hoeffding tree', make: () => new HoeffdingTree() },
  { name: 'Hoeffding adaptive tree', make: (seed) => new HoeffdingAdaptiveTree({ seed }), adaptive: true },
  {
    name: 'adaptive random forest, 10 trees',
    make: (seed) => new AdaptiveRandomForest({ seed, trees: 10 }),
    adaptive: true,
  },
  { name: 'adaptive random forest', make: (seed) => new AdaptiveRandomForest({ seed }), adaptive: true },
];
