/** Which calls are timed: all while there are few, a fair sample while there are many, and none is lost from the count. */
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../learning/contract/index.js';
import { Pace } from './pace.js';

/** Calls at a steady rate: the weights they were given. */
function weights(pace: Pace, clock: { now: number }, calls: number, perSecond: number): number[] {
  return Array.from({ length: calls }, () => {
    clock.now += 1000 / perSecond;
    return pace.next();
  });
}

function rig() {
  const clock = { now: 0 };
  const random = seededRandom(5);
  return { clock, pace: new Pace({ full: 1000, longest: 16, now: () => clock.now, random }) };
}

const sum = (values: number[]) => values.reduce((a, b) => a + b, 0);
const timed = (values: number[]) => values.filter((weight) => weight > 0).length;

describe('the pace', () => {
  it('times every call up to the full rate, and every call of a short burst', () => {
    const { clock, pace } = rig();
    expect(weights(pace, clock, 500, 900).every((weight) => weight === 1)).toBe(true);
    clock.now += 60_000;
    pace.next();
    expect(weights(pace, clock, 40, 100_000).every((weight) => weight === 1)).toBe(true);
  });

  it('times a sample above it, whose weights add up to all', () => {
    const { clock, pace } = rig();
    weights(pace, clock, 2_000, 8_000);
    const sampled = weights(pace, clock, 40_000, 8_000);
    expect(timed(sampled) / sampled.length).toBeCloseTo(1 / 8, 1);
    expect(Math.abs(sum(sampled) - sampled.length)).toBeLessThan(32);
    const most = weights(pace, clock, 100_000, 100_000);
    expect(timed(most) / most.length).toBeGreaterThan(1 / 18);
    expect(timed(most) / most.length).toBeLessThan(1 / 14);
  });

  it('does not keep step with callers that take turns', () => {
    const { clock, pace } = rig();
    weights(pace, clock, 2_000, 8_000);
    const sampled = weights(pace, clock, 80_000, 8_000);
    const even = sum(sampled.filter((_, i) => i % 2 === 0));
    expect(Math.abs(even / sum(sampled) - 0.5)).toBeLessThan(0.03);
  });

  it('times every call again once it is quiet', () => {
    const { clock, pace } = rig();
    weights(pace, clock, 50_000, 50_000);
    weights(pace, clock, 40, 1);
    expect(weights(pace, clock, 20, 1).every((weight) => weight === 1)).toBe(true);
  });
});
