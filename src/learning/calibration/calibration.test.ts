/** Calibrators, conformal sets and the running lower bound against simulation. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CalibrationError } from '../calibration-error.js';
import { seededRandom } from '../contract/index.js';
import type { Distribution } from '../distribution.js';
import { StateReader, StateWriter } from '../state-codec.js';
import { AdaptiveConformal } from './adaptive-conformal.js';
import { IsotonicCalibrator } from './isotonic.js';
import { PlattCalibrator } from './platt.js';
import { logEvidence, runningLowerBound } from './running-lower-bound.js';

function bytes(part: { write(out: StateWriter): void }): Uint8Array {
  const out = new StateWriter('t', 1);
  part.write(out);
  return out.finish();
}

describe('IsotonicCalibrator', () => {
  it('never falls, stays in [0, 1], starts as the identity and survives a snapshot', () => {
    const outcomes = fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.boolean()));
    fc.assert(
      fc.property(outcomes, (seen) => {
        const made = new IsotonicCalibrator({ bins: 10 });
        for (const p of [0, 0.2, 0.55, 1]) expect(made.correct(p)).toBeCloseTo(p, 12);
        for (const [p, right] of seen) made.learnOne(p, right);
        const state = bytes(made);
        let last = 0;
        for (let i = 0; i <= 200; i++) {
          const p = made.correct(i / 200);
          expect(p).toBeGreaterThanOrEqual(last - 1e-12);
          expect(p).toBeLessThanOrEqual(1);
          last = p;
        }
        expect(bytes(made)).toEqual(state);
        const again = new IsotonicCalibrator({ bins: 10 });
        again.read(new StateReader(state, 't', 1));
        expect(again.correct(0.37)).toBe(made.correct(0.37));
      }),
    );
  });

  it('mends a bent reliability curve that is no sigmoid', () => {
    const random = seededRandom(3);
    const made = new IsotonicCalibrator();
    const [before, after] = [new CalibrationError(), new CalibrationError()];
    for (let i = 0; i < 8000; i++) {
      const p = random();
      const right = random() < (p < 0.5 ? 0.1 : 0.7);
      before.observe(p, right);
      after.observe(made.correct(p), right);
      made.learnOne(p, right);
    }
    expect(before.report()?.ece ?? 0).toBeGreaterThan(0.1);
    expect(after.report()?.ece ?? 1).toBeLessThan(0.025);
  });

  it('forgets when told to, and refuses what is no probability', () => {
    const made = new IsotonicCalibrator({ memory: 0.99 });
    for (let i = 0; i < 2000; i++) made.learnOne(0.8, i < 1000);
    expect(made.correct(0.8)).toBeLessThan(0.25);
    for (const p of [Number.NaN, -0.1, 1.1, Infinity])
      expect(() => made.learnOne(p, true)).toThrow(expect.objectContaining({ code: 'LMCP_BAD_FEATURES' }));
  });
});

describe('PlattCalibrator', () => {
  it('never falls, stays in (0, 1), starts near the identity and survives a snapshot', () => {
    const outcomes = fc.array(
      fc.tuple(
        fc.oneof(fc.constantFrom(0, 1, 5e-324), fc.double({ min: 0, max: 1, noNaN: true })),
        fc.boolean(),
        fc.constantFrom(1, 1e9, 1e-9),
      ),
    );
    fc.assert(
      fc.property(outcomes, (seen) => {
        const made = new PlattCalibrator();
        for (const p of [0, 0.2, 0.55, 1]) expect(Math.abs(made.correct(p) - p)).toBeLessThan(2e-4);
        for (const [p, right, weight] of seen) made.learnOne(p, right, weight);
        const state = bytes(made);
        let last = 0;
        for (let i = 0; i <= 100; i++) {
          const p = made.correct(i / 100);
          expect(p).toBeGreaterThanOrEqual(last);
          expect(p).toBeLessThanOrEqual(1);
          last = p;
        }
        expect(bytes(made)).toEqual(state);
        const again = new PlattCalibrator();
        again.read(new StateReader(state, 't', 1));
        expect(bytes(again)).toEqual(state);
        expect(again.correct(0.37)).toBe(made.correct(0.37));
      }),
    );
  });

  it('brings an over-sure predictor down to what comes true', () => {
    const random = seededRandom(4);
    const platt = new PlattCalibrator();
    const [before, after] = [new CalibrationError(), new CalibrationError()];
    for (let i = 0; i < 4000; i++) {
      const stated = 0.3 + 0.6 * random();
      const right = random() < stated - 0.25;
      before.observe(stated, right);
      after.observe(platt.correct(stated), right);
      platt.learnOne(stated, right);
    }
    expect(before.report()?.ece ?? 0).toBeGreaterThan(0.2);
    expect(after.report()?.ece ?? 1).toBeLessThan(0.05);
    expect(platt.correct(0.8)).toBeGreaterThan(platt.correct(0.4));
  });

  it('never falls, even where the sure are wrong and the unsure right', () => {
    const made = new PlattCalibrator();
    for (let i = 0; i < 3000; i++) made.learnOne(i % 2 === 0 ? 0.95 : 0.05, i % 2 === 1);
    expect(made.correct(0.95)).toBeGreaterThan(made.correct(0.05));
    expect(made.correct(0.95)).toBeLessThan(0.65);
  });

  it('refuses what is no probability or no weight, and is then as before', () => {
    const made = new PlattCalibrator();
    const before = bytes(made);
    const refused = expect.objectContaining({ code: 'LMCP_BAD_FEATURES' });
    for (const p of [Number.NaN, -0.1, 1.1, Infinity]) expect(() => made.learnOne(p, true)).toThrow(refused);
    for (const weight of [0, -1, Number.NaN, Infinity])
      expect(() => made.learnOne(0.5, true, weight)).toThrow(refused);
    expect(bytes(made)).toEqual(before);
  });
});

describe('AdaptiveConformal', () => {
  const labels = ['a', 'b', 'c', 'd', 'e'];
  /** A forecaster whose honesty changes: at first right, then over-sure, then hopeless. */
  function stream(n: number, seed: number): { said: Distribution; truth: string }[] {
    const random = seededRandom(seed);
    return Array.from({ length: n }, (_, i) => {
      const scores = labels.map(() => random() ** 3 + 0.01);
      const sum = scores.reduce((x, y) => x + y, 0);
      const p = new Map(labels.map((label, k) => [label, (scores[k] ?? 0) / sum]));
      let u = random();
      let truth = 'unheard';
      const stage = Math.floor((3 * i) / n);
      if (stage === 2) truth = labels[Math.floor(u * 5)] ?? 'a';
      else if (stage === 0 || random() < 0.8) {
        for (const [label, value] of p) {
          truth = label;
          u -= value;
          if (u < 0) break;
        }
      } else truth = labels[Math.floor(random() * 5)] ?? 'a';
      return { said: { p, other: 0 }, truth };
    });
  }

  it.each([0.05, 0.1, 0.3])('misses as often as asked (%f), though the stream changes', (miss) => {
    const made = new AdaptiveConformal({ miss });
    let late = 0;
    const events = stream(6000, 8);
    for (const [i, { said, truth }] of events.entries()) {
      if (i >= 4000 && !made.predictOne(said).labels.includes(truth)) late++;
      made.learnOne(said, truth);
    }
    // The theorem's bound at n = 6,000 and rate .01 is .017.
    expect(Math.abs((made.report()?.missed ?? 1) - miss)).toBeLessThan(0.017);
    expect(Math.abs(late / 2000 - miss)).toBeLessThan(0.05);
  });

  it('keeps its promise on the worst of streams: a truth that is never listed', () => {
    const made = new AdaptiveConformal({ miss: 0.2, rate: 0.05 });
    for (let i = 0; i < 2000; i++) made.learnOne({ p: new Map([['a', 1]]), other: 0 }, 'never');
    expect(made.report()?.missed ?? 1).toBeLessThan(0.2 + 1.05 / (0.05 * 2000) + 1e-9);
  });

  it('offers everything before it knows anything, and asking changes nothing', () => {
    const made = new AdaptiveConformal();
    const p = new Map(Object.entries({ a: 0.6, b: 0.4 }));
    const said = { p, other: 0 };
    const before = bytes(made);
    expect(made.predictOne(said)).toEqual({ labels: ['a', 'b'], open: true });
    expect(bytes(made)).toEqual(before);
    for (const { said: one, truth } of stream(300, 2)) made.learnOne(one, truth);
    const again = new AdaptiveConformal();
    again.read(new StateReader(bytes(made), 't', 1));
    expect(bytes(again)).toEqual(bytes(made));
    expect(again.predictOne(said)).toEqual(made.predictOne(said));
  });
});

