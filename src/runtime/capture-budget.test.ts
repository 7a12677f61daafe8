import { describe, expect, it } from 'vitest';
import { CaptureBudget, captureMemory } from './capture-budget.js';

describe('capture budget', () => {
  it('keeps everything within the budget, with weight one', () => {
    const budget = new CaptureBudget(captureMemory(), 100, () => 5_000);
    const kept = Array.from({ length: 100 }, (_, i) => budget.admit(`e${i}`));
    expect(kept.every((a) => a.kept && a.weight === 1)).toBe(true);
    expect(budget.takeDropped()).toBe(0);
  });

  it('samples above it so that the weights still tell the whole, and counts the rest', () => {
    let now = 0;
    const budget = new CaptureBudget(captureMemory(), 1_000, () => now);
    let kept = 0;
    let weight = 0;
    const total = 100_000;
    for (let i = 0; i < total; i++) {
      now = Math.floor(i / 10); // 10,000 a second for ten seconds
      const admission = budget.admit(`event-${i}`);
      if (admission.kept) kept += 1;
      weight += admission.weight;
    }
    expect(kept + budget.takeDropped()).toBe(total);
    expect(kept).toBeLessThan(16_000);
    expect(weight / total).toBeGreaterThan(0.9);
    expect(weight / total).toBeLessThan(1.1);
  });

  it('is shared by all who hold the memory', () => {
    const memory = captureMemory();
    const [a, b] = [new CaptureBudget(memory, 10, () => 0), new CaptureBudget(memory, 10, () => 0)];
    for (let i = 0; i < 10; i++) a.admit(`a${i}`);
    const late = Array.from({ length: 200 }, (_, i) => b.admit(`b${i}`));
    expect(late.some((admission) => !admission.kept)).toBe(true);
  });
});
