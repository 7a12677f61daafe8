import { expect, it } from 'vitest';
import { memoryKeeper } from './memory-keeper.js';
import { type MemoryUse, Pulse, PulseView, pulseMemory } from './pulse.js';

function keeper(uses: readonly number[]) {
  const memory = pulseMemory();
  const view = new PulseView(memory);
  const told: string[] = [];
  let measured = 0;
  let finish = () => {};
  const beat = memoryKeeper({
    pulse: new Pulse(memory),
    limitBytes: 100 * 1024,
    letGo: () => {
      told.push('let go');
      return new Promise<void>((resolve) => {
        finish = resolve;
      });
    },
    measure: (): MemoryUse => ({
      heapBytes: 0,
      externalBytes: (uses[measured++] ?? uses.at(-1) ?? 0) * 1024,
    }),
    collect: () => told.push('collected'),
  });
  return { beat, view, told, finish: () => finish() };
}

it('publishes what it measures within its limit', () => {
  const { beat, view, told } = keeper([50]);
  beat();
  expect(view.memory.externalBytes).toBe(50 * 1024);
  expect(view.beats).toBe(1);
  expect(told).toEqual([]);
});

it('does not publish garbage', () => {
  const { beat, view, told } = keeper([120, 40]);
  beat();
  expect(view.memory.externalBytes).toBe(40 * 1024);
  expect(told).toEqual(['collected']);
  expect(view.lettingGo).toBe(false);
});

it('lets go of what it can when garbage was not all, once at a time, and measures again', async () => {
  const { beat, view, told, finish } = keeper([120, 120, 130, 130, 60]);
  beat();
  expect(view.lettingGo).toBe(true);
  expect(view.memory.externalBytes).toBe(120 * 1024);
  beat();
  expect(told).toEqual(['collected', 'let go', 'collected']);
  finish();
  await new Promise((resolve) => setImmediate(resolve));
  expect(view.lettingGo).toBe(false);
  expect(view.memory.externalBytes).toBe(60 * 1024);
});
