/** Seasonal smoothing: cycles and trends are found, bands hold what they say, state is finite and bounded. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../contract/index.js';
import { StateReader, StateWriter } from '../../state-codec.js';
import { SeasonalSmoothing } from './seasonal-smoothing.js';

class FiniteWriter extends StateWriter {
  override f64(value: number): this {
    if (!Number.isFinite(value)) throw new Error(`The state holds ${value}.`);
    return super.f64(value);
  }
}
function bytes(model: SeasonalSmoothing): Uint8Array {
  const out = new FiniteWriter('t', 1);
  model.write(out);
  return out.finish();
}

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Hours of a week: a daily wave, quieter weekends, a slow rise, noise of one. */
function load(hour: number, random: () => number): number {
  const day = Math.floor(hour / 24) % 7;
  return 100 + hour * 0.01 + 20 * Math.sin((2 * Math.PI * hour) / 24) - (day >= 5 ? 25 : 0) + normal(random);
}

describe('SeasonalSmoothing', () => {
  it('beats last week’s same hour on a series with two cycles, a day ahead', () => {
    const random = seededRandom(1);
    const series = Array.from({ length: 24 * 7 * 10 }, (_, hour) => load(hour, random));
    const model = new SeasonalSmoothing({ cycles: [24, 168] });
    let [ours, naive, n] = [0, 0, 0];
    for (const [hour, y] of series.entries()) {
      const target = series[hour + 23];
      const before = series[hour - 145];
      if (hour > 24 * 7 * 5 && target !== undefined && before !== undefined) {
        ours += Math.abs(model.forecastOne(24).mean - target);
        naive += Math.abs(before - target);
        n++;
      }
      model.learnOne(y);
    }
    expect(n).toBeGreaterThan(500);
    expect(ours).toBeLessThan(0.9 * naive);
  });

  it('follows a trend without cycles, and one cycle', () => {
    const plain = new SeasonalSmoothing({ level: 0.3, trend: 0.3, damping: 1 });
    for (let t = 0; t < 300; t++) plain.learnOne(5 + 2 * t);
    expect(Math.abs(plain.forecastOne(10).mean - (5 + 2 * 309))).toBeLessThan(2);
    const weekly = new SeasonalSmoothing({ cycles: [7] });
    for (let t = 0; t < 210; t++) weekly.learnOne(t % 7 === 6 ? 10 : 50);
    for (let h = 1; h <= 14; h++)
      expect(Math.abs(weekly.forecastOne(h).mean - ((209 + h) % 7 === 6 ? 10 : 50))).toBeLessThan(1);
  });

  it('follows a cycle that changes its shape', () => {
    const model = new SeasonalSmoothing({ cycles: [7] });
    for (let t = 0; t < 420; t++) model.learnOne(t % 7 === (t < 210 ? 6 : 2) ? 10 : 50);
    for (let h = 1; h <= 7; h++)
      expect(Math.abs(model.forecastOne(h).mean - ((419 + h) % 7 === 2 ? 10 : 50))).toBeLessThan(2);
  });

  it('has bands that hold about what they say, wider further ahead', () => {
    const random = seededRandom(2);
    const model = new SeasonalSmoothing({ cycles: [24] });
    let [inside, n] = [0, 0];
    for (let t = 0; t < 3000; t++) {
      const y = 50 + 10 * Math.sin((2 * Math.PI * t) / 24) + normal(random);
      if (t > 600) {
        const [low = 0, high = 0] = model.forecastOne(1, [0.05, 0.95]).quantiles ?? [];
        n++;
        if (y >= low && y <= high) inside++;
      }
      model.learnOne(y);
    }
    expect(inside / n).toBeGreaterThan(0.87);
    expect(inside / n).toBeLessThan(0.93);
    const width = (steps: number) => {
      const [low = 0, high = 0] = model.forecastOne(steps, [0.05, 0.95]).quantiles ?? [];
      return high - low;
    };
    expect(width(48)).toBeGreaterThan(width(1));
  });

  it('says no quantile before it has seen errors', () => {
    const model = new SeasonalSmoothing({ cycles: [24] });
    expect(model.forecastOne(1, [0.5]).quantiles).toBeNull();
    for (let t = 0; t < 30; t++) model.learnOne(t);
    expect(model.forecastOne(1, [0.5]).quantiles).toBeNull();
    for (let t = 0; t < 30; t++) model.learnOne(t);
    expect(model.forecastOne(1, [0.5]).quantiles).not.toBeNull();
  });

  it('stays finite, bounded and restorable; asking changes nothing', () => {
    const value = fc.oneof(
      fc.constantFrom(0, 1e100, -1e100, 5e-324),
      fc.double({ min: -1e100, max: 1e100, noNaN: true }),
    );
    fc.assert(
      fc.property(fc.array(value, { maxLength: 120 }), (series) => {
        const model = new SeasonalSmoothing({ cycles: [3, 12] });
        for (const y of series) {
          model.learnOne(y);
          const before = bytes(model);
          const { mean, quantiles } = model.forecastOne(5, [0.9]);
          expect([mean, ...(quantiles ?? [])].every(Number.isFinite)).toBe(true);
          expect(bytes(model)).toEqual(before);
        }
        const again = new SeasonalSmoothing({ cycles: [3, 12] });
        again.read(new StateReader(bytes(model), 't', 1));
        model.learnOne(1);
        again.learnOne(1);
        expect(bytes(again)).toEqual(bytes(model));
      }),
      { numRuns: 40 },
    );
    const model = new SeasonalSmoothing({ cycles: [24, 168] });
    for (let t = 0; t < 20_000; t++) model.learnOne(t % 7);
    expect(model.size).toBeLessThan(24 + 168 + 2 * 360);
  });

  it('refuses what is not finite, other cycles and a snapshot of other cycles', () => {
    const model = new SeasonalSmoothing({ cycles: [24] });
    for (const y of [Number.NaN, Infinity])
      expect(() => model.learnOne(y)).toThrow(expect.objectContaining({ code: 'LMCP_BAD_FEATURES' }));
    for (const steps of [Number.NaN, Infinity, 1e7])
      expect(() => model.forecastOne(steps, [0.5])).toThrow(
        expect.objectContaining({ code: 'LMCP_BAD_FEATURES' }),
      );
    for (const cycles of [[1], [2.5], [2, 3, 4], [1e9]])
      expect(() => new SeasonalSmoothing({ cycles })).toThrow(/Cycles/);
    const other = new SeasonalSmoothing({ cycles: [12] });
    expect(() => other.read(new StateReader(bytes(model), 't', 1))).toThrow(
      expect.objectContaining({ code: 'LMCP_BAD_STATE' }),
    );
  });
});
