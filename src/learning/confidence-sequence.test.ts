/** The confidence sequence against simulation, and its special functions against known values. */
import { describe, expect, it } from 'vitest';
import { DifferenceSequence } from './confidence-sequence.js';
import { seededRandom } from './contract/index.js';
import { wilson } from './interval.js';
import { logGamma, logGammaP } from './special-functions.js';
import { StateReader, StateWriter } from './state-codec.js';

/** Difference of two Bernoulli scores that agree except with probability 2·half ± lift. */
function draw(random: () => number, lift: number): number {
  const u = random();
  return u < 0.1 + lift / 2 ? 1 : u < 0.2 ? -1 : 0;
}

describe('special functions', () => {
  it('agree with values from tables', () => {
    expect(logGamma(0.5)).toBeCloseTo(0.5723649429247001, 12);
    expect(logGamma(10)).toBeCloseTo(Math.log(362880), 10);
    expect(logGamma(1e5) / 1051287.7089736538).toBeCloseTo(1, 12);
    // P(1, x) = 1 − e^−x; P(a, a) → 1/2 for large a.
    for (const x of [0.1, 1, 3, 20]) expect(logGammaP(1, x)).toBeCloseTo(Math.log(1 - Math.exp(-x)), 10);
    expect(Math.exp(logGammaP(0.5, 0.5))).toBeCloseTo(0.6826894921370859, 10);
    expect(Math.exp(logGammaP(1e6, 1e6))).toBeCloseTo(0.5, 3);
  });
});

describe('confidence sequence', () => {
  it('declares a winner where there is none in at most 2.5 % of streams, looked at after every event', () => {
    const random = seededRandom(20210815);
    const streams = 400;
    let wrong = 0;
    for (let s = 0; s < streams; s++) {
      const sequence = new DifferenceSequence();
      let declared = false;
      for (let i = 0; i < 1500 && !declared; i++) {
        sequence.observe(draw(random, 0));
        declared = sequence.positive;
      }
      if (declared) wrong++;
    }
    // 2.5 % of 400 is 10; four standard deviations above is 22.
    expect(wrong).toBeLessThan(22);
  });

  it('covers the running mean of a drifting lift at all times in at least 95 % of streams', () => {
    const random = seededRandom(7);
    let missed = 0;
    for (let s = 0; s < 200; s++) {
      const sequence = new DifferenceSequence();
      let expected = 0;
      let out = false;
      for (let i = 1; i <= 800 && !out; i++) {
        const lift = 0.1 * Math.sin(i / 100);
        expected += lift;
        sequence.observe(draw(random, lift));
        if (i % 20 !== 0) continue;
        const [low, high] = sequence.interval()!;
        out = expected / i < low || expected / i > high;
      }
      if (out) missed++;
    }
    expect(missed).toBeLessThan(20);
  });

  it('finds a real lift of four points within 4,000 events', () => {
    const random = seededRandom(3);
    const sequence = new DifferenceSequence();
    for (let i = 0; i < 4000; i++) sequence.observe(draw(random, 0.04));
    expect(sequence.positive).toBe(true);
  });

  it('says positive exactly when its lower bound is above 0', () => {
    const random = seededRandom(11);
    const sequence = new DifferenceSequence();
    let seen = 0;
    for (let i = 0; i < 3000; i++) {
      sequence.observe(draw(random, 0.05));
      if (i % 7 === 0) {
        expect(sequence.positive).toBe(sequence.interval()![0] > 0);
        if (sequence.positive) seen++;
      }
    }
    expect(seen).toBeGreaterThan(0);
  });

  it('is as wide as the one-sided normal mixture at 2.5 % where both apply', () => {
    const random = seededRandom(13);
    const sequence = new DifferenceSequence();
    const n = 10_000;
    for (let i = 0; i < n; i++) sequence.observe(draw(random, 0));
    const [low, high] = sequence.interval()!;
    // Howard et al. 2021, section 3.2: closed-form bound, at v = .2 n and rho as tuned for v = 200.
    const v = 0.2 * n;
    const rho = 200 / (2 * Math.log(20) + Math.log1p(2 * Math.log(20)));
    const bound = Math.sqrt(2 * (v + rho) * Math.log(Math.sqrt((v + rho) / rho) / (2 * 0.025) + 1));
    expect((n * (high - low)) / 2 / bound).toBeGreaterThan(0.97);
    expect((n * (high - low)) / 2 / bound).toBeLessThan(1.1);
  });

  it('is wide while little is known and has nothing to say before the first event', () => {
    const sequence = new DifferenceSequence();
    expect(sequence.interval()).toBeNull();
    sequence.observe(1);
    expect(sequence.interval()).toEqual([-1, 1]);
    expect(sequence.positive).toBe(false);
  });

  it('survives a snapshot', () => {
    const sequence = new DifferenceSequence();
    for (let i = 0; i < 50; i++) sequence.observe(i % 3 === 0 ? 1 : 0, 1 + (i % 2));
    const out = new StateWriter('t', 1);
    sequence.write(out);
    const again = DifferenceSequence.read(new StateReader(out.finish(), 't', 1));
    expect(again.interval()).toEqual(sequence.interval());
    expect(again.n).toBe(50);
  });
});

describe('Wilson interval', () => {
  it('agrees with the published example and keeps to [0, 1]', () => {
    // Newcombe 1998, table I: 81 of 263.
    const [low, high] = wilson(81, 263)!;
    expect(low).toBeCloseTo(0.2553, 4);
    expect(high).toBeCloseTo(0.3662, 4);
    expect(wilson(0, 10)![0]).toBe(0);
    expect(wilson(10, 10)![1]).toBe(1);
    expect(wilson(0, 0)).toBeNull();
  });
});
