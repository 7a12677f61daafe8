import { expect, it } from 'vitest';
import { restartDelay } from './restart-delay.js';

it('waits longer for a thread that dies again and again, and forgives one that lived', () => {
  const delay = restartDelay();
  const waits: number[] = [];
  let now = 0;
  for (let death = 0; death < 12; death++) {
    const wait = delay(now);
    waits.push(wait);
    now += wait + 50;
  }
  expect(waits).toEqual([0, 0, 200, 400, 800, 1600, 3200, 6400, 12_800, 25_600, 30_000, 30_000]);
  expect(delay(now + 10_001)).toBe(0);
  expect(delay(now + 10_002)).toBe(0);
  expect(delay(now + 10_003)).toBe(200);
});
