/** Selective answers as small sets: one label where it is safe, two where only two are, else none. */
import { describe, expect, it } from 'vitest';
import { seededRandom } from './contract/index.js';
import { SelectiveSets } from './selective-sets.js';
import { StateReader, StateWriter } from './state-codec.js';

/** A third of the questions is sure by one label, a third by two, a third is open. */
function fed(n: number, seed: number, made = new SelectiveSets()): SelectiveSets {
  const random = seededRandom(seed);
  for (let i = 0; i < n; i++) {
    const u = random();
    if (i % 3 === 0) made.observe([0.99, 0.005], u < 0.99 ? 0 : -1);
    else if (i % 3 === 1) made.observe([0.55, 0.44], u < 0.55 ? 0 : u < 0.99 ? 1 : -1);
    else made.observe([0.4, 0.2], u < 0.4 ? 0 : u < 0.6 ? 1 : -1);
  }
  return made;
}

describe('SelectiveSets', () => {
  it('answers with one, with two, or not at all, at the accuracy aimed at', () => {
    const made = fed(6000, 2);
    expect(made.decide([0.99, 0.005])).toBe(1);
    expect(made.decide([0.55, 0.44])).toBe(2);
    expect(made.decide([0.4, 0.2])).toBe(0);
    expect(made.decide([])).toBe(0);
    const { coverage, accuracy, lower, sizes, answered } = made.report();
    expect(coverage).toBeGreaterThan(0.5);
    expect(coverage).toBeLessThan(0.67);
    expect(accuracy!).toBeGreaterThan(0.97);
    expect(lower!).toBeGreaterThan(0.95);
    expect(sizes.map(({ size }) => size)).toEqual([1, 2, 3, 5]);
    expect(sizes.reduce((sum, size) => sum + size.answered, 0)).toBe(answered);
    for (const size of sizes.slice(0, 2)) expect(size.answered).toBeGreaterThan(1000);
  });

  it('answers with three or five where only they are safe, and never beyond its largest', () => {
    const random = seededRandom(8);
    const [made, small] = [new SelectiveSets(), new SelectiveSets({ largest: 3 })];
    const spread = [0.4, 0.3, 0.1, 0.1, 0.09];
    const close = [0.4, 0.3, 0.29];
    for (let i = 0; i < 4000; i++) {
      const rank = random() < 0.99 ? Math.floor(random() * (i % 2 ? 5 : 3)) : -1;
      for (const sets of [made, small]) sets.observe(i % 2 ? spread : close, rank);
    }
    expect([made.decide(spread), made.decide(close), small.decide(spread), small.decide(close)]).toEqual([
      5, 3, 0, 3,
    ]);
  });

  it('ever speaks, by any size, where it must not in at most 5 % of streams', () => {
    const random = seededRandom(23);
    let wrong = 0;
    for (let s = 0; s < 200; s++) {
      const made = new SelectiveSets({ precision: 0.9, error: 0.05 });
      // The first label is right in exactly 90 %, the others never: no size may speak, whatever masses are stated.
      for (let i = 0; i < 1200; i++) {
        const p = 0.5 + 0.4 * random();
        made.observe([p, 0.05 * random(), 0.02, 0.01, 0.01], random() < 0.9 ? 0 : -1);
      }
      if (made.report().answered > 0) wrong++;
    }
    // 5 % of 200 is 10; three standard deviations above is 19.
    expect(wrong).toBeLessThan(19);
  });

  it('is silent where the stated masses are false', () => {
    const random = seededRandom(4);
    const made = new SelectiveSets();
    for (let i = 0; i < 3000; i++) made.observe([0.99, 0.009], random() < 0.8 ? 0 : -1);
    expect(made.report()).toMatchObject({ coverage: 0, accuracy: null, answered: 0, lower: null });
  });

  it('goes on after a snapshot as it would have without one', () => {
    const made = fed(2000, 5);
    const out = new StateWriter('s', 1);
    made.write(out);
    const again = new SelectiveSets();
    again.read(new StateReader(out.finish(), 's', 1));
    expect(again.report()).toEqual(made.report());
    expect(fed(500, 6, again).report()).toEqual(fed(500, 6, made).report());
    const three = new SelectiveSets({ largest: 3 });
    expect(() => three.read(new StateReader(out.finish(), 's', 1))).toThrow(/another size/);
  });
});
