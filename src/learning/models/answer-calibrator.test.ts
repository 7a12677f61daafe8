/** The calibrator of first answers: that it heeds agreement, and starts as the identity. */
import { describe, expect, it } from 'vitest';
import { CalibrationError } from '../calibration-error.js';
import { seededRandom } from '../contract/index.js';
import { StateReader, StateWriter } from '../state-codec.js';
import { AnswerCalibrator } from './answer-calibrator.js';

describe('AnswerCalibrator', () => {
  it('repeats what was stated before it has learned', () => {
    const made = new AnswerCalibrator(2);
    for (const p of [0.1, 0.5, 0.9])
      expect(made.correct(made.inputs([p, 0.05], new Float64Array([0.9, 0])))).toBeCloseTo(p, 2);
  });

  it('tells sure from unsure by the voters where the stated probability does not', () => {
    const random = seededRandom(8);
    const made = new AnswerCalibrator(3);
    const raw = new CalibrationError();
    const corrected = new CalibrationError();
    const inputs = (agrees: boolean) =>
      made.inputs([0.7, 0.2, 0.1], new Float64Array([agrees ? 0.95 : 0.1, 0.6, 0]));
    for (let i = 0; i < 4000; i++) {
      const agrees = random() < 0.5;
      const right = random() < (agrees ? 0.95 : 0.2);
      const x = inputs(agrees);
      if (i >= 3000) raw.observe(0.7, right);
      if (i >= 3000) corrected.observe(made.correct(x), right);
      made.learnOne(x, right);
    }
    expect(made.correct(inputs(true))).toBeGreaterThan(0.9);
    expect(made.correct(inputs(false))).toBeLessThan(0.3);
    expect(raw.report()!.ece).toBeGreaterThan(0.1);
    expect(corrected.report()!.ece).toBeLessThan(0.05);
  });

  it('comes back from a snapshot, and refuses one with other voters', () => {
    const made = new AnswerCalibrator(1);
    const x = made.inputs([0.6], new Float64Array([0.4]));
    for (let i = 0; i < 20; i++) made.learnOne(x, i % 3 === 0);
    const out = new StateWriter('c', 1);
    made.write(out);
    const again = new AnswerCalibrator(1);
    again.read(new StateReader(out.finish(), 'c', 1));
    expect(again.correct(x)).toBe(made.correct(x));
    expect(() => new AnswerCalibrator(2).read(new StateReader(out.finish(), 'c', 1))).toThrow(/other voters/);
  });
});
