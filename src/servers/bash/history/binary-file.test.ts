/** Files that are no history are refused by what they hold; histories in any state are not. */
import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readHistory, type Shell, shells } from './index.js';

const read = (shell: Shell, bytes: Uint8Array) =>
  [...readHistory(shell, bytes)].map(({ command }) => command);

describe('a file that is no history', () => {
  it.each([...shells])('is refused where it is binary (%s)', (shell) => {
    for (const bytes of [
      randomBytes(4096),
      gzipSync(randomBytes(9000)),
      Buffer.from('\x7fELF\x02\0\0\x01\n\0\x03\0'),
    ])
      expect(() => read(shell, bytes), bytes.subarray(0, 4).toString('hex')).toThrow(/binary/);
  });

  it.each([...shells])('is refused with the way out where it is a database (%s)', (shell) => {
    const bytes = Buffer.concat([Buffer.from('SQLite format 3\0'), Buffer.alloc(4080)]);
    expect(() => read(shell, bytes)).toThrow(/SQLite database.*atuin history list/);
  });
});

describe('a history', () => {
  it('is read in any encoding, with the block of NUL bytes that a crash left', () => {
    const bytes = Buffer.concat([
      Buffer.from('grep naïve ä.txt\n'),
      Buffer.alloc(4096),
      Buffer.from('\nls\n'),
    ]);
    expect(read('bash', bytes)).toContain('ls');
    expect(read('bash', Buffer.from('echo gr\xfcn\nls\n', 'latin1'))).toContain('ls');
  });

  it('of atuin has a NUL byte after each record', () => {
    const record = '2026-01-01 00:00:00\t0\t1s\t/\tls\0';
    expect(read('atuin', Buffer.from(record.repeat(3)))).toEqual(['ls', 'ls', 'ls']);
  });
});
