/** What the gate gave: weighed as the scorecard weighs, silence a miss. */
import { describe, expect, it } from 'vitest';
import { Served } from './served.js';
import { SureAnswers } from './sure-answers.js';

describe('Served', () => {
  it('weighs events and counts silence as a miss', () => {
    const served = new Served(['top-1', 'top-3']);
    expect(served.means()).toEqual({ 'top-1': 0, 'top-3': 0 });
    served.observe({ 'top-1': 1, 'top-3': 1 }, 3);
    served.observe({ 'top-3': 1 });
    served.observe({});
    expect(served.means()).toEqual({ 'top-1': 3 / 5, 'top-3': 4 / 5 });
  });
});

describe('SureAnswers', () => {
  it('counts coverage over all events, accuracy over the answers, and tells single labels from larger answers', () => {
    const sure = new SureAnswers(0.95, [1, 2]);
    expect(sure.report()).toMatchObject({ coverage: 0, accuracy: null, lower: null });
    sure.observe(['a'], 'a');
    sure.observe(['a'], 'b');
    sure.observe(['a', 'b'], 'b');
    sure.observe(null, 'b');
    expect(sure.report()).toMatchObject({
      target: 0.95,
      coverage: 1 / 2,
      accuracy: 1 / 2,
      answered: 2,
      sizes: [
        { size: 1, answered: 2, right: 1, coverage: 1 / 2, accuracy: 1 / 2 },
        { size: 2, answered: 1, right: 1, coverage: 1 / 4, accuracy: 1 },
      ],
    });
    // Wilson's lower ends of one in two, and of one in one.
    expect(sure.report().lower).toBeCloseTo(0.0945, 4);
    expect(sure.report().sizes[1]?.lower).toBeCloseTo(0.2065, 4);
  });
});
