import { describe, expect, it } from 'vitest';
import { selectionCommand, selectionOf, selectionText } from './forget-request.js';

describe('selectionOf', () => {
  it('takes exactly one', () => {
    expect(selectionOf({ source: 'ci' })).toEqual({ source: 'ci' });
    expect(selectionOf({ session: 's' })).toEqual({ session: 's' });
    expect(selectionOf({ before: '2026-01-31' })).toEqual({ before: Date.UTC(2026, 0, 31) });
    for (const wrong of [
      {},
      { source: '' },
      { source: 'a', session: 'b' },
      { source: 'a', before: '2026-01-31' },
    ])
      expect(() => selectionOf(wrong)).toThrow('exactly one');
  });

  it.each([
    'yesterday',
    '5',
    '2026-13-01',
    '2026-01-31T12:00',
    '2026-02-30',
    '2026-04-31T12:00:00Z',
    '2026-01-31T25:00:00Z',
  ])('refuses %s: a wrong time would destroy the wrong events', (before) => {
    expect(() => selectionOf({ before })).toThrow('`before`');
  });
});

describe('what a person reads', () => {
  it('holds no control characters', () => {
    expect(selectionText({ source: 'a\u001b[2Jb\u202e' })).toBe('source "a�[2Jb�"');
  });

  it('is a command that a shell takes as one word', () => {
    expect(selectionCommand({ source: 'ci' })).toBe('lmcp forget --source=ci');
    expect(selectionCommand({ session: "it's; rm -rf $HOME" })).toBe(
      String.raw`lmcp forget --session='it'\''s; rm -rf $HOME'`,
    );
    expect(selectionCommand({ before: 0 })).toBe('lmcp forget --before=1970-01-01T00:00:00.000Z');
  });
});
