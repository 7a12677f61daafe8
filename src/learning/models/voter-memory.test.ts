/** The flat memory under the mixture: counts, bounds, growth, snapshots. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../contract/index.js';
import { StateReader, StateWriter } from '../state-codec.js';
import { hashNumbers } from './hash.js';
import { VoterMemory } from './voter-memory.js';

function rowOf(memory: VoterMemory, context: number) {
  const row = memory.find(context);
  const start = row * memory.labels;
  const end = start + (memory.sizes[row] ?? 0);
  return { ids: [...memory.ids.subarray(start, end)], counts: [...memory.counts.subarray(start, end)], row };
}

function bytes(memory: VoterMemory): Uint8Array {
  const out = new StateWriter('m', 1);
  memory.write(out);
  return out.finish();
}

describe('VoterMemory', () => {
  it('counts as a plain map does while it has room, in falling order', () => {
    const pairs = fc.array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 7 })));
    fc.assert(
      fc.property(pairs, (learned) => {
        const memory = new VoterMemory({ labels: 8 });
        const plain = new Map<number, Map<number, number>>();
        for (const [context, id] of learned) {
          memory.learn(context, id);
          const row = plain.get(context) ?? new Map<number, number>();
          plain.set(context, row.set(id, (row.get(id) ?? 0) + 1));
        }
        for (const [context, expected] of plain) {
          const { ids, counts, row } = rowOf(memory, context);
          expect(new Map(ids.map((id, i) => [id, counts[i]!]))).toEqual(expected);
          expect(counts).toEqual([...counts].sort((a, b) => b - a));
          expect(memory.totals[row]).toBe([...expected.values()].reduce((a, b) => a + b));
          expect(memory.types[row]).toBe(expected.size);
        }
        expect(memory.find(99)).toBe(-1);
        expect(memory.size).toBe(plain.size);
      }),
    );
  });

  it('grows without losing counts, stays bounded, and keeps what is learned again and again', () => {
    const memory = new VoterMemory({ contexts: 4096, labels: 4 });
    const before = memory.bytes;
    for (let i = 0; i < 2000; i++) memory.learn(hashNumbers(i), i);
    expect(memory.bytes).toBeGreaterThan(before);
    let held = 0;
    for (let i = 0; i < 2000; i++) {
      const { ids, counts, row } = rowOf(memory, hashNumbers(i));
      if (row < 0) continue;
      held++;
      expect([ids, counts]).toEqual([[i], [1]]);
    }
    expect(held).toBeGreaterThan(1950);
    for (let i = 2000; i < 60_000; i++) {
      memory.learn(hashNumbers(i), i % 9);
      memory.learn(hashNumbers(7), 3);
    }
    expect(memory.size).toBeLessThanOrEqual(4096);
    expect(memory.bytes).toBe(4096 * (21 + 16 * 4));
    expect(rowOf(memory, hashNumbers(7)).ids[0]).toBe(3);
    expect(memory.find(hashNumbers(2001))).toBe(-1);
  });

  it('lets the rarest label give way and halves what has grown old', () => {
    const memory = new VoterMemory({ labels: 3 });
    for (let i = 0; i < 5000; i++) memory.learn(1, 1);
    for (let id = 10; id < 30; id++) memory.learn(1, id);
    const { ids, counts, row } = rowOf(memory, 1);
    expect(ids).toHaveLength(3);
    expect(ids[0]).toBe(1);
    expect(ids).toContain(29);
    expect(counts[0]).toBeLessThan(4096);
    expect(memory.totals[row]).toBeLessThan(4096);
  });

  it('goes on after a snapshot as it would have without one, and refuses another shape', () => {
    const random = seededRandom(3);
    const memory = new VoterMemory({ contexts: 2048, labels: 5 });
    const step = (m: VoterMemory, u: number) =>
      m.learn(hashNumbers(Math.floor(u * 6000)), Math.floor(u * 9e5) % 11);
    for (let i = 0; i < 4000; i++) step(memory, random());
    memory.corrections[memory.find(hashNumbers(Math.floor(random() * 6000))) * 5] = 0.125;
    const state = bytes(memory);
    const again = new VoterMemory({ contexts: 2048, labels: 5 });
    again.read(new StateReader(state, 'm', 1));
    expect(bytes(again)).toEqual(state);
    for (let i = 0; i < 4000; i++) {
      const u = random();
      step(memory, u);
      step(again, u);
    }
    expect(bytes(again)).toEqual(bytes(memory));
    const other = new VoterMemory({ contexts: 2048, labels: 6 });
    expect(() => other.read(new StateReader(state, 'm', 1))).toThrow(/another shape/);
  });

  it('shortens every context to little weight, its shares and order unchanged', () => {
    const memory = new VoterMemory({ labels: 4 });
    for (let i = 0; i < 1000; i++) memory.learn(1, i % 4 === 0 ? 7 : 8);
    memory.learn(2, 7);
    const row = memory.find(1);
    memory.corrections[row * 4] = 0.5;
    memory.shorten(2);
    const { ids, counts } = rowOf(memory, 1);
    expect(ids).toEqual([8, 7]);
    expect(memory.totals[row]).toBeCloseTo(2, 1);
    expect(counts[0]! / counts[1]!).toBeCloseTo(3, 5);
    expect(memory.corrections[row * 4]).toBe(0.25);
    expect(rowOf(memory, 2).counts[0]).toBeCloseTo(2 / 3, 5);
    memory.learn(1, 7);
    memory.learn(1, 7);
    expect(rowOf(memory, 1).ids).toEqual([7, 8]);
  });
});
