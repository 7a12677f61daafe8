/** Mixed features: words become numbers while there is room, and asking changes nothing. */
import { describe, expect, it } from 'vitest';
import { StateReader, StateWriter } from '../state-codec.js';
import { MixedFeatures } from './mixed-features.js';

function bytes(mixed: MixedFeatures): Uint8Array {
  const out = new StateWriter('test', 1);
  mixed.write(out);
  return out.finish();
}

describe('MixedFeatures', () => {
  it('gives each word a feature, 1 for the word met and 0 for the others of its name', () => {
    const mixed = new MixedFeatures();
    expect(mixed.meet({ os: 'linux', cores: 2, ci: true })).toEqual({ 'os=linux': 1, cores: 2, ci: 1 });
    expect(mixed.meet({ os: 'mac', cores: null })).toEqual({ 'os=linux': 0, 'os=mac': 1 });
    expect(mixed.look({ os: 'beos', ci: false })).toEqual({ 'os=linux': 0, 'os=mac': 0, ci: 0 });
    expect(mixed.look({})).toEqual({});
  });

  it('hands on numbers as they are', () => {
    const x = { a: 1, b: -2.5 };
    expect(new MixedFeatures().meet(x)).toBe(x);
  });

  it('is bounded by name and in all, and asking changes nothing', () => {
    const mixed = new MixedFeatures({ words: 3, all: 5 });
    for (let i = 0; i < 50; i++) mixed.meet({ [`n${i % 10}`]: `w${i}` });
    expect(mixed.size).toBe(5);
    const before = bytes(mixed);
    mixed.look({ n0: 'other', fresh: 'word' });
    expect(bytes(mixed)).toEqual(before);
    const one = new MixedFeatures({ words: 3 });
    for (let i = 0; i < 50; i++) one.meet({ n: `w${i}` });
    expect(Object.keys(one.look({ n: 'w1' }))).toEqual(['n=w0', 'n=w1', 'n=w2']);
  });

  it('gives the last places by name, whatever the order of the keys', () => {
    const [one, two] = [new MixedFeatures({ all: 2 }), new MixedFeatures({ all: 2 })];
    one.meet({ c: 'z', b: 'y', a: 'x' });
    two.meet({ a: 'x', b: 'y', c: 'z' });
    expect(bytes(one)).toEqual(bytes(two));
    expect(one.look({ c: 'z', b: 'y', a: 'x' })).toEqual({ 'a=x': 1, 'b=y': 1 });
  });

  it('refuses with a code and is then as before', () => {
    const mixed = new MixedFeatures();
    mixed.meet({ n: 'w' });
    const before = bytes(mixed);
    for (const bad of [Number.NaN, 1e101, [1], undefined, 'x'.repeat(600)])
      expect(() => mixed.meet({ fresh: 'word', bad: bad as number })).toThrow(
        expect.objectContaining({ code: 'LMCP_BAD_FEATURES' }),
      );
    const wide = Object.fromEntries(Array.from({ length: 4096 }, (_, i) => [`f${i}`, 1]));
    expect(() => mixed.meet({ ...wide, f0: 'word' })).toThrow(/More than 4000 features/);
    expect(Object.keys(mixed.meet(wide))).toHaveLength(4096);
    expect(bytes(mixed)).toEqual(before);
  });

  it('keeps names of the language as plain names', () => {
    const mixed = new MixedFeatures();
    const x = JSON.parse('{"__proto__":"a","constructor":"b","toString":3}');
    const out = mixed.meet(x);
    expect(Object.keys(out).sort()).toEqual(['__proto__=a', 'constructor=b', 'toString']);
  });

  it('comes back from its state, words in the order they were met', () => {
    const mixed = new MixedFeatures({ all: 4 });
    for (const word of ['z', 'a', 'm']) mixed.meet({ n: word });
    const again = new MixedFeatures({ all: 4 });
    again.read(new StateReader(bytes(mixed), 'test', 1));
    expect(bytes(again)).toEqual(bytes(mixed));
    expect(again.look({ n: 'a' })).toEqual({ 'n=z': 0, 'n=a': 1, 'n=m': 0 });
  });
});
