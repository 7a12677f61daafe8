/** Questions to a client of 2025-11-25: each ends once, in time, and there are only so many. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Asks, type Outlet } from './asks.js';

const sent: { id?: string; method: string; params: unknown }[] = [];
const heard = (bytes: Uint8Array) => sent.push(JSON.parse(Buffer.from(bytes).toString('utf8')));
const outlet: Outlet = {
  notify: (bytes) => void heard(bytes),
  deliver: (bytes) => heard(bytes) > 0,
};
const call = {};
const question = ['elicitation/create', {}] as const;
const response = new Uint8Array([1]);

beforeEach(() => {
  sent.length = 0;
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('questions', () => {
  it('end with an error when nobody answers for ten minutes; an answer after that is ignored', async () => {
    const asks = new Asks();
    const asked = asks.ask(outlet, call, question);
    const ended = expect(asked).rejects.toMatchObject({ code: 'LMCP_NO_ANSWER' });
    vi.advanceTimersByTime(10 * 60_000 - 1);
    expect(sent).toHaveLength(1);
    vi.advanceTimersByTime(1);
    await ended;
    const id = sent[0]?.id;
    expect(sent[1]).toMatchObject({ method: 'notifications/cancelled', params: { requestId: id } });
    asks.answered(id, response);
    asks.endOf(call);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('leave no timer behind, however they end', async () => {
    const asks = new Asks();
    const answered = asks.ask(outlet, call, question);
    asks.answered(sent[0]?.id, response);
    expect(await answered).toBe(response);
    const gone = { code: 'LMCP_CLIENT_GONE' };
    const closings = [() => asks.endOf(call), () => asks.lost(outlet), () => asks.close()];
    for (const close of closings) {
      const ended = expect(asks.ask(outlet, call, question)).rejects.toMatchObject(gone);
      expect(vi.getTimerCount()).toBe(1);
      close();
      await ended;
      expect(vi.getTimerCount()).toBe(0);
    }
    const closed = { ...outlet, deliver: () => false };
    await expect(asks.ask(closed, call, question)).rejects.toMatchObject(gone);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('are 64 at most for one client; one that ended makes room', async () => {
    const asks = new Asks(1000);
    const open = Array.from({ length: 64 }, () => asks.ask(outlet, call, question));
    const overloaded = { code: 'LMCP_OVERLOADED' };
    await expect(asks.ask(outlet, call, question)).rejects.toMatchObject(overloaded);
    expect(sent).toHaveLength(64);
    asks.answered(sent[3]?.id, response);
    expect(await open[3]).toBe(response);
    const again = asks.ask(outlet, call, question);
    const all = Promise.allSettled([...open, again]);
    vi.advanceTimersByTime(1000);
    const unanswered = (await all).filter(
      (it) => it.status === 'rejected' && it.reason.code === 'LMCP_NO_ANSWER',
    );
    expect(unanswered).toHaveLength(64);
  });
});
