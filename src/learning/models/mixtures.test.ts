/** The mixtures: that they learn what they are for. */
import { describe, expect, it } from 'vitest';
import { checkModel, seededRandom } from '../contract/index.js';
import type { StateReader, StateWriter } from '../state-codec.js';
import { hashNumbers, hashString } from './hash.js';
import { Hedge } from './hedge.js';
import { LogLinearMixture } from './log-linear.js';
import { Tally } from './tally.js';
import { Vocabulary } from './vocabulary.js';
import { VoterMemory } from './voter-memory.js';

/** A bag-of-features classifier over the mixture: one voter a feature name. */
class BagClassifier {
  readonly #words = new Vocabulary(100);
  #base = new Tally(100);
  readonly #names = ['colour', 'shape'] as const;
  readonly #memory = new VoterMemory({ contexts: 1024, labels: 8 });
  readonly #mixture = new LogLinearMixture(this.#memory, { voters: 2, features: 0, candidates: 20 });

  get size(): number {
    return this.#words.size + this.#base.ids.length + this.#memory.size;
  }

  #contexts(x: Record<string, string>): number[] {
    return this.#names.map((name, i) => hashNumbers(i, hashString(x[name] ?? '')));
  }

  #forecast(x: Record<string, string>) {
    const ballots = this.#contexts(x).map((context) => {
      const row = this.#memory.find(context);
      return row < 0 ? undefined : { row };
    });
    return this.#mixture.forecast(this.#base, ballots, () => {});
  }

  predictProbaOne(x: Record<string, string>) {
    const { ids, p } = this.#forecast(x);
    const named = new Map<string, number>();
    let other = p[ids.length]!;
    for (const [at, id] of ids.entries()) {
      const label = this.#words.label(id);
      if (label === undefined) other += p[at]!;
      else named.set(label, p[at]!);
    }
    return { p: named, other };
  }

  learnOne(x: Record<string, string>, label: string): void {
    this.#mixture.learnOne(this.#forecast(x), this.#words.find(label) ?? -1);
    const id = this.#words.intern(label);
    this.#base.add(id);
    for (const context of this.#contexts(x)) this.#memory.learn(context, id);
  }

  write(out: StateWriter): void {
    this.#words.write(out);
    this.#base.write(out);
    this.#memory.write(out);
    this.#mixture.write(out);
  }

  read(input: StateReader): void {
    this.#words.read(input);
    this.#base = Tally.read(input, 100);
    this.#memory.read(input);
    this.#mixture.read(input);
  }
}

function shapes(n: number, seed: number) {
  const random = seededRandom(seed);
  const pick = (from: readonly string[]) => from[Math.floor(random() * from.length)]!;
  return Array.from({ length: n }, () => {
    const x = { colour: pick(['red', 'green', 'blue']), shape: pick(['disc', 'cube']) };
    return { x, y: random() < 0.9 ? `${x.colour}-thing` : 'odd' };
  });
}

describe('LogLinearMixture', () => {
  it('keeps the contract of a model', () => {
    checkModel({
      make: () => new BagClassifier(),
      examples: shapes(150, 9),
      unseen: { colour: 'ultraviolet', shape: 'torus' },
      reordered: ({ colour, shape }) => ({ shape: shape!, colour: colour! }) as Record<string, string>,
      endless: (i) => ({ x: { colour: `c${i}`, shape: `s${i}` }, y: `l${i}` }),
      bound: 100 + 100 + 1024,
      steps: 2000,
    } satisfies Parameters<typeof checkModel<Record<string, string>>>[0]);
  });

  it('learns to listen to the voter that knows and to ignore the one that does not', () => {
    const model = new BagClassifier();
    for (const { x, y } of shapes(600, 1)) model.learnOne(x, y);
    const { p } = model.predictProbaOne({ colour: 'red', shape: 'cube' });
    expect(p.get('red-thing')!).toBeGreaterThan(0.8);
    expect(p.get('red-thing')!).toBeLessThan(0.97);
  });
});

describe('Hedge', () => {
  it('moves its weight to the expert that is right, and back when that changes', () => {
    const hedge = new Hedge({ experts: 2 });
    for (let i = 0; i < 100; i++) hedge.learnOne([0.9, 0.1]);
    expect(hedge.weights[0]!).toBeGreaterThan(0.9);
    for (let i = 0; i < 200; i++) hedge.learnOne([0.1, 0.9]);
    expect(hedge.weights[1]!).toBeGreaterThan(0.9);
    expect(hedge.weights[0]! + hedge.weights[1]!).toBeCloseTo(1, 12);
  });

  it('mixes distributions so that they still sum to 1', () => {
    const hedge = new Hedge({ experts: 2 });
    hedge.learnOne([0.7, 0.2]);
    const { p, other } = hedge.mix([
      {
        p: new Map([
          ['a', 0.7],
          ['b', 0.2],
        ]),
        other: 0.1,
      },
      { p: new Map([['b', 1]]), other: 0 },
    ]);
    expect(p.get('a')! + p.get('b')! + other).toBeCloseTo(1, 12);
    expect(p.get('a')!).toBeCloseTo(0.7 * hedge.weights[0]!, 12);
  });
});
