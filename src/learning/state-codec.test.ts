/** Snapshots: exact round trips, canonical bytes, and damage found. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StateReader, StateWriter } from './state-codec.js';

const badState = expect.objectContaining({ code: 'LMCP_BAD_STATE' });

describe('state codec', () => {
  it('gives back what was written, bit for bit', () => {
    fc.assert(
      fc.property(
        fc.maxSafeNat(),
        fc.integer({ min: -(2 ** 51), max: 2 ** 51 }),
        fc.double(),
        fc.string({ unit: 'grapheme' }),
        fc.uint8Array(),
        fc.array(fc.string({ unit: 'grapheme' })),
        fc.array(fc.double()),
        (n, i, d, s, b, list, doubles) => {
          const out = new StateWriter('t', 3)
            .uint(n)
            .int(i)
            .f64(d)
            .string(s)
            .bytes(b)
            .bool(true)
            .u32(0xfffffffe);
          out.strings(list).f64s(doubles);
          const input = new StateReader(out.finish(), 't', 3);
          expect(input.uint()).toBe(n);
          expect(Object.is(input.int(), i === 0 ? 0 : i)).toBe(true);
          expect(Object.is(input.f64(), d)).toBe(true);
          expect(input.string()).toBe(s);
          expect(input.bytes()).toEqual(b);
          expect(input.bool()).toBe(true);
          expect(input.u32()).toBe(0xfffffffe);
          expect(input.strings()).toEqual(list);
          expect(input.f64s()).toEqual(doubles);
          input.end();
        },
      ),
    );
  });

  it('writes a string as the length and bytes of its UTF-8, and an integer as a varint, whatever their size', () => {
    const written = (out: StateWriter) => [...out.finish().slice(3, -4)];
    for (const text of [
      '',
      'a',
      'é',
      'aé',
      'x'.repeat(127),
      'x'.repeat(128),
      `${'x'.repeat(126)}€`,
      '😀',
      '\ud800',
    ]) {
      const utf8 = new TextEncoder().encode(text);
      expect(written(new StateWriter('x', 1).string(text))).toEqual(
        written(new StateWriter('x', 1).bytes(utf8)),
      );
    }
    const varint = (n: bigint): number[] =>
      n < 0x80n ? [Number(n)] : [Number(n % 0x80n) | 0x80, ...varint(n / 0x80n)];
    for (const n of [0, 127, 128, 16_383, 16_384, 2 ** 31 - 1, 2 ** 31, 2 ** 32, Number.MAX_SAFE_INTEGER])
      expect(written(new StateWriter('x', 1).uint(n))).toEqual(varint(BigInt(n)));
  });

  it('writes maps in one order, however they were filled', () => {
    const bytes = (keys: string[]) =>
      new StateWriter('m', 1).sorted(new Map(keys.map((key) => [key, 1])), () => {}).finish();
    expect(bytes(['b', 'a', 'ä', 'Z'])).toEqual(bytes(['Z', 'ä', 'b', 'a']));
    expect(bytes(['a'])).not.toEqual(bytes(['b']));
  });

  it('refuses every truncation and every flipped byte', () => {
    const state = new StateWriter('x', 1).string('hello').f64(1.5).finish();
    for (let length = 0; length < state.length; length++)
      expect(() => new StateReader(state.slice(0, length), 'x', 1)).toThrow(badState);
    for (let at = 0; at < state.length; at++) {
      const damaged = state.slice();
      damaged[at] = damaged[at]! ^ 1;
      expect(() => new StateReader(damaged, 'x', 1)).toThrow(badState);
    }
  });

  it('refuses another tag, another version, reading past the end and leaving something over', () => {
    const state = new StateWriter('x', 1).uint(7).finish();
    expect(() => new StateReader(state, 'y', 1)).toThrow(badState);
    expect(() => new StateReader(state, 'x', 2)).toThrow(badState);
    expect(() => new StateReader(state, 'x', 1).end()).toThrow(badState);
    const input = new StateReader(state, 'x', 1);
    input.uint();
    expect(() => input.f64()).toThrow(badState);
    const written = new StateWriter('model', 3).finish();
    expect(() => new StateReader(written, 'model', 2)).toThrow(
      /version 2, found version 3, written by a newer/,
    );
    expect(() => new StateReader(written, 'model', 4)).toThrow(/found version 3, an older one/);
  });

  it('refuses a list longer than the snapshot instead of allocating it', () => {
    const state = new StateWriter('x', 1).uint(2 ** 40).finish();
    expect(() => new StateReader(state, 'x', 1).list(() => 0)).toThrow(badState);
  });

  it('refuses integers it cannot write exactly', () => {
    for (const wrong of [-1, 0.5, Number.NaN, 2 ** 53])
      expect(() => new StateWriter('x', 1).uint(wrong)).toThrow(badState);
  });
});
