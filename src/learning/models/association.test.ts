/** Decay and association: ageing, commit size, bounds, snapshots. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StateReader, StateWriter } from '../state-codec.js';
import { Association } from './association.js';
import { DecayedCounter, decayFactor, yearMs } from './forward-decay.js';

describe('forward decay', () => {
  it('halves after a half-life', () => {
    expect(decayFactor(yearMs, yearMs)).toBe(0.5);
    const counter = new DecayedCounter();
    counter.add(1e12, 4, yearMs);
    expect(counter.value(1e12 + 2 * yearMs, yearMs)).toBeCloseTo(1, 12);
  });

  it('does not depend on the order of additions', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1e12, max: 2e12 }), { minLength: 1 }), (times) => {
        const sum = (order: number[]) => {
          const counter = new DecayedCounter();
          for (const at of order) counter.add(at, 1, yearMs);
          return counter.value(2e12, yearMs);
        };
        expect(sum(times.toReversed()) / sum(times)).toBeCloseTo(1, 9);
      }),
    );
  });
});

describe('Association', () => {
  it('prefers what went together lately over what went together long ago', () => {
    const model = new Association();
    for (let i = 0; i < 3; i++) model.learnOne(['a', 'old'], 1e12 + i);
    for (let i = 0; i < 2; i++) model.learnOne(['a', 'new'], 1e12 + 3 * yearMs + i);
    expect(model.predictOne('a', 9).map(({ item, together, total }) => [item, together, total])).toEqual([
      ['new', 2, 5],
      ['old', 3, 5],
    ]);
    expect(model.predictOne('unknown', 9)).toEqual([]);
  });

  it('lets a large basket say less than a small one', () => {
    const model = new Association();
    model.learnOne(['a', 'b'], 1e12);
    model.learnOne(['a', ...Array.from({ length: 15 }, (_, i) => `x${i}`)], 1e12);
    const [first, second] = model.predictOne('a', 2);
    expect(first?.item).toBe('b');
    expect(first!.p / second!.p).toBeCloseTo(4, 9);
  });

  it('stays bounded, snapshots exactly and goes on the same', () => {
    const make = () => new Association({ items: 20, partners: 5 });
    const learn = (model: Association, from: number, to: number) => {
      for (let i = from; i < to; i++) {
        model.learnOne(
          [`f${i % 7}`, `f${(i * 3) % 31}`, `g${i}`].filter((f, k, all) => all.indexOf(f) === k),
          1e12 + i * 1e8,
        );
        expect(model.size).toBeLessThanOrEqual(20);
      }
    };
    const bytes = (model: Association) => {
      const out = new StateWriter('a', 1);
      model.write(out);
      return out.finish();
    };
    const model = make();
    learn(model, 0, 200);
    const again = make();
    again.read(new StateReader(bytes(model), 'a', 1));
    expect(bytes(again)).toEqual(bytes(model));
    learn(model, 200, 300);
    learn(again, 200, 300);
    expect(bytes(again)).toEqual(bytes(model));
    expect(model.predictOne('f0', 99).length).toBeLessThanOrEqual(5);
  });
});
