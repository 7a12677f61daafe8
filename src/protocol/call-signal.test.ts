/** The light signal behaves as AbortSignal towards everyone who only listens. */
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { CallSignal } from './call-signal.js';

const kinds: Record<string, () => { signal: AbortSignal; abort: () => void }> = {
  native: () => {
    const controller = new AbortController();
    return { signal: controller.signal, abort: () => controller.abort() };
  },
  light: () => {
    const signal = new CallSignal();
    return { signal, abort: () => signal.abort() };
  },
};

describe.each(Object.entries(kinds))('a %s signal', (_name, make) => {
  it('tells each listener once, functions and objects alike, and not those that left', () => {
    const { signal, abort } = make();
    const told: string[] = [];
    const left = () => told.push('left');
    const twice = () => told.push('function');
    signal.addEventListener('abort', twice);
    signal.addEventListener('abort', twice);
    signal.addEventListener('abort', { handleEvent: ({ type }: Event) => told.push(type) });
    signal.addEventListener('abort', left);
    signal.removeEventListener('abort', left);
    expect(signal.aborted).toBe(false);
    expect(() => signal.throwIfAborted()).not.toThrow();
    abort();
    abort();
    expect(told).toEqual(['function', 'abort']);
    expect(signal.aborted).toBe(true);
    expect(() => signal.throwIfAborted()).toThrow(expect.objectContaining({ name: 'AbortError' }));
    signal.addEventListener('abort', twice);
    expect(told).toHaveLength(2);
  });

  it('calls onabort', () => {
    const { signal, abort } = make();
    let called = 0;
    signal.onabort = () => {
      called += 1;
    };
    abort();
    abort();
    expect(called).toBe(1);
  });

  it('cancels what Node itself waits for', async () => {
    const { signal, abort } = make();
    const waiting = delay(10_000, undefined, { signal });
    abort();
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
  });
});
