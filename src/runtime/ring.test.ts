import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { largestRecord, type RingPlace, RingReader, RingWriter, ringFill, ringSize } from './ring.js';

function place(capacity: number): RingPlace {
  return { memory: new SharedArrayBuffer(64 + ringSize(capacity)), offset: 64, capacity };
}

const bytes = (length: number, from: number) => Uint8Array.from({ length }, (_, i) => from + i);

describe('a ring', () => {
  it('hands records over in place and in order', () => {
    const ring = place(256);
    const [writer, reader] = [new RingWriter(ring), new RingReader(ring)];
    expect(writer.write(bytes(3, 1), bytes(2, 9))).toBe(true);
    expect(writer.mark()).toBe(true);
    expect(writer.write(new Uint8Array(0))).toBe(true);
    const seen: unknown[] = [];
    const count = reader.read(
      10,
      (record) => {
        expect(record.buffer).toBe(ring.memory);
        seen.push([...record]);
      },
      () => seen.push('mark'),
    );
    expect(count).toBe(3);
    expect(seen).toEqual([[1, 2, 3, 9, 10], 'mark', []]);
    expect(reader.ready).toBe(false);
    expect(ringFill(ring)).toBe(0);
  });

  it('says when it is full, and takes more once there is room', () => {
    const ring = place(256);
    const [writer, reader] = [new RingWriter(ring), new RingReader(ring)];
    let written = 0;
    while (writer.write(bytes(60, written))) written += 1;
    expect(written).toBe(4);
    expect(writer.hasRoom).toBe(false);
    expect(writer.mark()).toBe(false);
    expect(reader.read(1, () => undefined)).toBe(1);
    expect(writer.write(bytes(60, 4))).toBe(true);
    const first: number[] = [];
    reader.read(10, (record) => first.push(record[0] ?? -1));
    expect(first).toEqual([1, 2, 3, 4]);
  });

  it('refuses a record that could never fit', () => {
    const writer = new RingWriter(place(256));
    expect(() => writer.write(new Uint8Array(largestRecord(256) + 1))).toThrow(RangeError);
    expect(writer.fill).toBe(0);
    expect(() => ringSize(100)).toThrow(RangeError);
  });

  it('gives room back when a handler throws, and goes on behind that record', () => {
    const ring = place(256);
    const [writer, reader] = [new RingWriter(ring), new RingReader(ring)];
    writer.write(bytes(8, 1));
    writer.write(bytes(8, 50));
    const fail = () => {
      throw new Error('handler');
    };
    expect(() => reader.read(5, fail)).toThrow('handler');
    const seen: number[] = [];
    expect(reader.read(5, (record) => seen.push(record[0] ?? -1))).toBe(1);
    expect(seen).toEqual([50]);
    expect(ringFill(ring)).toBe(0);
  });

  it('refuses memory that somebody else wrote into', () => {
    const ring = place(256);
    const [writer, reader] = [new RingWriter(ring), new RingReader(ring)];
    writer.write(bytes(8, 1));
    new Int32Array(ring.memory, ring.offset + 128, 1)[0] = 4000;
    expect(() => reader.read(1, () => undefined)).toThrow('damaged');
  });

  it('behaves as a queue does, whatever is written and read', () => {
    const steps = fc.array(
      fc.oneof(
        { weight: 6, arbitrary: fc.record({ write: fc.nat(60), split: fc.nat(60) }) },
        { weight: 1, arbitrary: fc.constant({ mark: true as const }) },
        { weight: 3, arbitrary: fc.record({ read: fc.nat(6) }) },
      ),
      { maxLength: 400, size: 'max' },
    );
    let wrapped = 0;
    let full = 0;
    const property = fc.property(steps, fc.constantFrom(256, 512), (ops, capacity) => {
      const ring = place(capacity);
      const [writer, reader] = [new RingWriter(ring), new RingReader(ring)];
      const model: (number[] | 'mark')[] = [];
      let next = 0;
      let put = 0;
      for (const op of ops) {
        if ('write' in op) {
          const record = bytes(op.write, next++);
          const at = Math.min(op.split, op.write);
          if (writer.write(record.subarray(0, at), record.subarray(at))) model.push([...record]);
          else {
            full += 1;
            // Full means full: never while less than half of it is taken.
            expect(ringFill(ring)).toBeGreaterThan(capacity / 2);
          }
          put += op.write + 4;
        } else if ('mark' in op) {
          if (writer.mark()) model.push('mark');
        } else {
          const seen: (number[] | 'mark')[] = [];
          const count = reader.read(
            op.read,
            (record) => seen.push([...record]),
            () => seen.push('mark'),
          );
          expect(seen).toEqual(model.splice(0, op.read));
          expect(count).toBe(seen.length);
        }
        expect(reader.ready).toBe(model.length > 0);
      }
      if (put > 2 * capacity) wrapped += 1;
    });
    fc.assert(property, { numRuns: 100 });
    expect(Math.min(wrapped, full)).toBeGreaterThan(10);
  });
});
