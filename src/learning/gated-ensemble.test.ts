/** The gated ensemble: it listens to whoever foretells best, and changes its mind when the stream does. */
import { describe, expect, it } from 'vitest';
import { seededRandom } from './contract/index.js';
import { GatedEnsemble } from './gated-ensemble.js';
import { GaussianNaiveBayes } from './models/bayes/gaussian.js';
import { KNearest } from './models/neighbours/k-nearest.js';
import { LastClass } from './models/statistics/last-class.js';

describe('GatedEnsemble', () => {
  it('does about as well as its best member on each stretch of a changing stream', () => {
    const random = seededRandom(4);
    const make = () => ({ last: new LastClass(), bayes: new GaussianNaiveBayes(), nearest: new KNearest() });
    const alone = Object.values(make());
    const gated = new GatedEnsemble(make(), { memory: 0.99 });
    const right = [0, 0, 0, 0, 0, 0, 0, 0];
    let state = false;
    for (let i = 0; i < 4000; i++) {
      const [a, b] = [random() * 2 - 1, random() * 2 - 1];
      const x = { a, b };
      // First an exclusive or, which nearness sees and Bayes does not; then runs of one label, features mean nothing.
      if (i >= 2000 && random() < 0.02) state = !state;
      const y = i < 2000 ? a * b > 0 : state;
      if (i % 2000 >= 500) {
        const at = i < 2000 ? 0 : 4;
        for (const [k, model] of [...alone, gated].entries())
          if (model.predictOne(x) === String(y)) right[at + k] = (right[at + k] ?? 0) + 1;
      }
      for (const model of [...alone, gated]) model.learnOne(x, y);
    }
    const [firstBest, secondBest] = [Math.max(...right.slice(0, 3)), Math.max(...right.slice(4, 7))];
    expect(firstBest).toBe(right[2]);
    expect(secondBest).toBe(right[4]);
    expect(right[3] ?? 0).toBeGreaterThan(0.98 * firstBest);
    expect(right[7] ?? 0).toBeGreaterThan(0.98 * secondBest);
    const scores = gated.scores();
    expect(scores.map(({ name }) => name)).toEqual(['last', 'bayes', 'nearest']);
    expect(scores.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 12);
    expect(scores[0]?.weight).toBeGreaterThan(0.9);
  });

  it('listens to all alike before the first outcome', () => {
    const gated = new GatedEnsemble({ a: new LastClass(), b: new LastClass() });
    expect(gated.scores()).toEqual([
      { name: 'a', accuracy: null, weight: 0.5 },
      { name: 'b', accuracy: null, weight: 0.5 },
    ]);
    expect(gated.predictOne({})).toBeUndefined();
  });
});
