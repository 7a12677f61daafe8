/** A watched mean: what it tells of a change, in the range that is watched. */
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../contract/index.js';
import { StateReader, StateWriter } from '../state-codec.js';
import { WatchedMean } from './watched-mean.js';

describe('WatchedMean', () => {
  it('tells of a change with the means of both sides and where it began', () => {
    const random = seededRandom(8);
    const watched = new WatchedMean(-1, 1);
    const draw = (p: number) => (random() < p ? 1 : -1);
    for (let i = 0; i < 4000; i++) expect(watched.update(draw(0.8))).toBeNull();
    let i = 0;
    let change = null;
    while (!change && i < 500) {
      change = watched.update(draw(0.3));
      i++;
    }
    expect(change).toMatchObject({ direction: 'fell' });
    expect(change!.before).toBeCloseTo(0.6, 1);
    expect(change!.after).toBeLessThan(0);
    expect(Math.abs(change!.over - i)).toBeLessThan(40);
    expect(watched.recent.n).toBe(change!.over);
    expect(watched.recent.sum / watched.recent.n).toBe(change!.after);
    expect(watched.window.n).toBeGreaterThanOrEqual(watched.recent.n);
  });

  it('knows sum and squares of its window exactly, and after a snapshot', () => {
    const random = seededRandom(9);
    const watched = new WatchedMean(-1, 1);
    const values = Array.from({ length: 777 }, () => Math.round(4 * random() - 2) / 2);
    for (const value of values) watched.update(value);
    const out = new StateWriter('t', 1);
    watched.write(out);
    const again = new WatchedMean(-1, 1);
    again.read(new StateReader(out.finish(), 't', 1));
    for (const { window } of [watched, again]) {
      expect(window.n).toBe(777);
      expect(window.sum).toBeCloseTo(
        values.reduce((a, b) => a + b),
        9,
      );
      expect(window.squares).toBeCloseTo(
        values.reduce((a, b) => a + b * b, 0),
        9,
      );
    }
  });
});
