/** A repeated question is one prediction; a changed answer, another session or a settled receipt is another. */
import { describe, expect, it } from 'vitest';
import type { Workspace } from '../../../runtime/index.js';
import { StateMap } from '../../../runtime/state-map.js';
import { type Answered, sessionReceipt } from './session-receipt.js';

function rig() {
  const clock = { now: 0 };
  const state: Workspace['state'] = new StateMap({
    maxEntries: 10,
    maxBytes: 10_000,
    sizeOf: () => 1,
    now: () => clock.now,
  });
  let written = 0;
  const asked: Answered = { session: 's', paths: ['a.ts', 'b.ts'], revision: 1, ranked: ['c.ts', 'd.ts'] };
  const ask = (change: Partial<Answered> = {}) =>
    sessionReceipt(state, { ...asked, ...change }, () => {
      written += 1;
      return `receipt ${written}`;
    });
  return { ask, clock, state, asked };
}

describe('a session’s receipt', () => {
  it('is the same when the session asks the same and is answered the same', () => {
    const { ask } = rig();
    expect([ask(), ask(), ask()]).toEqual(['receipt 1', 'receipt 1', 'receipt 1']);
  });

  it.each([
    ['another session', { session: 't' }],
    ['other paths', { paths: ['a.ts'] }],
    ['something learned or settled since', { revision: 2 }],
    ['another answer', { ranked: ['d.ts', 'c.ts'] }],
  ])('is a new one for %s', (_, change) => {
    const { ask } = rig();
    expect([ask(), ask(change)]).toEqual(['receipt 1', 'receipt 2']);
  });

  it('is a new one after ten minutes', () => {
    const { ask, clock } = rig();
    ask();
    clock.now = 10 * 60_000;
    expect(ask()).toBe('receipt 2');
  });

  it('is asked for again when it was sampled out', () => {
    const { state, asked, ask } = rig();
    expect(sessionReceipt(state, asked, () => null)).toBeNull();
    expect(ask()).toBe('receipt 1');
  });
});
