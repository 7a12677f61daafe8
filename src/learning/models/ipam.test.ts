/** IPAM: its contract, its arithmetic by hand, and that the newest habit wins. */
import { describe, expect, it } from 'vitest';
import { checkModel, seededRandom } from '../contract/index.js';
import { Ipam } from './ipam.js';

/** A walk over five labels that mostly goes on by one. */
function examples(seed: number) {
  const random = seededRandom(seed);
  const history: string[] = [];
  return Array.from({ length: 200 }, () => {
    const last = Number(history.at(-1) ?? 0);
    const y = String(random() < 0.8 ? (last + 1) % 5 : Math.floor(5 * random()));
    const x = history.slice(-3);
    history.push(y);
    return { x, y };
  });
}

describe('Ipam', () => {
  it('keeps the contract of a model', () => {
    checkModel({
      make: () => new Ipam({ contexts: 50 }),
      examples: examples(7),
      unseen: ['never seen'],
      endless: (i) => ({ x: [`x${i}`], y: `label${i}` }),
      // A row holds what has not faded below a millionth: 62 labels at .8, and the default row the same.
      bound: 50 + 51 * 63,
      steps: 3000,
    });
  });

  it('fades a row by alpha and gives the rest to what came, and starts a new row from the default one', () => {
    const model = new Ipam();
    model.learnOne([], 'a');
    expect(model.predictProbaOne([]).p.get('a')).toBeCloseTo(0.2, 12);
    model.learnOne(['a'], 'b');
    // The row of a was copied from the default row (a: .2) and then followed b.
    const { p, other } = model.predictProbaOne(['a']);
    expect(p.get('a')).toBeCloseTo(0.16, 12);
    expect(p.get('b')).toBeCloseTo(0.2, 12);
    expect(other).toBeCloseTo(0.64, 12);
    expect(model.predictProbaOne(['unmet'])).toEqual(model.predictProbaOne([]));
  });

  it('takes a weight as repeats', () => {
    const [once, repeated] = [new Ipam(), new Ipam()];
    once.learnOne([], 'a', 3);
    for (let i = 0; i < 3; i++) repeated.learnOne([], 'a');
    expect(once.predictProbaOne([]).p.get('a')).toBeCloseTo(repeated.predictProbaOne([]).p.get('a')!, 12);
  });

  it('follows a habit that changes within a few steps', () => {
    const model = new Ipam();
    for (let i = 0; i < 100; i++) model.learnOne(['commit'], 'push');
    for (let i = 0; i < 5; i++) model.learnOne(['commit'], 'status');
    expect(model.predictProbaOne(['commit']).p.get('status')!).toBeGreaterThan(0.6);
  });

  it('refuses a share that is none', () => {
    for (const alpha of [0, 1, Number.NaN])
      expect(() => new Ipam({ alpha })).toThrow(expect.objectContaining({ code: 'LMCP_INTERNAL' }));
  });
});
