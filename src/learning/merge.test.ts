/** Three-way merges: disjoint halves on a common base make the whole. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from './contract/index.js';
import { randomRbf, take } from './contract/streams/index.js';
import { join, merge } from './merge.js';
import { Association } from './models/association.js';
import { GaussianNaiveBayes } from './models/bayes/gaussian.js';
import { MultinomialNaiveBayes } from './models/bayes/multinomial.js';
import { StandardScaler } from './models/linear/standard-scaler.js';
import { NamedSlots } from './models/statistics/feature-slots.js';
import { LabelSlots } from './models/statistics/label-slots.js';
import { Welford } from './models/statistics/welford.js';
import { Tally } from './models/tally.js';
import { HoeffdingTree } from './models/tree/hoeffding-tree.js';
import { StateReader, StateWriter } from './state-codec.js';

/** The same stream learned four ways: a common part, it with each of two further parts, and all of it. */
function branches<M, E>(
  make: () => M,
  learn: (model: M, event: E) => void,
  parts: readonly (readonly E[])[],
) {
  const [common = [], left = [], right = []] = parts;
  const on = (...streams: (readonly E[])[]) => {
    const model = make();
    for (const event of streams.flat()) learn(model, event);
    return model;
  };
  return { base: on(common), a: on(common, left), b: on(common, right), whole: on(common, left, right) };
}

const threeParts = <E>(event: fc.Arbitrary<E>) =>
  fc.tuple(...[0, 1, 2].map(() => fc.array(event, { maxLength: 30 })));

function bytes(part: { write(out: StateWriter): void }): Uint8Array {
  const out = new StateWriter('t', 1);
  part.write(out);
  return out.finish();
}

