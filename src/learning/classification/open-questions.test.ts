/** Open questions: taken once, the oldest giving way by count and by weight. */
import { describe, expect, it } from 'vitest';
import { OpenQuestions } from './open-questions.js';

describe('OpenQuestions', () => {
  it('hands out each question once', () => {
    const open = new OpenQuestions<string>();
    open.open('a', 'first', 1);
    open.open('a', 'second', 1);
    expect(open.size).toBe(1);
    expect(open.has('a')).toBe(true);
    expect(open.take('a')).toBe('second');
    expect(open.take('a')).toBeUndefined();
    expect(open.expired).toBe(0);
  });

  it('lets the oldest give way by count', () => {
    const open = new OpenQuestions<number>({ count: 3 });
    for (let i = 0; i < 10; i++) open.open(`q${i}`, i, 1);
    expect([open.size, open.expired]).toEqual([3, 7]);
    expect([open.has('q6'), open.has('q7')]).toEqual([false, true]);
  });

  it('lets the oldest give way by weight, and what is taken makes room', () => {
    const open = new OpenQuestions<number>({ weight: 10 });
    for (let i = 0; i < 100; i++) {
      open.open(`q${i}`, i, 4);
      open.take(`q${i}`);
    }
    expect([open.size, open.expired]).toEqual([0, 0]);
    for (let i = 0; i < 4; i++) open.open(`w${i}`, i, 4);
    expect([open.size, open.expired]).toEqual([2, 2]);
    open.open('huge', 1, 99);
    expect([open.size, open.expired]).toEqual([0, 5]);
  });
});
