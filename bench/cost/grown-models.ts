/**
 * Every model, behind the two things that are timed: learning example i and answering question i.
 * They exist in one list so that a model without a price stands out.
 * Invariant: examples are made from seeds; classifiers are those of the accuracy tables, in the same configuration.
 */
import { seededRandom } from '../../src/learning/contract/index.js';
import { randomRbf, take } from '../../src/learning/contract/streams/index.js';
import {
  AdaptiveConformal,
  Adwin,
  Drain,
  HalfSpaceTrees,
  Hedge,
  Ipam,
  IsotonicCalibrator,
  MarkovModel,
  MultinomialNaiveBayes,
  PageHinkley,
  PlattCalibrator,
  SeasonalSmoothing,
  SelectiveAnswering,
  StandardScaler,
  type StateWriter,
  TDigest,
  Welford,
} from '../../src/learning/index.js';
import { models } from '../streams/models.js';

export interface GrownModel {
  learn(i: number): unknown;
  ask(i: number): unknown;
  write(out: StateWriter): void;
}

interface Entry {
  readonly name: string;
  readonly make: () => GrownModel;
}

const examples = take(randomRbf({ random: seededRandom(3) }), 28_000);
const example = (i: number) => examples[i % examples.length] ?? { x: {}, y: '' };

const random = seededRandom(9);
const numbers = Float64Array.from({ length: 28_000 }, () => -Math.log(1 - random()));
const number = (i: number) => numbers[i % numbers.length] ?? 0;

const texts = Array.from({ length: 28_000 }, (_, i) => {
  const x: Record<string, number> = {};
  for (let k = 0; k < 8; k++) x[`w${Math.floor(220 * random())}`] = 1;
  return { x, y: `topic ${i % 4}` };
});

const users = ['alice', 'bob', 'carol', 'dave'];
const lines = Array.from({ length: 28_000 }, (_, i) => {
  const made = [
    `Accepted password for ${users[i % 4]} from 10.0.0.${i % 255} port ${i} ssh2`,
    `GET /api/v1/items/${i} -> 200 in ${i % 91} ms`,
    `cache miss for key k${i}: loading from disk`,
    `worker ${i % 8} finished job ${i} after ${i * 3} ms with status ok`,
  ];
  return made[i % made.length] ?? '';
});

/** Steps through sixty actions, mostly the next one. */
const actions = Array.from({ length: 28_000 }, () => '');
for (let i = 0, last = 0; i < actions.length; i++) {
  last = random() < 0.7 ? (last + 1) % 60 : Math.floor(60 * random());
  actions[i] = `action${last}`;
}
const histories = actions.map((_, i) => actions.slice(Math.max(0, i - 8), i));
const history = (i: number) => histories[i % histories.length] ?? [];
const action = (i: number) => actions[i % actions.length] ?? '';
const share = (i: number) => Math.min(1, number(i) / 3);

function sequence(model: MarkovModel | Ipam): GrownModel {
  return {
    learn: (i) => model.learnOne(history(i), action(i)),
    ask: (i) => model.predictProbaOne(history(i)),
    write: (out) => model.write(out),
  };
}

