/** The lift since the last change: a past neither keeps a loser nor holds down a winner, and restarts claim nothing false. */
import { describe, expect, it } from 'vitest';
import { DifferenceSequence } from './confidence-sequence.js';
import { seededRandom } from './contract/index.js';
import { errorShare, startShare } from './error-budget.js';
import { PairedLift } from './paired-lift.js';
import { StateReader, StateWriter } from './state-codec.js';

/** Feeds differences of two independent predictors with those skills; tells at which of them `until` held first. */
function feed(
  lift: PairedLift,
  skills: { readonly random: () => number; readonly own: number; readonly other: number },
  events: number,
  until: () => boolean = () => false,
): number {
  const { random, own, other } = skills;
  for (let i = 1; i <= events; i++) {
    lift.observe((random() < own ? 1 : 0) - (random() < other ? 1 : 0), 1, i);
    if (until()) return i;
  }
  return Number.POSITIVE_INFINITY;
}

describe('PairedLift', () => {
  it('takes the word from a model that wins for long and then loses, within 600 events', () => {
    const random = seededRandom(61);
    for (let run = 0; run < 20; run++) {
      const lift = new PairedLift();
      feed(lift, { random, own: 0.7, other: 0.55 }, 10_000);
      expect(lift.positive).toBe(true);
      expect(feed(lift, { random, own: 0.5, other: 0.55 }, 600, () => !lift.positive)).toBeLessThan(600);
      feed(lift, { random, own: 0.5, other: 0.55 }, 600);
      expect(lift.positive).toBe(false);
    }
  });

  it('lets a model win again that lost for 20,000 events, within 2,000', () => {
    const random = seededRandom(62);
    for (let run = 0; run < 10; run++) {
      const lift = new PairedLift();
      feed(lift, { random, own: 0.5, other: 0.65 }, 20_000);
      expect(lift.positive).toBe(false);
      expect(feed(lift, { random, own: 0.65, other: 0.55 }, 2000, () => lift.positive)).toBeLessThan(2000);
    }
    // Without a restart the past would weigh for years.
    const lifelong = new DifferenceSequence();
    const next = () => (random() < 0.65 ? 1 : 0) - (random() < 0.55 ? 1 : 0);
    for (let i = 0; i < 20_000; i++) lifelong.observe((random() < 0.5 ? 1 : 0) - (random() < 0.65 ? 1 : 0));
    for (let i = 0; i < 20_000; i++) lifelong.observe(next());
    expect(lifelong.positive).toBe(false);
  });

  it('keeps the word with a model that wins by less than before, but clearly', () => {
    const random = seededRandom(63);
    const lift = new PairedLift();
    feed(lift, { random, own: 0.9, other: 0.3 }, 5000);
    expect(feed(lift, { random, own: 0.7, other: 0.4 }, 3000, () => lift.since !== null)).toBeLessThan(400);
    let silent = 0;
    feed(lift, { random, own: 0.7, other: 0.4 }, 3000, () => {
      if (!lift.positive) silent++;
      return false;
    });
    expect(silent).toBeLessThan(150);
    const { mean, interval } = lift.report()!;
    expect(mean).toBeGreaterThan(0.2);
    expect(mean).toBeLessThan(0.4);
    expect(interval[0]).toBeGreaterThan(0);
  });

  it('is not without a verdict while a lift that fell from 69 to 10 points is proven anew', () => {
    const random = seededRandom(68);
    const all: number[] = [];
    for (let run = 0; run < 10; run++) {
      const lift = new PairedLift();
      const difference = (up: number, down: number) => {
        const u = random();
        return u < up ? 1 : u > 1 - down ? -1 : 0;
      };
      for (let i = 0; i < 3000; i++) lift.observe(difference(0.72, 0.03), 1, i);
      let silent = 0;
      for (let i = 0; i < 1500; i++) {
        lift.observe(difference(0.15, 0.05), 1, 3000 + i);
        if (!lift.positive) silent++;
        // What is shown is what decides.
        expect(lift.report()!.interval[0] > 0).toBe(lift.positive);
      }
      all.push(silent);
    }
    // Without what was proven before, some hundred events.
    expect(all.sort((a, b) => a - b)[5]).toBeLessThan(50);
    expect(Math.max(...all)).toBeLessThan(200);
  });

  it('does not keep the word for a past of 69 points with a model that now loses, or long with one that is equal', () => {
    const random = seededRandom(69);
    for (let run = 0; run < 20; run++) {
      const lift = new PairedLift();
      feed(lift, { random, own: 0.9, other: 0.21 }, 3000);
      expect(feed(lift, { random, own: 0.5, other: 0.6 }, 300, () => !lift.positive)).toBeLessThan(300);
      const equal = new PairedLift();
      feed(equal, { random, own: 0.9, other: 0.21 }, 3000);
      feed(equal, { random, own: 0.6, other: 0.6 }, 1500);
      expect(equal.positive).toBe(false);
    }
  });

  it('claims no lift in at least 95 % of 1,000 pairs of equal skill that changes for both', () => {
    const seed = 64;
    const random = seededRandom(seed);
    let claimed = 0;
    for (let run = 0; run < 1000; run++) {
      const lift = new PairedLift();
      let any = false;
      for (let part = 0; part < 4 && !any; part++) {
        const skill = 0.1 + 0.8 * random();
        any = feed(lift, { random, own: skill, other: skill }, 800, () => lift.positive) < Infinity;
      }
      if (any) claimed++;
    }
    expect(claimed, `seed ${seed}`).toBeLessThanOrEqual(50);
  });

  it('claims nothing false of the present in 95 % of pairs whose lead is lost again and again', () => {
    const seed = 65;
    const random = seededRandom(seed);
    let claimed = 0;
    const runs = 100;
    for (let run = 0; run < runs; run++) {
      const lift = new PairedLift();
      let wrong = false;
      for (let part = 0; part < 3; part++) {
        feed(lift, { random, own: 0.4, other: 0.7 }, 1500);
        // Equal from here: once the restart has taken the past away, nothing may be claimed.
        feed(lift, { random, own: 0.6, other: 0.6 }, 500);
        wrong ||= feed(lift, { random, own: 0.6, other: 0.6 }, 1500, () => lift.positive) < Infinity;
      }
      if (wrong) claimed++;
    }
    expect(claimed, `seed ${seed}`).toBeLessThanOrEqual(0.05 * runs);
  });

  it('tells of a change once with its means, and goes on from a snapshot as it would have', () => {
    const random = seededRandom(66);
    const lift = new PairedLift();
    feed(lift, { random, own: 0.9, other: 0.3 }, 3000);
    const change = Array.from({ length: 400 }, (_, i) =>
      lift.observe((random() < 0.3 ? 1 : 0) - (random() < 0.9 ? 1 : 0), 1, 5000 + i),
    ).find((found) => found !== null)!;
    expect(change.direction).toBe('fell');
    expect(change.before).toBeGreaterThan(0.5);
    expect(change.after).toBeLessThan(0);
    expect(lift.since).toBeGreaterThanOrEqual(5000);
    const bytes = (it: PairedLift) => {
      const out = new StateWriter('t', 1);
      it.write(out);
      return out.finish();
    };
    const again = PairedLift.read(new StateReader(bytes(lift), 't', 1));
    for (const it of [lift, again]) feed(it, { random: seededRandom(67), own: 0.6, other: 0.5 }, 700);
    expect(bytes(again)).toEqual(bytes(lift));
    expect([again.since, again.report()]).toEqual([lift.since, lift.report()]);
  });
});

describe('the error budget', () => {
  it('is never spent twice', () => {
    let [epochs, starts] = [0, 0];
    for (let i = 0; i < 100_000; i++) {
      epochs += errorShare(i + 1);
      starts += startShare(i);
    }
    expect(epochs).toBeLessThan(1);
    expect(epochs).toBeGreaterThan(0.9999);
    // What is left for all later starts falls with their logarithm.
    expect(starts).toBeLessThan(1);
    expect(starts).toBeGreaterThan(0.9);
  });
});
