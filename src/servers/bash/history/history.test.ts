/** History files of four shells: what is said in them comes out, and nothing else. */
import { describe, expect, it } from 'vitest';
import { atMillis, payloadOf } from '../../../proto/index.js';
import { importHistory, readHistory, type Shell } from './index.js';

const read = (shell: Shell, text: string | Uint8Array) => [
  ...readHistory(shell, typeof text === 'string' ? Buffer.from(text) : text),
];

describe('readHistory', () => {
  it('reads bash without times, one command a line', () => {
    expect(read('bash', 'ls\n\ngit status\n# a note\n')).toEqual([
      { command: 'ls' },
      { command: 'git status' },
      { command: '# a note' },
    ]);
  });

  it('reads bash with times, and commands of several lines', () => {
    expect(read('bash', 'old\n#1700000000\nfor i in 1\ndo echo $i\ndone\n#1700000060\nls\n')).toEqual([
      { command: 'old' },
      { command: 'for i in 1\ndo echo $i\ndone', at: 1_700_000_000_000 },
      { command: 'ls', at: 1_700_000_060_000 },
    ]);
  });

  it('reads zsh, extended and plain, with continued lines and meta bytes', () => {
    // "ä" is C3 A4; zsh writes bytes 83–A2 with a mark: here "→" (E2 86 92) as E2 83 A6 83 B2.
    const bytes = Buffer.concat([
      Buffer.from(': 1700000000:12;make test\n: 1700000020:0;echo a\\\nb\nls '),
      Buffer.from([0xe2, 0x83, 0xa6, 0x83, 0xb2]),
      Buffer.from('\n'),
    ]);
    expect(read('zsh', bytes)).toEqual([
      { command: 'make test', at: 1_700_000_000_000, durationMs: 12_000 },
      { command: 'echo a\nb', at: 1_700_000_020_000, durationMs: 0 },
      { command: 'ls →' },
    ]);
  });

  it('reads fish with escapes and path lists', () => {
    const text = '- cmd: echo "a: b"\\nls \\\\x\n  when: 1700000000\n  paths:\n    - a.txt\n- cmd: pwd\n';
    expect(read('fish', text)).toEqual([
      { command: 'echo "a: b"\nls \\x', at: 1_700_000_000_000 },
      { command: 'pwd' },
    ]);
  });

  it('reads what atuin exports, and refuses its database', () => {
    const text =
      '2026-03-01 10:00:00\t1\t1m2s\t/w/repo/sub\tmake\tall\0' +
      'broken\0' +
      '2026-03-01 10:05:00\t0\t350ms\t/w\tls\0';
    expect(read('atuin', text)).toEqual([
      {
        command: 'make\tall',
        at: Date.UTC(2026, 2, 1, 10),
        exitCode: 1,
        durationMs: 62_000,
        cwd: '/w/repo/sub',
      },
      { command: 'ls', at: Date.UTC(2026, 2, 1, 10, 5), exitCode: 0, durationMs: 350, cwd: '/w' },
    ]);
    expect(() => read('atuin', 'SQLite format 3\0')).toThrow(/atuin history list/);
  });
});

describe('importHistory', () => {
  const options = { root: '/w/repo', fileTime: 5_000 };

  it('leaves out other folders, and makes the rest relative to the root', () => {
    const text =
      '2026-03-01 10:00:00\t1\t1s\t/w/repo/sub\tmake\0' + '2026-03-01 10:05:00\t0\t1s\t/w/repository\tls\0';
    const events = [...importHistory('atuin', Buffer.from(text), options)];
    expect(events.map((event) => payloadOf(event, 'commandFinished'))).toEqual([
      expect.objectContaining({ command: 'make', cwd: 'sub', exitCode: 1 }),
    ]);
    expect(events[0]?.source).toBe('history:atuin');
  });

  it('starts another session after half an hour, and guesses no exit status', () => {
    const events = [
      ...importHistory('bash', Buffer.from('#1700000000\na\n#1700000100\nb\n#1700009000\nc\n'), options),
    ];
    const payloads = events.map((event) => payloadOf(event, 'commandFinished'));
    expect(payloads.map((value) => value?.exitCode)).toEqual([undefined, undefined, undefined]);
    expect(payloads[0]?.session).toBe(payloads[1]?.session);
    expect(payloads[2]?.session).not.toBe(payloads[1]?.session);
  });

  it('keeps the order of entries without a time', () => {
    const times = [...importHistory('bash', Buffer.from('a\nb\n'), options)].map(atMillis);
    expect(times).toEqual([5000, 5001]);
  });
});
