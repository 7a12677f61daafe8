/** Half-space trees: strange examples score higher, the reference moves on, memory is bounded. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../contract/index.js';
import { StateReader, StateWriter } from '../../state-codec.js';
import { HalfSpaceTrees } from './half-space-trees.js';

function bytes(model: HalfSpaceTrees): Uint8Array {
  const out = new StateWriter('t', 1);
  model.write(out);
  return out.finish();
}

/** Share of (strange, usual) pairs in which the strange one scores higher. */
function auc(strange: readonly number[], usual: readonly number[]): number {
  let sum = 0;
  for (const s of strange) for (const u of usual) sum += s > u ? 1 : s === u ? 0.5 : 0;
  return sum / (strange.length * usual.length);
}

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

describe('HalfSpaceTrees', () => {
  it('tells planted anomalies from usual examples', () => {
    const random = seededRandom(9);
    const model = new HalfSpaceTrees({ seed: 3 });
    const scores = { strange: [] as number[], usual: [] as number[] };
    for (let i = 0; i < 3000; i++) {
      const strange = i > 500 && i % 50 === 0;
      const [a, b] = [normal(random), normal(random)];
      const x = strange ? { a: a * 0.2 + 4, b: -4 } : { a, b: 0.8 * a + 0.6 * b };
      if (i > 500) scores[strange ? 'strange' : 'usual'].push(model.scoreOne(x));
      model.learnOne(x);
    }
    expect(auc(scores.strange, scores.usual)).toBeGreaterThan(0.97);
  });

  it('gets used to a new normal', () => {
    const random = seededRandom(10);
    const model = new HalfSpaceTrees({ window: 100 });
    for (let i = 0; i < 300; i++) model.learnOne({ a: normal(random) });
    const before = model.scoreOne({ a: 6 });
    for (let i = 0; i < 300; i++) model.learnOne({ a: 6 + 0.3 * normal(random) });
    expect(model.scoreOne({ a: 6 })).toBeLessThan(before - 0.2);
    expect(model.scoreOne({ a: 0 })).toBeGreaterThan(model.scoreOne({ a: 6 }));
  });

  it('is a function of seed and stream, survives snapshots at every stage, and asking changes nothing', () => {
    const random = seededRandom(11);
    let model = new HalfSpaceTrees({ window: 50, seed: 2, trees: 5 });
    const twin = new HalfSpaceTrees({ window: 50, seed: 2, trees: 5 });
    for (let i = 0; i < 220; i++) {
      const x = { a: normal(random), b: random() };
      const score = model.scoreOne(x);
      expect(score).toBeGreaterThanOrEqual(0);
      expect(score).toBeLessThanOrEqual(1);
      if (i % 30 === 0) {
        const state = bytes(model);
        expect(state).toEqual(bytes(twin));
        model = new HalfSpaceTrees({ window: 50, seed: 2, trees: 5 });
        model.read(new StateReader(state, 't', 1));
        expect(model.scoreOne(x)).toBe(score);
      }
      model.learnOne(x);
      twin.learnOne(x);
    }
    const other = new HalfSpaceTrees({ window: 50, seed: 2, trees: 6 });
    expect(() => other.read(new StateReader(bytes(model), 't', 1))).toThrow(
      expect.objectContaining({ code: 'LMCP_BAD_STATE' }),
    );
  });

  it('is bounded, takes vanished and unseen features, and refuses what is not finite', () => {
    const model = new HalfSpaceTrees({ window: 20, trees: 2, depth: 3, features: 4 });
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.constantFrom('a', 'b', 'c', 'd', 'e'),
          fc.double({ min: -1e100, max: 1e100, noNaN: true }),
        ),
        (x) => {
          model.learnOne(x);
          expect(model.size).toBeLessThanOrEqual(30);
          const score = model.scoreOne(x);
          expect(score >= 0 && score <= 1).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
    const code = expect.objectContaining({ code: 'LMCP_BAD_FEATURES' });
    expect(() => model.learnOne({ a: Number.NaN })).toThrow(code);
    expect(() => model.scoreOne({ a: Infinity })).toThrow(code);
  });
});
