/** The betting interval: coverage at all times, agreement of its two ways to answer, snapshot. */
import { describe, expect, it } from 'vitest';
import { BettingInterval } from './betting-interval.js';
import { seededRandom } from './contract/index.js';
import { StateReader, StateWriter } from './state-codec.js';

describe('BettingInterval', () => {
  it('holds the mean at all times in at least 95 % of streams, looked at after every value', () => {
    const seed = 2024;
    const random = seededRandom(seed);
    let missed = 0;
    const streams = 200;
    for (let s = 0; s < streams; s++) {
      const [p, q] = [random(), random()];
      const interval = new BettingInterval();
      let out = false;
      for (let i = 0; i < 200 && !out; i++) {
        interval.observe((random() < p ? 1 : 0) - (random() < q ? 1 : 0));
        const [low, high] = interval.interval(0.05)!;
        out = p - q < low - 1e-9 || p - q > high + 1e-9;
      }
      if (out) missed++;
    }
    expect(missed, `seed ${seed}`).toBeLessThanOrEqual(0.05 * streams);
  });

  it('says negative exactly when its upper bound is below 0', () => {
    const random = seededRandom(3);
    const interval = new BettingInterval();
    let seen = 0;
    for (let i = 0; i < 300; i++) {
      interval.observe((random() < 0.4 ? 1 : 0) - (random() < 0.6 ? 1 : 0));
      expect(interval.negative(0.05)).toBe(interval.interval(0.05)![1] < 0);
      if (interval.negative(0.05)) seen++;
    }
    expect(seen).toBeGreaterThan(0);
    expect(seen).toBeLessThan(300);
  });

  it('is the same from both sides, holds its own mean, and narrows', () => {
    const [one, other] = [new BettingInterval(), new BettingInterval()];
    expect(one.interval(0.05)).toBeNull();
    expect(one.mean).toBeNull();
    let width = 3;
    for (let i = 0; i < 400; i++) {
      one.observe(i % 3 === 0 ? -1 : 0.5);
      other.observe(i % 3 === 0 ? 1 : -0.5);
      if (i % 100 !== 99) continue;
      const [low, high] = one.interval(0.05)!;
      expect([-high, -low]).toEqual(other.interval(0.05)!.map((bound) => expect.closeTo(bound, 5)));
      expect(low).toBeLessThan(one.mean!);
      expect(high).toBeGreaterThan(one.mean!);
      expect(high - low).toBeLessThan(width);
      width = high - low;
    }
    expect(width).toBeLessThan(0.3);
  });

  it('tells half against eight in ten within 80 values', () => {
    const random = seededRandom(9);
    const interval = new BettingInterval();
    let n = 0;
    while (!interval.negative(0.05) && n < 200) {
      interval.observe((random() < 0.5 ? 1 : 0) - (random() < 0.8 ? 1 : 0));
      n++;
    }
    expect(n).toBeLessThan(80);
  });

  it('refuses what is no difference and survives a snapshot', () => {
    const interval = new BettingInterval();
    for (const bad of [Number.NaN, 1.1, -Infinity])
      expect(() => interval.observe(bad)).toThrow(expect.objectContaining({ code: 'LMCP_INTERNAL' }));
    expect(interval.n).toBe(0);
    for (const value of [1, -1, 1 / 3, 0, 0, 0.5]) interval.observe(value);
    const out = new StateWriter('t', 1);
    interval.write(out);
    const again = BettingInterval.read(new StateReader(out.finish(), 't', 1));
    expect([again.n, again.mean, again.interval(0.01)]).toEqual([6, interval.mean, interval.interval(0.01)]);
    const bad = new StateWriter('t', 1);
    bad.section('betting-interval', 1).list([1], () => bad.uint(121).uint(1));
    expect(() => BettingInterval.read(new StateReader(bad.finish(), 't', 1))).toThrow(/cell/);
  });
});
