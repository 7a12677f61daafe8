/** Selective answering: it hardly ever speaks where it must not, speaks where it may, and says how much. */
import { describe, expect, it } from 'vitest';
import { seededRandom } from './contract/index.js';
import { answerWhen, SelectiveAnswering } from './selective.js';
import { StateReader, StateWriter } from './state-codec.js';

describe('answerWhen', () => {
  it('covers what is sure, at the accuracy aimed at, and nothing when nothing is sure', () => {
    const random = seededRandom(5);
    const made = answerWhen({ precision: 0.95 });
    const hopeless = answerWhen({ precision: 0.95 });
    for (let i = 0; i < 5000; i++) {
      const sure = i % 2 === 0;
      made.observe(sure ? 0.98 : 0.6, random() < (sure ? 0.98 : 0.6));
      hopeless.observe(0.9, random() < 0.5);
    }
    expect(made.speaks(0.98)).toBe(true);
    expect(made.speaks(0.6)).toBe(false);
    const report = made.report();
    expect(report.coverage).toBeGreaterThan(0.3);
    expect(report.coverage).toBeLessThan(0.5);
    expect(report.accuracy ?? 0).toBeGreaterThan(0.95);
    expect(report.lower).toBeGreaterThan(0.95);
    expect(report.answered / 5000).toBe(report.coverage);
    expect(hopeless.report()).toEqual({ target: 0.95, coverage: 0, accuracy: null, answered: 0, lower: 0 });
  });

  it('ever speaks below its precision in at most 5 % of streams, though it picks its threshold by looking', () => {
    const random = seededRandom(21);
    let wrong = 0;
    for (let s = 0; s < 200; s++) {
      const made = answerWhen({ precision: 0.9, error: 0.05 });
      // Right in exactly 90 %, however sure it says it is.
      for (let i = 0; i < 1500; i++) made.observe(0.5 + 0.5 * random(), random() < 0.9);
      if (made.report().answered > 0) wrong++;
    }
    // 5 % of 200 is 10; three standard deviations above is 19.
    expect(wrong).toBeLessThan(19);
  });

  it('decides before it counts the outcome, and falls silent when the past no longer proves it', () => {
    const made = answerWhen({ precision: 0.8 });
    let i = 0;
    while (!made.speaks(0.9)) {
      made.observe(0.9, true);
      expect(++i).toBeLessThan(200);
    }
    expect(made.report().answered).toBe(0);
    made.observe(0.9, false);
    expect(made.report()).toMatchObject({ answered: 1, accuracy: 0 });
    for (let k = 0; k < 30; k++) made.observe(0.9, false);
    expect(made.speaks(0.9)).toBe(false);
  });

  it('survives a snapshot and refuses what is no probability', () => {
    const random = seededRandom(2);
    const made = new SelectiveAnswering();
    for (let i = 0; i < 900; i++) made.observe(random(), random() < 0.995);
    const out = new StateWriter('t', 1);
    made.write(out);
    const again = new SelectiveAnswering();
    again.read(new StateReader(out.finish(), 't', 1));
    expect(again.report()).toEqual(made.report());
    expect(again.threshold()).toBe(made.threshold());
    expect(made.threshold()).not.toBeNull();
    for (const confidence of [Number.NaN, -1, 2, Infinity])
      expect(() => made.observe(confidence, true)).toThrow(
        expect.objectContaining({ code: 'LMCP_BAD_FEATURES' }),
      );
    for (const precision of [0, 1, Number.NaN]) expect(() => answerWhen({ precision })).toThrow(/share/);
  });
});
