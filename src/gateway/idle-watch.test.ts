import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { IdleWatch } from './idle-watch.js';

describe('idle watch', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());
  const now = () => Date.now();

  it('fires once nothing has happened for the whole time', () => {
    const onIdle = vi.fn();
    const watch = new IdleWatch({ after: 1_000, busy: () => false, now, onIdle });
    vi.advanceTimersByTime(900);
    watch.touch();
    vi.advanceTimersByTime(950);
    expect(onIdle).not.toHaveBeenCalled();
    vi.advanceTimersByTime(100);
    expect(onIdle).toHaveBeenCalledOnce();
    vi.advanceTimersByTime(10_000);
    expect(onIdle).toHaveBeenCalledOnce();
  });

  it('stays while a bridge is connected, and counts from its end', () => {
    const onIdle = vi.fn();
    let connected = true;
    new IdleWatch({ after: 1_000, busy: () => connected, now, onIdle });
    vi.advanceTimersByTime(10_500);
    connected = false;
    vi.advanceTimersByTime(900);
    expect(onIdle).not.toHaveBeenCalled();
    vi.advanceTimersByTime(200);
    expect(onIdle).toHaveBeenCalledOnce();
  });

  it('never fires when switched off or stopped', () => {
    const onIdle = vi.fn();
    new IdleWatch({ after: 0, busy: () => false, now, onIdle });
    new IdleWatch({ after: 10, busy: () => false, now, onIdle }).stop();
    vi.advanceTimersByTime(100_000);
    expect(onIdle).not.toHaveBeenCalled();
  });
});
