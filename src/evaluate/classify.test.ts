/** Classification of streams: what is written before each label, labels that come late or never, CSV, and made streams. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../learning/contract/index.js';
import { drifting, sea, take } from '../learning/contract/streams/index.js';
import { evaluate } from './index.js';

const folder = mkdtempSync(join(tmpdir(), 'lmcp-classify-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Line {
  readonly index: number;
  readonly id?: string;
  readonly label: unknown;
  readonly p: number;
  readonly top: readonly { label: unknown; p: number }[];
  readonly mode: string;
  readonly answer: unknown;
}

async function run(name: string, content: string | Buffer, target?: string) {
  const file = join(folder, name);
  const predictionsPath = join(folder, `${name}.out`);
  writeFileSync(file, content);
  const given = { task: 'classify', files: [file], predictionsPath };
  const result = await evaluate(target === undefined ? given : { ...given, target });
  const text = readFileSync(predictionsPath, 'utf8').trimEnd();
  const said = text === '' ? [] : text.split('\n').map((line) => JSON.parse(line) as Line);
  return { result, said };
}

const jsonl = (rows: readonly object[]) => rows.map((row) => JSON.stringify(row)).join('\n');

describe('classify', () => {
  it('beats the trivial predictors on a made stream that drifts, and says how sure it is', async () => {
    const random = seededRandom(3);
    const stream = drifting(sea(13, { random }), sea(8, { random }), { random, position: 700, width: 1 });
    const examples = take(stream, 1500);
    const { result, said } = await run('sea.jsonl.gz', gzipSync(jsonl(examples)));
    expect(result).toMatchObject({ n: 1499, primary: 'accuracy', mode: 'learned', drift: expect.anything() });
    expect(Object.keys(result.metrics)).toEqual(['gated-ensemble', 'most-frequent', 'last-class', 'served']);
    expect(result.metrics['gated-ensemble']!.accuracy).toBeGreaterThan(0.93);
    expect(result.calibration!.ece).toBeLessThan(0.03);
    expect(result.selective!.answered).toBeGreaterThan(200);
    expect(result.selective!.lower!).toBeGreaterThan(0.93);
    expect(result.latency!.predictP99Us).toBeGreaterThan(0);
    // The file and the figures say the same.
    const right = said.filter(({ label, index }) => label === examples[index]!.y).length;
    expect(right / 1499).toBeCloseTo(result.metrics['gated-ensemble']!.accuracy!, 12);
    expect(said.map(({ index }) => index)).toEqual(examples.map((_, i) => i));
    expect(said[0]).toEqual({
      index: 0,
      label: null,
      p: 0,
      top: [],
      mode: 'insufficient',
      answer: null,
    });
    expect(said.at(-1)).toMatchObject({ mode: 'learned', top: [{ p: said.at(-1)!.p }, {}] });
  });

  it('keeps the type of each label', async () => {
    const labels = [true, 'true as text', 3, -1.5, 'x'];
    const rows = Array.from({ length: 100 }, (_, i) => ({ x: { a: i % 5 }, y: labels[i % 5] }));
    const { said } = await run('types.jsonl', jsonl(rows));
    expect(said.slice(-5).map(({ label }) => label)).toEqual(labels);
    for (const { label } of said.flatMap(({ top }) => top)) expect(labels).toContain(label);
  });

  it('answers on the line that asks, learns on the line that tells, and counts what was never told', async () => {
    const rows = [
      { x: { a: 0 }, y: 'zero' },
      { id: 1, x: { a: 1 } },
      { id: 'late', x: { a: 0 } },
      { x: { a: 1 } },
      { id: 1, y: 'one' },
      { id: 'never', x: { a: 1 } },
      { id: 'late', x: { a: 0 }, y: 'zero' },
      { id: 'now', x: { a: 1 }, y: 'one' },
    ];
    const { result, said } = await run('late.jsonl', jsonl(rows));
    expect(said.map(({ index, id, top }) => [index, id, top.length])).toEqual([
      [0, undefined, 0],
      [1, '1', 1],
      [2, 'late', 1],
      [3, undefined, 1],
      // The label of line 4 is known from line 5 on.
      [5, 'never', 2],
      [7, 'now', 2],
    ]);
    expect(said[3]!.label).toBe('zero');
    expect(result.n).toBe(3);
    // What was said on line 1, when only "zero" was known, is what counts for id 1.
    expect(result.metrics['gated-ensemble']!.accuracy).toBeLessThan(1);
    expect(result.metrics['last-class']!.accuracy).toBeCloseTo(1 / 3, 12);
    expect(result.notes.join('\n')).toMatch(/1 question was asked before any label/);
    expect(result.notes.join('\n')).toMatch(/2 labels came on later lines/);
    expect(result.notes.join('\n')).toMatch(/2 questions never got their label/);
  });

  it('judges by what was said when it was asked: what nobody could answer proves nothing', async () => {
    const ids = Array.from({ length: 60 }, (_, i) => i);
    const rows = [
      ...ids.map((id) => ({ id, x: { a: id % 2 } })),
      ...ids.map((id) => ({ id, y: id % 2 === 0 })),
      { x: { a: 1 }, y: false },
    ];
    const { result, said } = await run('early.jsonl', jsonl(rows));
    expect(result).toMatchObject({ n: 1, mode: 'insufficient' });
    expect(said.at(-1)).toMatchObject({ label: false, mode: 'insufficient' });
    expect(result.notes.join()).toContain('60 questions were asked before any label was known');
  });

  it('lets the oldest question give way when too many wait, and takes its late label for no error', async () => {
    const words = 'w'.repeat(500);
    const wide = (id: number) => ({
      id,
      x: Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`f${i}`, words])),
    });
    const rows = [{ x: { a: 1 }, y: 1 }, ...Array.from({ length: 30 }, (_, i) => wide(i))];
    const { result } = await run('many.jsonl', jsonl([...rows, { id: 0, y: 2 }, { id: 29, y: 2 }]));
    expect(result.n).toBe(1);
    expect(result.notes.join()).toMatch(/1 label came .* questions never got .* questions waited so long/);
    expect(result.notes.at(-1)).toMatch(/^1 label came under an id that is not held: .* not learned/);
    // A label told twice, whichever way, cannot be told from one that came too late: it is counted as well.
    const again = [
      { id: 29, y: 2 },
      { id: 29, y: 2 },
      { id: 28, x: {}, y: 2 },
      { id: 28, x: {}, y: 3 },
    ];
    const twice = await run('twice.jsonl', jsonl([...rows, ...again]));
    expect(twice.result.n).toBe(2);
    expect(twice.result.notes.at(-1)).toMatch(/^2 labels came under ids that are not held/);
  });

  it('learns from what was asked, not from what the label line repeats', async () => {
    const random = seededRandom(5);
    const rows = Array.from({ length: 200 }, (_, i) => ({ id: i, x: { a: random() } }));
    const told = (lie: boolean) =>
      jsonl(
        rows.flatMap((row) => [row, { id: row.id, y: row.x.a > 0.5, ...(lie ? { x: { a: 0.5 } } : {}) }]),
      );
    const honest = await run('honest.jsonl', told(false));
    expect((await run('lying.jsonl', told(true))).said).toEqual(honest.said);
    expect(honest.result.metrics['gated-ensemble']!.accuracy).toBeGreaterThan(0.8);
  });

  it('reads CSV with quotes, words, unknown values and a target anywhere', async () => {
    const random = seededRandom(6);
    const rows = Array.from({ length: 300 }, (_, i) => {
      const size = random();
      const kind = ['"red, dark"', '"say ""no"""', '"two\r\nlines"'][i % 3]!;
      const seen = i % 7 === 0 ? '' : size.toFixed(3);
      return `${kind},${size > 0.5 ? 'big' : 'small'},${seen},${i % 10 === 0 ? 'n/a' : i}`;
    });
    const text = `\uFEFFkind,label,size,count\r\n${rows.join('\r\n')}\r\n`;
    const { result, said } = await run('rows.csv', text, 'label');
    expect(result.n).toBe(299);
    expect(said.at(-1)).toMatchObject({ index: 299, label: expect.stringMatching(/big|small/) });
    expect(result.metrics['gated-ensemble']!.accuracy).toBeGreaterThan(0.8);
    const last = await run('last.csv', `a,y\n${'1,no\n2,yes\n'.repeat(40)}3,`);
    expect(last.result.n).toBe(79);
    expect(last.said).toHaveLength(81);
    expect(last.result.notes.join()).toContain('1 question never got its label');
    expect(last.result.metrics['gated-ensemble']!.accuracy).toBeGreaterThan(0.9);
  });

  it('starts afresh for each file, and names the file on each line', async () => {
    const rows = jsonl(take(sea(8, { random: seededRandom(9) }), 120));
    const files = ['one.jsonl', 'two.jsonl'].map((name) => join(folder, name));
    for (const file of files) writeFileSync(file, rows);
    const predictionsPath = join(folder, 'two.out');
    const two = await evaluate({ task: 'classify', files, predictionsPath });
    const { result: one } = await run('alone.jsonl', rows);
    expect(two.n).toBe(2 * one.n);
    expect(two.metrics['gated-ensemble']).toEqual(one.metrics['gated-ensemble']);
    const lines = readFileSync(predictionsPath, 'utf8').trim().split('\n');
    const half = (file: string) => lines.map((line) => JSON.parse(line)).filter((line) => line.file === file);
    expect(half(files[0]!).map(({ file: _, ...rest }) => rest)).toEqual(
      half(files[1]!).map(({ file: _, ...rest }) => rest),
    );
  });

  it('asks whether labels are classes when there are hundreds of them', async () => {
    const rows = Array.from({ length: 150 }, (_, i) => ({ x: { a: i }, y: i * 1.1 }));
    expect((await run('numbers.jsonl', jsonl(rows))).result.notes.join()).toMatch(/150 different labels/);
    expect((await run('nothing.jsonl', '')).result).toMatchObject({ n: 0, selective: null, latency: null });
  });
});
