/**
 * Contests of what is no classifier of numbers: text, quantiles, moments, strangeness.
 * They exist beside the classifiers because these models, too, have libraries of their kind.
 * Invariant: made from seeds; both sides see the same values in the same order.
 */
import { seededRandom } from '../../src/learning/contract/index.js';
import {
  type Features,
  HalfSpaceTrees,
  MultinomialNaiveBayes,
  TDigest,
  Welford,
} from '../../src/learning/index.js';
import { snapshotBytes } from './classifiers.js';
import { digest, isolation, online, simple, textBayes } from './libraries.js';
import type { Contest } from './side.js';

const n = 1000;

interface Text {
  readonly words: readonly string[];
  readonly x: Features;
  readonly y: string;
}

/** Lines of eight words: half from the label's own twenty, half from two hundred common ones. */
function texts(count: number, seed: number): Text[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, (_, i) => {
    const y = `topic ${i % 4}`;
    const words = Array.from({ length: 8 }, () =>
      random() < 0.5 ? `own${i % 4}-${Math.floor(20 * random())}` : `any${Math.floor(200 * random())}`,
    );
    const x: Record<string, number> = {};
    for (const word of words) x[word] = (x[word] ?? 0) + 1;
    return { words, x, y };
  });
}

function text(): Contest {
  const [examples, asked] = [texts(n, 1), texts(n, 2)];
  return {
    model: 'multinomial naive Bayes, words',
    examples: n,
    questions: n,
    right: (said, i) => said === asked[i]?.y,
    ours: {
      name: 'lmcp',
      online: true,
      fit() {
        const model = new MultinomialNaiveBayes();
        for (const { x, y } of examples) model.learnOne(x, y);
        return { predict: (i) => model.predictOne(asked[i]?.x ?? {}), bytes: () => snapshotBytes(model) };
      },
    },
    peers: [
      {
        name: 'wink-naive-bayes-text-classifier',
        // It learns one by one, but answers only after `consolidate`, after which it learns no more.
        online: false,
        fit() {
          const model = textBayes();
          model.defineConfig({ considerOnlyPresence: false, smoothingFactor: 1 });
          for (const { words, y } of examples) model.learn(words, y);
          model.consolidate();
          return {
            predict: (i) => model.predict(asked[i]?.words ?? []),
            bytes: () => model.exportJSON().length,
          };
        },
      },
    ],
  };
}

function latencies(count: number, seed: number): number[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => 5 - 20 * Math.log(1 - random()));
}

function quantiles(): Contest {
  const values = latencies(20_000, 4);
  const asked = Array.from({ length: n }, (_, i) => (i + 0.5) / n);
  return {
    model: 't-digest, 20,000 values',
    examples: values.length,
    questions: n,
    ours: {
      name: 'lmcp',
      online: true,
      fit() {
        const model = new TDigest(100);
        for (const value of values) model.learnOne(value);
        return { predict: (i) => model.quantile(asked[i] ?? 0), bytes: () => snapshotBytes(model) };
      },
    },
    peers: [
      {
        name: 'tdigest',
        online: true,
        fit() {
          const model = new digest.TDigest();
          for (const value of values) model.push(value);
          model.compress();
          return {
            predict: (i) => model.percentile(asked[i] ?? 0),
            bytes: () => JSON.stringify(model.toArray()).length,
          };
        },
      },
    ],
  };
}

function moments(): Contest {
  const values = latencies(n, 5);
  return {
    model: 'running variance',
    examples: n,
    questions: n,
    ours: {
      name: 'lmcp (Welford)',
      online: true,
      fit() {
        const model = new Welford();
        for (const value of values) model.learnOne(value);
        return { predict: () => model.variance(), bytes: () => snapshotBytes(model) };
      },
    },
    peers: [
      {
        name: 'online-stats',
        online: true,
        fit() {
          const model = online.Variance({ ddof: 1 });
          for (const value of values) model(value);
          return { predict: () => model(), bytes: () => 24 };
        },
      },
      {
        name: 'simple-statistics',
        online: false,
        fit() {
          const variance = simple.sampleVariance(values);
          return { predict: () => variance, bytes: () => 8 * values.length };
        },
      },
    ],
  };
}

function strangeness(): Contest {
  const random = seededRandom(6);
  const point = (): Features => ({ a: random() + random(), b: random() * random(), c: random() });
  const examples = Array.from({ length: n }, point);
  const asked = Array.from({ length: n }, point);
  return {
    model: 'anomaly trees, 25',
    examples: n,
    questions: n,
    ours: {
      name: 'lmcp (half-space trees)',
      online: true,
      fit() {
        const model = new HalfSpaceTrees();
        for (const x of examples) model.learnOne(x);
        return { predict: (i) => model.scoreOne(asked[i] ?? {}), bytes: () => snapshotBytes(model) };
      },
    },
    peers: [
      {
        name: 'isolation-forest',
        online: false,
        fit() {
          const model = new isolation.IsolationForest(25, 256);
          model.fit(examples);
          return {
            predict: (i) => model.predict([asked[i] ?? {}])[0],
            predictAll: () => model.predict(asked),
            bytes: () => JSON.stringify(model.trees).length,
          };
        },
      },
    ],
  };
}

export function statisticContests(): Contest[] {
  return [text(), quantiles(), moments(), strangeness()];
}
