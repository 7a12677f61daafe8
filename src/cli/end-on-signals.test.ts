import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { endOnSignals } from './end-on-signals.js';

function daemon() {
  const source = new EventEmitter();
  const seen: (string | number)[] = [];
  let time = 1_000;
  endOnSignals({
    source,
    now: () => time,
    stop: (reason) => seen.push(reason),
    say: () => undefined,
    exit: (code) => seen.push(code),
  });
  const signal = (name: string, after: number) => {
    time += after;
    source.emit(name);
  };
  return { seen, signal };
}

describe('signals', () => {
  it('end in order first, at once the second time', () => {
    const { seen, signal } = daemon();
    signal('SIGINT', 0);
    expect(seen).toEqual(['interrupted']);
    signal('SIGINT', 500);
    expect(seen).toEqual(['interrupted', 130]);
  });

  it('count an echo of the first as the first', () => {
    const { seen, signal } = daemon();
    signal('SIGTERM', 0);
    signal('SIGTERM', 20);
    expect(seen).toEqual(['asked to end']);
    signal('SIGTERM', 400);
    expect(seen).toEqual(['asked to end', 143]);
  });
});
