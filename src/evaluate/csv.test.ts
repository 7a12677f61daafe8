/** CSV as RFC 4180 has it, in pieces of any size, and what its cells mean. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readRecords } from './csv.js';
import { readExamples } from './read-examples.js';

const folder = mkdtempSync(join(tmpdir(), 'lmcp-csv-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(text: string): string {
  const path = join(folder, 'rows.csv');
  writeFileSync(path, text);
  return path;
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

describe('readRecords', () => {
  it('reads quotes, doubled quotes, line breaks in cells and both line ends; counts lines', async () => {
    const text = '\uFEFFa,b\r\n"x, y","say ""hi"""\n\n"two\nlines","cr\r\nlf"\r\n"",\r\nlast,"end"';
    expect(await all(readRecords(file(text)))).toEqual([
      { line: 1, cells: ['a', 'b'] },
      { line: 2, cells: ['x, y', 'say "hi"'] },
      { line: 4, cells: ['two\nlines', 'cr\r\nlf'] },
      { line: 7, cells: ['', ''] },
      { line: 8, cells: ['last', 'end'] },
    ]);
  });

  it('is not disturbed by where the pieces of a long file end', async () => {
    const rows = Array.from({ length: 5000 }, (_, i) => [`${i}`, `q"${'ä€😀,'.repeat(i % 7)}"\r\n${i}`]);
    const text = rows
      .map((cells) => cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join())
      .join('\r\n');
    expect((await all(readRecords(file(text)))).map(({ cells }) => cells)).toEqual(rows);
  });

  it('holds no more than one record of the longest length', async () => {
    const text = `a,b\n"${'x'.repeat(5e6)}`;
    await expect(all(readRecords(file(text)))).rejects.toMatchObject({
      code: 'LMCP_BAD_EXAMPLE',
      message: expect.stringContaining('line 2: longer than 4,194,304'),
    });
  });
});

describe('examples that are no text', () => {
  it.each(['rows.csv', 'rows.jsonl', 'rows.csv.gz'])(
    'are refused as examples, not as events (%s)',
    async (name) => {
      const path = join(folder, name);
      writeFileSync(path, Buffer.from([0x61, 0x2c, 0x79, 0x0a, 0xff, 0xfe, 0x2c, 0x31]));
      await expect(all(readExamples(path))).rejects.toMatchObject({
        code: 'LMCP_BAD_EXAMPLE',
        message: expect.stringContaining(path),
      });
      writeFileSync(path, `{"x":{"a":"${'x'.repeat(5e6)}"}}`);
      await expect(all(readExamples(path))).rejects.toMatchObject({ code: 'LMCP_BAD_EXAMPLE' });
    },
  );
});

describe('columns', () => {
  it('tells numbers from words by what the column held so far', async () => {
    const text = 'n,word,y\n1,12,k\n-2.5e3,a,k\n+.5,b,k\n ,c,\nn/a,7,"k"\n1.,nan,k';
    expect(await all(readExamples(file(text)))).toEqual([
      { index: 0, line: 2, x: { n: 1, word: 12 }, y: 'k' },
      { index: 1, line: 3, x: { n: -2500, word: 'a' }, y: 'k' },
      { index: 2, line: 4, x: { n: 0.5, word: 'b' }, y: 'k' },
      { index: 3, line: 5, x: { n: null, word: 'c' } },
      { index: 4, line: 6, x: { n: 'n/a', word: '7' }, y: 'k' },
      { index: 5, line: 7, x: { n: 1, word: 'nan' }, y: 'k' },
    ]);
  });

  it('takes the label from any column', async () => {
    const rows = await all(readExamples(file('a,label,b\n1,yes,2'), { target: 'label' }));
    expect(rows).toEqual([{ index: 0, line: 2, x: { a: 1, b: 2 }, y: 'yes' }]);
  });
});
