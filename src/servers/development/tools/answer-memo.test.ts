import { describe, expect, it } from 'vitest';
import { AnswerMemo } from './answer-memo.js';

function rig(capacity = 2) {
  let time = 0;
  let computed = 0;
  const memo = new AnswerMemo<number>({ capacity, maxAgeMs: 100, now: () => time });
  return {
    memo,
    ask: (question: string, revision = 1) => memo.get(question, revision, () => ++computed),
    wait: (ms: number) => {
      time += ms;
    },
  };
}

describe('AnswerMemo', () => {
  it('gives an answer again while revision and age allow', () => {
    const { ask, wait } = rig();
    expect(ask('a')).toBe(1);
    wait(99);
    expect(ask('a')).toBe(1);
  });

  it('answers anew once the learner has moved on', () => {
    const { ask } = rig();
    ask('a', 1);
    expect(ask('a', 2)).toBe(2);
    expect(ask('a', 1)).toBe(3);
  });

  it('answers anew at its age, counted from when it was computed', () => {
    const { ask, wait } = rig();
    ask('a');
    wait(60);
    ask('a');
    wait(40);
    expect(ask('a')).toBe(2);
  });

  it('keeps no more than its capacity', () => {
    const { ask, memo } = rig(2);
    ask('a');
    ask('b');
    ask('c');
    expect(memo.size).toBe(2);
    expect(ask('b')).toBe(2);
    expect(ask('a')).toBe(4);
  });

  it('keeps nothing of a computation that failed', () => {
    const { memo, ask } = rig();
    expect(() =>
      memo.get('a', 1, () => {
        throw new Error('no');
      }),
    ).toThrow('no');
    expect(ask('a')).toBe(1);
  });
});
