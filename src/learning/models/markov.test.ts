/** The Markov model: its contract, and Witten-Bell by hand. */
import { describe, expect, it } from 'vitest';
import { checkModel, seededRandom } from '../contract/index.js';
import { MarkovModel } from './markov.js';

const make = () => new MarkovModel({ order: 3, contexts: 200, labels: 16, vocabulary: 300 });

function examples(seed: number) {
  const random = seededRandom(seed);
  const history: string[] = [];
  return Array.from({ length: 200 }, () => {
    const y =
      random() < 0.8 && history.length > 0
        ? `${history.at(-1)}`.replace(/.$/, (d) => `${(+d + 1) % 4}`)
        : `l${Math.floor(random() * 4)}`;
    const x = history.slice(-5);
    history.push(y);
    return { x, y };
  });
}

describe('MarkovModel', () => {
  it('keeps the contract of a model', () => {
    checkModel({
      make,
      examples: examples(42),
      unseen: ['never', 'seen'],
      endless: (i) => ({ x: [`x${i}`, `y${i}`, `z${i}`], y: `label${i}` }),
      bound: 3 * 200 + 300 + 300,
      steps: 3000,
    });
  });

  it('mixes orders as Witten and Bell do', () => {
    const model = new MarkovModel({ order: 1 });
    model.learnOne([], 'a');
    model.learnOne(['a'], 'b');
    model.learnOne(['a'], 'a');
    model.learnOne(['a'], 'b');
    // Order 0: a 2, b 2 of 4 seen + 2 types. After a: b 2, a 1 of 3 seen + 2 types.
    const { p, other } = model.predictProbaOne(['a']);
    expect(p.get('b')).toBeCloseTo((2 + (2 * 2) / 6) / 5, 12);
    expect(p.get('a')).toBeCloseTo((1 + (2 * 2) / 6) / 5, 12);
    expect(other).toBeCloseTo(((2 / 6) * 2) / 5, 12);
    expect(model.rank(['a'], 1)).toEqual([{ label: 'b', p: expect.closeTo(0.5333, 3) }]);
  });

  it('backs off to shorter contexts for one never seen', () => {
    const model = new MarkovModel({ order: 3 });
    for (let i = 0; i < 20; i++) model.learnOne(['q', 'r', i % 2 ? 's' : 't'], 'next');
    expect(model.rank(['other', 'way', 's'], 1)[0]?.label).toBe('next');
  });
});