describe('merge', () => {
  it('of tallies is exact', () => {
    fc.assert(
      fc.property(threeParts(fc.integer({ min: 0, max: 20 })), (parts) => {
        const { base, a, b, whole } = branches(
          () => new Tally(100),
          (tally, id: number) => tally.add(id),
          parts,
        );
        const made = merge(a, b, base);
        expect(made.total).toBe(whole.total);
        expect(made.types).toBe(whole.types);
        expect(made.ids.length).toBe(whole.ids.length);
        for (const id of whole.ids) expect(made.count(id)).toBe(whole.count(id));
        expect([...made.counts]).toEqual([...whole.counts]);
      }),
    );
  });

  it('of moments agrees to 1e-12 of the sums', () => {
    fc.assert(
      fc.property(threeParts(fc.double({ min: -1e3, max: 1e3, noNaN: true })), (parts) => {
        const { base, a, b, whole } = branches(
          () => new Welford(),
          (moments, x: number) => moments.learnOne(x),
          parts,
        );
        const made = merge(a, b, base);
        const scale = parts.flat().reduce((sum, x) => sum + x * x, 1);
        expect(made.n).toBe(whole.n);
        expect(Math.abs(made.mean - whole.mean)).toBeLessThan(1e-12 * Math.sqrt(scale));
        expect(Math.abs(made.m2 - whole.m2)).toBeLessThan(1e-12 * scale);
      }),
    );
  });

  const example = fc.record({
    x: fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), fc.integer({ min: 0, max: 9 })),
    y: fc.constantFrom('yes', 'no', 'perhaps'),
  });
  type Bayes = GaussianNaiveBayes | MultinomialNaiveBayes;
  type Example = { x: Record<string, number>; y: string };
  const learn = (model: Bayes, { x, y }: Example) => model.learnOne(x, y);
  const questions = [{}, { a: 1 }, { b: 3, c: 0 }, { a: 9, d: 2 }, { e: 1 }];

  it.each([
    ['Gaussian', () => new GaussianNaiveBayes(), 1e-9],
    ['multinomial', () => new MultinomialNaiveBayes({ bits: 6 }), 1e-12],
  ] as const)(
    'of %s naive Bayes answers as the whole does, and leaves its inputs alone',
    (_, make, close) => {
      fc.assert(
        fc.property(threeParts(example), (parts) => {
          const { base, a, b, whole } = branches<Bayes, Example>(make, learn, parts);
          const before = [base, a, b].map(bytes);
          const made = merge(a, b, base);
          expect([base, a, b].map(bytes)).toEqual(before);
          for (const x of questions) {
            const [said, expected] = [made.predictProbaOne(x), whole.predictProbaOne(x)];
            expect([...said.p.keys()].sort()).toEqual([...expected.p.keys()].sort());
            for (const [label, p] of expected.p)
              expect(Math.abs((said.p.get(label) ?? 0) - p)).toBeLessThanOrEqual(close);
          }
        }),
      );
    },
  );

  /** Counts, means and squared deviations that naive Bayes holds, by label and feature, read from its snapshot. */
  function held(model: GaussianNaiveBayes): Map<string, readonly [n: number, mean: number, m2: number]> {
    const input = new StateReader(bytes(model), 't', 1);
    input.section('gaussian-naive-bayes', 1);
    const [labels, names] = [new LabelSlots(), new NamedSlots()];
    labels.read(input);
    names.read(input);
    const all = new Map<string, readonly [number, number, number]>();
    for (const [k, label] of labels.labels.entries()) {
      all.set(label, [labels.weight(k), 0, 0]);
      const [n, mean, m2] = [input.f64s(), input.f64s(), input.f64s()];
      for (const [slot, name] of names.names().entries())
        if (n[slot]) all.set(`${label} ${name}`, [n[slot] ?? 0, mean[slot] ?? 0, m2[slot] ?? 0]);
    }
    return all;
  }
  const real = fc.record({
    x: fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.double({ min: -1e3, max: 1e3, noNaN: true })),
    y: fc.constantFrom('yes', 'no'),
  });

  it('of disjoint halves makes the whole: counts exact, sums to 1e-12', () => {
    fc.assert(
      fc.property(fc.array(real, { maxLength: 40 }), fc.infiniteStream(fc.boolean()), (examples, sides) => {
        const halves: [Example[], Example[]] = [[], []];
        for (const one of examples) halves[sides.next().value ? 1 : 0].push(one);
        const on = (part: readonly Example[]) => {
          const [bayes, scaler] = [new GaussianNaiveBayes(), new StandardScaler()];
          for (const { x, y } of part) {
            bayes.learnOne(x, y);
            scaler.learnOne(x);
          }
          return { bayes, scaler };
        };
        const [a, b, none, whole] = [on(halves[0]), on(halves[1]), on([]), on(examples)];
        const scale = examples.reduce((sum, { x }) => Object.values(x).reduce((s, v) => s + v * v, sum), 1);
        const close = (said: readonly number[], expected: readonly number[]) => {
          expect(said[0]).toBe(expected[0]);
          expect(Math.abs((said[1] ?? 0) - (expected[1] ?? 0))).toBeLessThan(1e-12 * Math.sqrt(scale));
          expect(Math.abs((said[2] ?? 0) - (expected[2] ?? 0))).toBeLessThan(1e-12 * scale);
        };
        const [said, expected] = [held(merge(a.bayes, b.bayes, none.bayes)), held(whole.bayes)];
        expect([...said.keys()].sort()).toEqual([...expected.keys()].sort());
        for (const [key, values] of expected) close(said.get(key) ?? [], values);
        const scaler = merge(a.scaler, b.scaler, none.scaler);
        expect(scaler.size).toBe(whole.scaler.size);
        for (const name of ['a', 'b', 'c']) {
          const [made, wanted] = [scaler.moments(name), whole.scaler.moments(name)];
          close([made.n, made.mean, made.m2], [wanted.n, wanted.mean, wanted.m2]);
        }
      }),
    );
  });

  it('of scalers counts the common part once', () => {
    fc.assert(
      fc.property(threeParts(real), (parts) => {
        const { base, a, b, whole } = branches(
          () => new StandardScaler(),
          (scaler, { x }: Example) => scaler.learnOne(x),
          parts,
        );
        const made = merge(a, b, base);
        const scale = parts
          .flat()
          .reduce((sum, { x }) => Object.values(x).reduce((s, v) => s + v * v, sum), 1);
        for (const name of ['a', 'b', 'c']) {
          const [said, wanted] = [made.moments(name), whole.moments(name)];
          expect(said.n).toBe(wanted.n);
          expect(Math.abs(said.mean - wanted.mean)).toBeLessThan(1e-11 * Math.sqrt(scale));
          expect(Math.abs(said.m2 - wanted.m2)).toBeLessThan(1e-11 * scale);
        }
      }),
    );
  });

  it('of associations has exact counts and decayed shares to 1e-12', () => {
    const basket = fc.record({
      items: fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { minLength: 1 }),
      at: fc.integer({ min: 0, max: 1e9 }),
    });
    fc.assert(
      fc.property(threeParts(basket), (parts) => {
        const { base, a, b, whole } = branches(
          () => new Association({ halfLifeMs: 1e8 }),
          (model, { items, at }: { items: string[]; at: number }) => model.learnOne(items, at),
          parts,
        );
        const made = merge(a, b, base);
        expect(made.size).toBe(whole.size);
        for (const item of ['a', 'b', 'c', 'd', 'e']) {
          const named = (model: Association) =>
            model.predictOne(item, 10).sort((x, y) => (x.item < y.item ? -1 : 1));
          const [said, expected] = [named(made), named(whole)];
          const counts = (list: typeof said) => list.map((one) => [one.item, one.together, one.total]);
          expect(counts(said)).toEqual(counts(expected));
          for (const [i, { p }] of expected.entries())
            expect(Math.abs((said[i]?.p ?? 0) - p)).toBeLessThan(1e-12);
        }
      }),
    );
  });

  it('refuses statistics of different kinds', () => {
    expect(() => merge<Welford | Tally>(new Welford(), new Tally(3), new Welford())).toThrow(/one kind/);
  });
});

