/** Three-way merges: disjoint halves on a common base make the whole. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { merge } from './merge.js';
import { Association } from './models/association.js';
import { GaussianNaiveBayes } from './models/bayes/gaussian.js';
import { MultinomialNaiveBayes } from './models/bayes/multinomial.js';
import { Welford } from './models/statistics/welford.js';
import { Tally } from './models/tally.js';
import { StateWriter } from './state-codec.js';

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