describe('running lower bound', () => {
  it('lies above the running mean of the true probabilities in at most 5 % of streams, watched at every outcome', () => {
    const random = seededRandom(12);
    let wrong = 0;
    for (let s = 0; s < 300; s++) {
      let [right, expected] = [0, 0];
      for (let n = 1; n <= 800; n++) {
        // Not stationary: the bound speaks of the mean so far.
        const p = 0.9 + 0.08 * Math.sin(n / 60 + s);
        expected += p;
        if (random() < p) right++;
        if (right > expected && logEvidence(right, n, expected / n) >= Math.log(20)) {
          wrong++;
          break;
        }
      }
    }
    // 5 % of 300 is 15; four standard deviations above is 30.
    expect(wrong).toBeLessThan(30);
  });

  it('comes near the share as outcomes come in, and proves nothing from nothing', () => {
    expect(runningLowerBound(0, 0, 0.05)).toBe(0);
    expect(runningLowerBound(0, 100, 0.05)).toBe(0);
    expect(runningLowerBound(100, 100, 0.05)).toBeGreaterThan(0.93);
    let last = 0;
    for (const n of [50, 500, 5000, 50_000]) {
      const bound = runningLowerBound(0.9 * n, n, 0.05);
      expect(bound).toBeGreaterThan(last);
      expect(bound).toBeLessThan(0.9);
      last = bound;
    }
    expect(last).toBeGreaterThan(0.89);
  });
});
