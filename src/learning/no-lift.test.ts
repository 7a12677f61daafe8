/**
 * A/A runs of the scorecard's gate: equal predictors are not told apart, however often one looks; a real lift is found.
 * Two predictors are independent: each is right by its own coin, as models of different kinds are.
 */
import { describe, expect, it } from 'vitest';
import { seededRandom } from './contract/index.js';
import { Scorecard } from './scorecard.js';

const options = {
  task: 'coin',
  kind: 'history',
  model: 'one',
  baselines: ['other'],
  metrics: ['right'],
  primary: 'right',
} as const;
const hit = { right: 1 };
const miss = { right: 0 };

/** The event at which the gate first lets the model answer; undefined when it never does. */
function firstLift(random: () => number, skill: { one: number; other: number }, events: number) {
  const card = new Scorecard(options);
  for (let i = 1; i <= events; i++) {
    card.observe({
      scores: { one: random() < skill.one ? hit : miss, other: random() < skill.other ? hit : miss },
    });
    if (card.mode() === 'learned') return i;
  }
  return undefined;
}

describe('scorecard, watched at every event', () => {
  it('shows no lift in at least 95 % of 1,000 pairs of equal skill', () => {
    const seed = 20240607;
    const random = seededRandom(seed);
    let shown = 0;
    for (let run = 0; run < 1000; run++) {
      const skill = 0.5 + 0.4 * random();
      if (firstLift(random, { one: skill, other: skill }, 5000) !== undefined) shown++;
    }
    expect(shown, `seed ${seed}`).toBeLessThanOrEqual(50);
  });

  it('shows a planted lift of 5 points within 5,000 events in at least 90 % of pairs', () => {
    const seed = 7;
    const random = seededRandom(seed);
    const runs = 1000;
    let shown = 0;
    for (let run = 0; run < runs; run++) {
      const skill = 0.5 + 0.4 * random();
      if (firstLift(random, { one: skill + 0.05, other: skill }, 5000) !== undefined) shown++;
    }
    expect(shown / runs, `seed ${seed}`).toBeGreaterThanOrEqual(0.9);
  });
});
