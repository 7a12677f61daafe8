/** What a connection keeps of heads: each once, few, short. */
import { describe, expect, it } from 'vitest';
import { KnownHeads } from './known-heads.js';

const headOf = (name: string, padding = 0, length = '2') =>
  Buffer.from(`POST /${name} HTTP/1.1\r\nx: ${'x'.repeat(padding)}\r\ncontent-length: ${length}\r\n\r\n`);
const lengthAt = (head: Buffer) => head.indexOf('length: ') + 'length: '.length;
const add = (known: KnownHeads<string>, head: Buffer, value: string) =>
  known.add(head, lengthAt(head), value);
const request = (head: Buffer) => Buffer.concat([head, Buffer.from('{}')]);

describe('known heads', () => {
  it('keeps a head once, whatever its length says', () => {
    const known = new KnownHeads<string>();
    for (const length of ['2', '2', '345', '10']) add(known, headOf('a', 0, length), 'a');
    expect(known.size).toBe(1);
    add(known, headOf('b'), 'b');
    expect(known.size).toBe(2);
    for (const name of ['a', 'b'])
      expect(known.find(request(headOf(name)))).toEqual({ value: name, body: Buffer.from('{}') });
  });

  it('keeps four long heads, eight short ones, and none that is longer', () => {
    const long = new KnownHeads<string>();
    const padding = 2048 - headOf('0').length;
    for (let i = 0; i < 9; i += 1) add(long, headOf(`${i}`, padding), `${i}`);
    expect(long.size).toBe(4);
    expect(long.find(request(headOf('8', padding)))?.value).toBe('8');
    expect(long.find(request(headOf('4', padding)))).toBeUndefined();
    const short = new KnownHeads<string>();
    for (let i = 0; i < 9; i += 1) add(short, headOf(`${i}`), `${i}`);
    expect(short.size).toBe(8);
    add(short, headOf('l', padding + 1), 'l');
    expect(short.size).toBe(8);
    expect(short.find(request(headOf('l', padding + 1)))).toBeUndefined();
  });

  it('keeps no head without a length: it would never be found', () => {
    const known = new KnownHeads<string>();
    known.add(Buffer.from('POST / HTTP/1.1\r\n\r\n'), 0, 'a');
    expect(known.size).toBe(0);
  });
});
