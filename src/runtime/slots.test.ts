/** Against a plain Map: whatever comes and goes, a number finds its own value and nothing else. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NumberedSlots, Slots } from './slots.js';

describe('slots', () => {
  it('find what a Map would find, and hand out no number twice at once', () => {
    const steps = fc.array(fc.tuple(fc.boolean(), fc.nat()), { maxLength: 300 });
    fc.assert(
      fc.property(steps, (all) => {
        const slots = new Slots<object>();
        const other = new NumberedSlots<object>();
        const model = new Map<number, object>();
        const gone: number[] = [];
        for (const [add, pick] of all) {
          if (add || model.size === 0) {
            const value = {};
            const number = slots.add(value);
            expect(model.has(number)).toBe(false);
            expect(number).toBeGreaterThan(0);
            model.set(number, value);
            other.set(number, value);
          } else {
            const number = [...model.keys()][pick % model.size]!;
            expect(slots.take(number)).toBe(model.get(number));
            other.delete(number);
            model.delete(number);
            gone.push(number);
          }
          expect(slots.size).toBe(model.size);
          expect(other.size).toBe(model.size);
        }
        for (const [number, value] of model) {
          expect(slots.get(number)).toBe(value);
          expect(other.get(number)).toBe(value);
        }
        for (const number of gone) {
          if (model.has(number)) continue;
          expect(slots.get(number)).toBeUndefined();
          expect(slots.take(number)).toBeUndefined();
          expect(other.get(number)).toBeUndefined();
        }
        expect(new Set(other.numbers())).toEqual(new Set(model.keys()));
        expect(new Set(slots.drain())).toEqual(new Set(model.values()));
        expect(slots.size).toBe(0);
      }),
    );
  });

  it('gives a slot’s numbers again only after thousands of others', () => {
    const slots = new Slots<number>();
    const seen = new Set<number>();
    for (let i = 0; i < 4095; i += 1) {
      const number = slots.add(i);
      expect(seen.has(number)).toBe(false);
      seen.add(number);
      slots.take(number);
    }
    expect(seen.has(slots.add(0))).toBe(true);
  });
});
