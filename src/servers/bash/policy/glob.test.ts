/** What a glob takes, and that no glob and no text hold the thread. */
import { describe, expect, it } from 'vitest';
import { Glob, Steps } from './glob.js';

const path = (glob: string, text: string) => Glob.ofPath(glob).matches(text, new Steps(false));
const word = (glob: string, text: string) => Glob.ofWord(glob).matches(text, new Steps(false));

describe('a glob over paths', () => {
  it.each([
    ['/r/infra/**', ['/r/infra', '/r/infra/a', '/r/infra/a/b'], ['/r/infrax', '/r']],
    ['/r/**/x', ['/r/x', '/r/a/x', '/r/a/b/x'], ['/r/ax', '/r/a/bx', '/r/x/y']],
    ['/r/*.ts', ['/r/a.ts', '/r/.ts'], ['/r/a/b.ts', '/r/a.tsx']],
    ['/r/a?c', ['/r/abc'], ['/r/ac', '/r/a/c', '/r/abbc']],
    ['/r/**a', ['/r/a', '/r/x/ya'], ['/r/b']],
    ['/r/**/*/**', ['/r/a', '/r/a/b', '/r/a/b/c'], ['/s/a']],
    ['/r/a.(b)[c]', ['/r/a.(b)[c]'], ['/r/axb', '/r/a.(b)c']],
    ['/r', ['/r'], ['/r/', '/r/a', '/']],
  ])('%s', (glob, taken, left) => {
    for (const text of taken) expect(path(glob, text), text).toBe(true);
    for (const text of left) expect(path(glob, text), text).toBe(false);
  });
});

describe('a glob over a word', () => {
  it('takes any characters for a star, and everything else as it is', () => {
    expect(word('*.internal', 'db.eu.internal')).toBe(true);
    expect(word('feature/*', 'feature/a/b\nc')).toBe(true);
    expect(word('a**b*', 'axxb')).toBe(true);
    expect(word('a?c', 'abc')).toBe(false);
    expect(word('*.internal', 'internal')).toBe(false);
    expect(word('', '')).toBe(true);
  });
});

describe('a hostile glob', () => {
  it.each([
    ['a*'.repeat(200), 'a'.repeat(8_000)],
    ['**/'.repeat(150), 'a/'.repeat(4_000)],
    [`*${'a'.repeat(400)}`, 'a'.repeat(8_000)],
    ['**'.repeat(200), '/'.repeat(8_000)],
  ])('gives up after so many steps: %j', (glob, text) => {
    for (const givenUp of [true, false]) {
      const steps = new Steps(givenUp);
      expect(Glob.ofPath(`${glob}b`).matches(text, steps)).toBe(givenUp);
      expect(steps.left).toBeLessThan(0);
      // Every further question costs nothing.
      expect(Glob.ofWord('*').matches('x', steps)).toBe(givenUp);
    }
  });

  it('costs few steps where stars alone stand in it', () => {
    const steps = new Steps(true);
    expect(Glob.ofWord(`${'a*'.repeat(14)}b`).matches('a'.repeat(80), steps)).toBe(false);
    expect(steps.left).toBeGreaterThan(45_000);
  });
});
