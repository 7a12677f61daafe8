/** Lines out of chunks, however the stream was cut. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineReader } from './line-reader.js';

function collect(chunks: readonly Uint8Array[], maxBytes?: number): { lines: string[]; tooLong: number } {
  const seen = { lines: [] as string[], tooLong: 0 };
  const reader = new LineReader(
    {
      line: (bytes) => seen.lines.push(bytes.toString()),
      tooLong: () => {
        seen.tooLong += 1;
      },
    },
    maxBytes,
  );
  for (const chunk of chunks) reader.push(Buffer.from(chunk));
  reader.end();
  return seen;
}

describe('LineReader', () => {
  it('gives the same lines however the bytes are cut', () => {
    const lines = fc.array(
      fc.string({ unit: fc.constantFrom('a', 'é', '🦉', '"'), minLength: 1, maxLength: 9 }),
    );
    const cuts = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1 });
    fc.assert(
      fc.property(lines, cuts, fc.constantFrom('\n', '\r\n'), (given, sizes, end) => {
        const bytes = Buffer.from(given.map((line) => line + end).join(''));
        const chunks: Buffer[] = [];
        for (let at = 0, i = 0; at < bytes.length; i += 1) {
          const size = sizes[i % sizes.length]!;
          chunks.push(bytes.subarray(at, at + size));
          at += size;
        }
        expect(collect(chunks)).toEqual({ lines: given, tooLong: 0 });
      }),
    );
  });

  it('skips empty lines and takes a last line without newline', () => {
    expect(collect([Buffer.from('\n\r\na\n\nb')]).lines).toEqual(['a', 'b']);
  });

  it('reports a line that is too long once, and goes on after it', () => {
    const chunks = ['aaaa', 'aaaa', 'aaaa', 'aaaa\nbb\n', `${'c'.repeat(9)}\nd`].map((text) =>
      Buffer.from(text),
    );
    expect(collect(chunks, 8)).toEqual({ lines: ['bb', 'd'], tooLong: 2 });
    expect(collect([Buffer.from('12345678\n')], 8)).toEqual({ lines: ['12345678'], tooLong: 0 });
  });
});
