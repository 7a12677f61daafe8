/**
 * Contests of classifiers: ours beside the library of the same method, equally many examples, the same questions.
 * They exist so that "how much faster" is said about models that are right about as often.
 * Invariant: examples are made from a seed; labels are "0" and "1" on both sides; libraries get their own form of the data.
 */
import { seededRandom } from '../../src/learning/contract/index.js';
import { randomRbf, take } from '../../src/learning/contract/streams/index.js';
import {
  AdaGrad,
  AdaptiveRandomForest,
  Alma,
  Binary,
  type Classifier,
  type Features,
  GaussianNaiveBayes,
  HoeffdingTree,
  KNearest,
  LogisticRegression,
  pipe,
  StandardScaler,
  StateWriter,
} from '../../src/learning/index.js';
import { bayes, cart, forest, Logistic, matrix, Neighbours, perceptron, type Table } from './libraries.js';
import type { Contest, Side } from './side.js';

/** Examples, and as many questions. */
const n = 1000;

/** Bytes of a model's snapshot. */
export function snapshotBytes(model: { write(out: StateWriter): void }): number {
  const out = new StateWriter('cost', 1);
  model.write(out);
  return out.finish().length;
}

const binary = { positive: '1', negative: '0' };

export function classifierContests(): Contest[] {
  const all = take(randomRbf({ random: seededRandom(3) }), 2 * n).map(({ x, y }) => ({
    x,
    y: y === 'class 1' ? '1' : '0',
  }));
  const [examples, asked] = [all.slice(0, n), all.slice(n)];
  const table = (rows: readonly { x: Features }[]): Table => rows.map(({ x }) => Object.values(x));
  const [rows, questions] = [table(examples), table(asked)];
  const labels = examples.map(({ y }) => Number(y));

  const ours = (name: string, make: () => Classifier): Side => ({
    name,
    online: true,
    fit() {
      const model = make();
      for (const { x, y } of examples) model.learnOne(x, y);
      return {
        predict: (i) => model.predictOne(asked[i]?.x ?? {}),
        bytes: () => snapshotBytes(model),
      };
    },
  });
  interface Trained {
    predict(rows: Table): ArrayLike<number>;
    toJSON(): unknown;
  }
  const theirs = (name: string, train: () => Trained): Side => ({
    name,
    online: false,
    fit() {
      const model = train();
      return {
        predict: (i) => model.predict([questions[i] ?? []])[0],
        predictAll: () => model.predict(questions),
        bytes: () => JSON.stringify(model.toJSON()).length,
      };
    },
  });
  const trained = <M extends Trained & { train(rows: Table, labels: readonly number[]): void }>(
    model: M,
  ): M => {
    model.train(rows, labels);
    return model;
  };
  const contest = (model: string, mine: Side, peer: Side): Contest => ({
    model,
    ours: mine,
    peers: [peer],
    examples: n,
    questions: n,
    right: (said, i) => String(said) === asked[i]?.y,
  });

  return [
    contest(
      'Gaussian naive Bayes',
      ours('lmcp', () => new GaussianNaiveBayes()),
      theirs('ml-naivebayes', () => trained(new bayes.GaussianNB())),
    ),
    contest(
      'logistic regression, AdaGrad',
      ours('lmcp', () =>
        pipe(new StandardScaler(), new Binary(new LogisticRegression({ optimiser: new AdaGrad() }), binary)),
      ),
      theirs('ml-logistic-regression, 1,000 steps', () => {
        // The steps and the rate of its own documentation; labels 0 and 1 in its form.
        const model = new Logistic({ numSteps: 1000, learningRate: 5e-3 });
        model.train(new matrix.Matrix(rows), matrix.Matrix.columnVector(labels));
        return { predict: (some) => model.predict(new matrix.Matrix(some)), toJSON: () => model.toJSON() };
      }),
    ),
    contest(
      'ALMA',
      ours('lmcp', () => pipe(new StandardScaler(), new Binary(new Alma(), binary))),
      {
        name: 'wink-perceptron, its 9 rounds',
        online: false,
        fit() {
          const model = perceptron();
          model.defineConfig({ shuffleData: false, maxIterations: 9 });
          model.learn(examples.map(({ x, y }) => [x, { label: y }] as const));
          return {
            predict: (i) => model.predict(asked[i]?.x ?? {}),
            bytes: () => model.exportJSON().length,
          };
        },
      },
    ),
    contest(
      'k nearest neighbours, k = 11',
      ours('lmcp', () => new KNearest({ k: 11, window: n })),
      theirs('ml-knn', () => new Neighbours(rows, labels, { k: 11 })),
    ),
    contest(
      'decision tree',
      ours('lmcp (Hoeffding tree)', () => new HoeffdingTree()),
      theirs('ml-cart', () =>
        trained(new cart.DecisionTreeClassifier({ gainFunction: 'gini', maxDepth: 10, minNumSamples: 3 })),
      ),
    ),
    contest(
      'random forest, 25 trees',
      ours('lmcp (adaptive)', () => new AdaptiveRandomForest({ seed: 1 })),
      theirs('ml-random-forest', () =>
        trained(
          new forest.RandomForestClassifier({
            seed: 3,
            nEstimators: 25,
            maxFeatures: 3,
            replacement: true,
            noOOB: true,
          }),
        ),
      ),
    ),
  ];
}