describe('join', () => {
  /** Two branches that each saw another half of the feature space's history, and what comes after. */
  const parts = (seed: number) => {
    const concept = (n: number) => randomRbf({ random: seededRandom(n), features: 4, centroids: 12 });
    const [one, other] = [take(concept(seed), 5000), take(concept(seed + 1), 5000)];
    const learned = (examples: typeof one) => {
      const tree = new HoeffdingTree({ grace: 100 });
      for (const { x, y } of examples) tree.learnOne(x, y);
      return tree;
    };
    return { one, left: () => learned(one.slice(0, 4000)), right: () => learned(other.slice(0, 4000)) };
  };
  const accuracy = (model: Parameters<typeof join>[0][string], examples: ReturnType<typeof parts>['one']) => {
    let right = 0;
    for (const { x, y } of examples) {
      if (model.predictOne(x) === String(y)) right++;
      model.learnOne(x, y);
    }
    return right / examples.length;
  };

  it.each([11, 21, 31])('foretells about as well as the branch that knows what comes (seed %i)', (seed) => {
    const { one, left, right } = parts(seed);
    const after = one.slice(4000);
    const [knows, other] = [accuracy(left(), after), accuracy(right(), after)];
    expect(knows).toBeGreaterThan(other + 0.05);
    const joined = join({ left: left(), right: right() });
    expect(accuracy(joined, after)).toBeGreaterThan(knows - 0.03);
    expect(joined.scores()[0]?.weight).toBeGreaterThan(0.9);
  });

  it('answers from both before any outcome came', () => {
    const { one, left, right } = parts(11);
    const [a, b, both] = [left(), right(), join({ left: left(), right: right() })];
    for (const { x } of one.slice(4000, 4010)) {
      const [p, q] = [a.predictProbaOne(x).p, b.predictProbaOne(x).p];
      for (const [label, value] of both.predictProbaOne(x).p)
        expect(value).toBeCloseTo(((p.get(label) ?? 0) + (q.get(label) ?? 0)) / 2, 12);
    }
  });
});
