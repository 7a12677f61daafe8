import { describe, expect, it } from 'vitest';
import { batchRange, decodeBatch, encodeBatch, framedLength, splitBatch } from './batch.js';
import { BadBlock, checksumFits, decodeHeader, encodeBlock, genesis, openBlock } from './block.js';
import { createCipher } from './cipher.js';
import { encodeEvent, peekType, toEvent } from './codec.js';
import { crc32c } from './crc32c.js';
import { interaction } from './scratch.js';
import { seededBytes } from './seeded.js';
import { createUlids } from './ulid.js';

const events = [1, 2, 3].map((n) => encodeEvent(toEvent(interaction(n))));
const batch = encodeBatch(41, events);

describe('crc32c', () => {
  it('gives the check values of RFC 3720', () => {
    expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283);
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
    expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43);
    expect(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i))).toBe(0x46dd794e);
  });

  it('is the same in pieces', () => {
    const bytes = seededBytes(1)(1001);
    expect(crc32c(bytes.subarray(333), crc32c(bytes.subarray(0, 333)))).toBe(crc32c(bytes));
  });
});

describe('batch', () => {
  it('gives back sequences and events', () => {
    expect(batchRange(batch)).toEqual({ first: 41, count: 3 });
    expect(splitBatch(batch).map(({ bytes }) => Buffer.from(bytes))).toEqual(
      events.map((e) => Buffer.from(e)),
    );
    expect(decodeBatch(batch).map(({ sequence }) => sequence)).toEqual([41, 42, 43]);
    expect(batch.length).toBe(events.reduce((sum, event) => sum + framedLength(event.length), 12));
  });

  it('takes long events and long sequences', () => {
    const long = new Uint8Array(300_000).fill(1);
    const [item] = splitBatch(encodeBatch(2 ** 52, [long]));
    expect(item?.sequence).toBe(2 ** 52);
    expect(item?.bytes.length).toBe(300_000);
    expect(framedLength(300_000)).toBe(300_003);
  });

  it('refuses anything cut or with bytes behind it', () => {
    for (let length = 0; length < batch.length; length += 1) {
      expect(() => splitBatch(batch.subarray(0, length))).toThrow(
        expect.objectContaining({ code: 'LMCP_BAD_STATE' }),
      );
    }
    expect(() => splitBatch(Buffer.concat([batch, Buffer.of(0)]))).toThrow();
  });

  it('tells the type from the bytes alone', () => {
    const build = toEvent({ id: 'x'.repeat(200), data: { case: 'buildFinished', value: { build: 'b' } } });
    expect(peekType(encodeEvent(build))).toBe('buildFinished');
    expect(peekType(events[0] ?? new Uint8Array(0))).toBe('interactionFinished');
    expect(peekType(encodeEvent(toEvent({ id: 'x' })))).toBeUndefined();
  });
});

describe('block', () => {
  const key = new Uint8Array(32).fill(9);
  const cipher = createCipher(key, Buffer.alloc(16, 1));
  const sealing = { cipher, nonce: seededBytes(2)(12) };

  it('opens to the batch it was made of, plain and encrypted', () => {
    for (const seal of [undefined, sealing]) {
      const block = encodeBlock(batch, genesis, seal);
      const header = decodeHeader(block);
      expect(header).toMatchObject({ first: 41, count: 3, raw: batch.length, stored: block.length - 96 });
      expect(checksumFits(block, header)).toBe(true);
      expect(Buffer.from(openBlock(block, header, seal?.cipher))).toEqual(Buffer.from(batch));
    }
  });

  it('leaves the bytes it checks as they are, also when they come as a Buffer', () => {
    const block = Buffer.from(encodeBlock(batch, genesis, sealing));
    const before = block.toString('hex');
    const header = decodeHeader(block);
    expect(checksumFits(block, header)).toBe(true);
    openBlock(block, header, cipher);
    expect(block.toString('hex')).toBe(before);
  });

  it('shows nothing of its payload when encrypted, and needs key, nonce and header', () => {
    const block = encodeBlock(batch, genesis, sealing);
    expect(Buffer.from(block).includes('tool-')).toBe(false);
    const header = decodeHeader(block);
    expect(() => openBlock(block, header)).toThrow(BadBlock);
    expect(() => openBlock(block, header, createCipher(key, Buffer.alloc(16, 2)))).toThrow(BadBlock);
    const moved = block.slice();
    moved[8] = 42;
    expect(() => openBlock(moved, decodeHeader(moved), cipher)).toThrow(BadBlock);
    expect(() => createCipher(new Uint8Array(31), Buffer.alloc(16))).toThrow(
      expect.objectContaining({ code: 'LMCP_USAGE' }),
    );
  });

  it('notices every single bit', () => {
    const block = encodeBlock(batch, genesis);
    for (let bit = 0; bit < block.length * 8; bit += 1) {
      const spoilt = block.slice();
      spoilt[bit >> 3] = (spoilt[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      let noticed = true;
      try {
        const header = decodeHeader(spoilt);
        noticed = header.stored !== block.length - 96 || !checksumFits(spoilt, header);
      } catch (error) {
        expect(error).toBeInstanceOf(BadBlock);
      }
      expect(noticed, `bit ${bit}`).toBe(true);
    }
  });
});

describe('ulids', () => {
  it('increase within a millisecond, over milliseconds, and when the clock steps back', () => {
    const times = [5, 5, 5, 6, 4, 4, 9];
    let i = 0;
    const next = createUlids(() => times[i++] ?? 9, seededBytes(3));
    const ids = Array.from({ length: 300 }, () => next());
    expect(ids).toEqual([...new Set(ids)].sort());
    expect(ids[0]).toMatch(/^0000000005[0-9A-HJKMNP-TV-Z]{16}$/);
  });
});