export const grownModels: readonly Entry[] = [
  ...models.map(
    ({ name, make }): Entry => ({
      name,
      make() {
        const model = make(1);
        return {
          learn: (i) => model.learnOne(example(i).x, example(i).y),
          ask: (i) => model.predictOne(example(i).x),
          write: (out) => model.write(out),
        };
      },
    }),
  ),
  {
    name: 'multinomial naive Bayes',
    make() {
      const model = new MultinomialNaiveBayes();
      const text = (i: number) => texts[i % texts.length] ?? { x: {}, y: '' };
      return {
        learn: (i) => model.learnOne(text(i).x, text(i).y),
        ask: (i) => model.predictOne(text(i).x),
        write: (out) => model.write(out),
      };
    },
  },
  {
    name: 'standard scaler',
    make() {
      const model = new StandardScaler();
      return {
        learn: (i) => model.learnOne(example(i).x),
        ask: (i) => model.transformOne(example(i).x),
        write: (out) => model.write(out),
      };
    },
  },
  { name: 'Markov, order 3', make: () => sequence(new MarkovModel({ order: 3 })) },
  { name: 'IPAM', make: () => sequence(new Ipam()) },
  {
    name: 'Hedge of 5',
    make() {
      const model = new Hedge({ experts: 5 });
      const said = Array.from({ length: 5 }, (_, k) => ({
        p: new Map([['a', 0.1 + k / 10]]),
        other: 0.9 - k / 10,
      }));
      return {
        learn: (i) => model.learnOne([share(i), 0.1, 0.2, 0.3, 0.4]),
        ask: () => model.mix(said),
        write: (out) => model.write(out),
      };
    },
  },
  {
    name: 'half-space trees',
    make() {
      const model = new HalfSpaceTrees();
      return {
        learn: (i) => model.learnOne(example(i).x),
        ask: (i) => model.scoreOne(example(i).x),
        write: (out) => model.write(out),
      };
    },
  },
  {
    name: 'Drain',
    make() {
      const model = new Drain();
      const line = (i: number) => lines[i % lines.length] ?? '';
      return {
        learn: (i) => model.learnOne(line(i)),
        ask: (i) => model.predictOne(line(i)),
        write: (out) => model.write(out),
      };
    },
  },
  {
    name: 'double seasonal smoothing, mean',
    make() {
      const model = new SeasonalSmoothing({ cycles: [24, 168] });
      return {
        learn: (i) => model.learnOne(number(i)),
        ask: (i) => model.forecastOne(1 + (i % 24)),
        write: (out) => model.write(out),
      };
    },
  },
  {
    name: 't-digest',
    make() {
      const model = new TDigest();
      return {
        learn: (i) => model.learnOne(number(i)),
        ask: (i) => model.quantile(share(i)),
        write: (out) => model.write(out),
      };
    },
  },
  {
    name: 'Welford',
    make() {
      const model = new Welford();
      return {
        learn: (i) => model.learnOne(number(i)),
        ask: () => model.variance(),
        write: (out) => model.write(out),
      };
    },
  },
  {
    name: 'ADWIN',
    make() {
      const model = new Adwin();
      return {
        learn: (i) => model.update(share(i)),
        ask: () => model.mean,
        write: (out) => model.write(out),
      };
    },
  },
  {
    name: 'Page-Hinkley',
    make() {
      const model = new PageHinkley();
      return {
        learn: (i) => model.update(share(i)),
        ask: () => model.mean,
        write: (out) => model.write(out),
      };
    },
  },
  {
    name: 'Platt calibrator',
    make() {
      const model = new PlattCalibrator();
      return {
        learn: (i) => model.learnOne(share(i), i % 3 > 0),
        ask: (i) => model.correct(share(i)),
        write: (out) => model.write(out),
      };
    },
  },
  {
    name: 'isotonic calibrator',
    make() {
      const model = new IsotonicCalibrator();
      return {
        learn: (i) => model.learnOne(share(i), i % 3 > 0),
        ask: (i) => model.correct(share(i)),
        write: (out) => model.write(out),
      };
    },
  },
  {
    name: 'conformal sets, 5 labels',
    make() {
      const model = new AdaptiveConformal();
      const p = new Map(
        ['a', 'b', 'c', 'd', 'e'].map((label, k) => [label, [0.4, 0.3, 0.15, 0.1, 0.05][k] ?? 0]),
      );
      return {
        learn: (i) => model.learnOne({ p, other: 0 }, 'aaabbcde'.charAt(i % 8)),
        ask: () => model.predictOne({ p, other: 0 }),
        write: (out) => model.write(out),
      };
    },
  },
  {
    name: 'selective answers',
    make() {
      const model = new SelectiveAnswering();
      return {
        learn: (i) => model.observe(share(i), i % 20 > 0),
        ask: (i) => model.speaks(share(i)),
        write: (out) => model.write(out),
      };
    },
  },
];
