/** `lmcp evaluate` as a user meets it: what it prints, and what it says to files that are wrong. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { tasks } from '../evaluate/index.js';
import { seededRandom } from '../learning/contract/index.js';
import { runProgram } from './program.js';

const folder = mkdtempSync(join(tmpdir(), 'lmcp-evaluate-cli-'));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.restoreAllMocks());

/** Runs the command in this process. */
async function lmcp(...rest: string[]): Promise<{ code: number; out: string; err: string }> {
  const told = { out: '', err: '' };
  const into = (name: 'out' | 'err') => (text: string | Uint8Array) => {
    told[name] += String(text);
    return true;
  };
  vi.spyOn(process.stdout, 'write').mockImplementation(into('out'));
  vi.spyOn(process.stderr, 'write').mockImplementation(into('err'));
  const before = process.exitCode;
  process.exitCode = 0;
  try {
    await runProgram(['node', 'lmcp', 'evaluate', ...rest]);
    return { code: Number(process.exitCode), ...told };
  } finally {
    process.exitCode = before;
    vi.restoreAllMocks();
  }
}

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const call = (i: number, more: object = {}) =>
  JSON.stringify({
    at: new Date(1.7e12 + i * 1000).toISOString(),
    ...more,
    interactionFinished: { session: 's', tool: ['Read', 'Edit', 'Bash'][i % 3] },
  });
const calls = (n: number) => Array.from({ length: n }, (_, i) => call(i));

function examples(n: number, seed = 1): string[] {
  const random = seededRandom(seed);
  return Array.from({ length: n }, () => {
    const x = { a: random(), b: random() };
    return JSON.stringify({ x, y: x.a > x.b });
  });
}

describe('lmcp evaluate without a task', () => {
  it('tells the task from the first lines, and prints all that suit', async () => {
    const command = '{"commandFinished":{"session":"s","command":"ls -l"}}';
    const mixed = file('mixed.jsonl', [...calls(60), command].join('\n'));
    const { code, out, err } = await lmcp(mixed);
    expect(code).toBe(0);
    expect(out).toContain('next-action (tool) · 60 predictions');
    expect(out).toContain('next-command (verb) · 1 prediction,');
    expect(out.indexOf('next-command')).toBeGreaterThan(out.indexOf('context-mixture'));
    expect(err).toContain('next-action: 60 predictions scored');
    const json = await lmcp(mixed, '--json');
    expect(
      json.out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).task),
    ).toEqual(['next-action', 'next-command']);
    const refused = await lmcp(mixed, '--predictions', join(folder, 'none.jsonl'));
    expect(refused).toMatchObject({ code: 2, err: expect.stringContaining('--task') });
  });

  it('runs each file through the tasks it suits', async () => {
    const one = file('calls.jsonl', calls(40).join('\n'));
    const two = file('rows.jsonl.gz', gzipSync(examples(80).join('\n')));
    const three = file('rows.csv', `a,b,y\n${'1,x,yes\n2,y,no\n'.repeat(30)}`);
    const { out } = await lmcp(one, two, three);
    expect(out).toContain(`next-action (tool) · 40 predictions, each before its outcome · ${one}`);
    expect(out).toMatch(/classify · 138 predictions.*rows\.jsonl\.gz, .*rows\.csv/);
  });

  it('names what it found and what it knows when nothing suits', async () => {
    const path = file('builds.jsonl', '{"buildStarted":{"build":"1"}}\n{"buildFinished":{"build":"1"}}');
    const { code, err } = await lmcp(path);
    expect(code).toBe(2);
    expect(err).toMatch(/^LMCP_USAGE: .*builds\.jsonl holds buildStarted, buildFinished: no task reads that/);
    expect(err).toContain('next-action (interactionFinished)');
    expect((await lmcp(file('odd.jsonl', '{"z":1}'))).err).toContain('neither events nor examples');
    expect((await lmcp(file('calls2.jsonl', call(1)), '--label', 'verb')).err).toContain('by the label verb');
    expect(await lmcp()).toMatchObject({ code: 2, err: expect.stringContaining('Give files') });
  });

  it('has an answer for what is no file of data', async () => {
    mkdirSync(join(folder, 'sub'), { recursive: true });
    const cases: [string, string][] = [
      [file('empty.jsonl', ''), 'is empty'],
      [file('blank.jsonl', '\n\n  \n'), 'is empty'],
      [join(folder, 'sub'), 'is a folder'],
      [join(folder, 'absent.jsonl'), 'There is no file'],
      [file('binary.jsonl', Buffer.from([0xff, 0xfe, 0x00, 0x9f])), 'not UTF-8'],
      [file('packed.jsonl', gzipSync(call(1))), 'not UTF-8'],
      [file('plain.jsonl.gz', call(1)), 'incorrect header check'],
      [file('cut.jsonl.gz', gzipSync(calls(2000).join('\n')).subarray(0, 3000)), 'unexpected end of file'],
    ];
    for (const [path, why] of cases)
      for (const task of [[], ['--task', 'next-action']]) {
        if (why === 'is empty' && task.length > 0) continue;
        const { code, err } = await lmcp(path, ...task);
        expect(err).toContain(why);
        expect(code).toBe(why === 'not UTF-8' || why.includes(' of ') || why.includes('header') ? 1 : 2);
      }
    const none = await lmcp(file('empty2.jsonl', ''), '--task', 'next-action');
    expect(none.code).toBe(0);
    expect(none.out).toContain('Nothing was asked');
  });
});

describe('lmcp evaluate on bad events', () => {
  it.each([
    ['NaN as ProtoJSON', '{"metricSampled":{"series":"s","value":"NaN"}}', 'metricSampled.value'],
    ['a bare NaN', '{"metricSampled":{"series":"s","value":NaN}}', 'JSON'],
    ['infinity', '{"metricSampled":{"series":"s","value":"Infinity"}}', 'not a finite number'],
    ['a number beyond doubles', '{"metricSampled":{"series":"s","value":1e999}}', ''],
    ['10 MB in one field', `{"interactionFinished":{"tool":"${'y'.repeat(1e7)}"}}`, 'longer than'],
    ['an unknown type', '{"at":"2026-01-01T00:00:00Z","inventedLater":{}}', 'no known type'],
    ['no such time', '{"at":"2026-02-31T25:00:00Z","interactionFinished":{"tool":"y"}}', 'at'],
    ['an id twice', '{"id":"01J","interactionFinished":{"tool":"y"}}', 'that of line 1'],
    ['half a line', '{"interactionFinished":{"tool":', 'JSON'],
    ['a list', '[1,2]', ''],
  ])('%s: refused with code, file and line', async (_, bad, why) => {
    const path = file('bad.jsonl', [call(0, { id: '01J' }), '', bad, call(2)].join('\n'));
    const text = await lmcp(path, '--task', 'next-action');
    expect(text.code).toBe(1);
    expect(text.err).toContain(`LMCP_BAD_EVENT: ${path} line 3: `);
    expect(text.err).toContain(why);
    expect(text.err.length).toBeLessThan(2000);
    const json = await lmcp(path, '--task', 'next-action', '--json');
    expect(JSON.parse(json.out).error).toMatchObject({ code: 'LMCP_BAD_EVENT' });
  });

  it('takes lines in file order where clocks jump and times go back, and says so', async () => {
    const jumps = calls(90).map((line, i) =>
      i % 30 === 29 ? line.replace(/"at":"[^"]+"/, `"at":"${i < 60 ? 9998 : 1971}-01-01T00:00:00Z"`) : line,
    );
    const path = file('jumps.jsonl', jumps.join('\n'));
    const out = join(folder, 'jumps.out.jsonl');
    const { code, out: text } = await lmcp(path, '--predictions', out);
    expect(code).toBe(0);
    expect(text).toMatch(/\d+ events carry a time before an earlier line's/);
    const said = readFileSync(out, 'utf8').trim().split('\n');
    expect(said.map((line) => JSON.parse(line).index)).toEqual(Array.from({ length: 90 }, (_, i) => i));
  });

  it('reads U+2028 inside a line as part of it', async () => {
    const path = file('separator.jsonl', `${call(0)}\n{"interactionFinished":{"tool":"a\u2028b"}}\r\n`);
    expect((await lmcp(path)).out).toContain('· 2 predictions');
  });
});

describe('lmcp evaluate on bad examples', () => {
  const good = '{"id":"a","x":{"f":1},"y":true}';
  it.each([
    ['a bare NaN', '{"x":{"f":NaN},"y":true}', 'LMCP_BAD_EXAMPLE', 'JSON'],
    ['a number beyond doubles', '{"x":{"f":1e999},"y":true}', 'LMCP_BAD_EXAMPLE', 'x.f is Infinity'],
    ['a huge number', '{"x":{"f":1e200},"y":true}', 'LMCP_BAD_FEATURES', 'Feature f is 1e+200'],
    ['a label beyond doubles', '{"x":{"f":1},"y":-1e999}', 'LMCP_BAD_EXAMPLE', 'y is -Infinity'],
    ['10 MB in one feature', `{"x":{"f":"${'y'.repeat(1e7)}"},"y":1}`, 'LMCP_BAD_EXAMPLE', 'longer than'],
    ['a text of 1 MB', `{"x":{"f":"${'y'.repeat(1e6)}"},"y":1}`, 'LMCP_BAD_FEATURES', '1000000 characters'],
    ['a label of 1 MB', `{"x":{"f":1},"y":"${'y'.repeat(1e6)}"}`, 'LMCP_BAD_FEATURES', 'label has 1000000'],
    [
      '5,000 features',
      JSON.stringify({ x: Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`f${i}`, i])), y: 1 }),
      'LMCP_BAD_FEATURES',
      'More than 4096',
    ],
    ['a nested feature', '{"x":{"f":{"g":1}},"y":true}', 'LMCP_BAD_EXAMPLE', 'x.f is neither'],
    ['features as a list', '{"x":[1,2],"y":true}', 'LMCP_BAD_EXAMPLE', 'x is not an object'],
    ['a label as an object', '{"x":{"f":1},"y":{}}', 'LMCP_BAD_EXAMPLE', 'y is neither'],
    ['an id twice', '{"id":"a","x":{"f":1}}', 'LMCP_BAD_EXAMPLE', 'that of line 1'],
    ['a second label', '{"id":"a","y":true}', 'LMCP_BAD_EXAMPLE', 'has its label already'],
    ['a label nobody waits for', '{"id":"b","y":true}', 'LMCP_BAD_EXAMPLE', 'no earlier line asks'],
    ['a label without an id', '{"y":true}', 'LMCP_BAD_EXAMPLE', 'needs the id'],
    ['an event', '{"interactionFinished":{"tool":"x"}}', 'LMCP_BAD_EXAMPLE', 'neither an example'],
    ['a text', '"x"', 'LMCP_BAD_EXAMPLE', 'not a JSON object'],
  ])('%s: refused with code, file and line', async (_, bad, code, why) => {
    const path = file('bad-rows.jsonl', [good, '', bad].join('\n'));
    const { code: exit, err } = await lmcp(path, '--task', 'classify');
    expect(exit).toBe(1);
    expect(err).toContain(`${code}: ${path} line 3: `);
    expect(err).toContain(why);
    expect(err.length).toBeLessThan(2000);
  });

  it.each([
    ['a cell too many', 'a,y\n1,x\n1,2,x', 3, '3 cells where the header has 2'],
    ['a cell too few', 'a,b,y\n1,2,x\n1,x', 3, '2 cells'],
    ['NaN in a column of numbers', 'a,y\n1,x\nNaN,x', 3, 'a is NaN'],
    ['infinity', 'a,y\n1,x\n-inf,x', 3, 'a is -inf'],
    ['a number beyond doubles', 'a,y\n1,x\n1e999,x', 3, 'a is 1e999'],
    ['a quote inside a cell', 'a,y\n1,x\n1"2,x', 3, 'a quote inside'],
    ['text after a quote', 'a,y\n"1"2,x', 2, 'after the closing quote'],
    ['an open quote', 'a,y\n"1,x\n2,y', 2, 'never ends'],
    ['a lone carriage return', 'a,y\r1,x', 1, 'carriage return'],
    ['one column', 'y\nx', 1, 'one column'],
    ['a header of numbers', '1,2\n3,4', 1, 'not the names of columns'],
    ['two columns of one name', 'a,a,y\n1,2,x', 1, 'two columns'],
    ['a column without a name', 'a,,y\n1,2,x', 1, 'column 2 has no name'],
  ])('CSV with %s: refused with file and line', async (_, text, line, why) => {
    const path = file('bad.csv', text);
    const { code, err } = await lmcp(path);
    expect(code).toBe(1);
    expect(err).toContain(`LMCP_BAD_EXAMPLE: ${path} line ${line}: `);
    expect(err).toContain(why);
  });
});

describe('docs/evaluate.md', () => {
  const text = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'evaluate.md'), 'utf8');
  const blocks = [...text.matchAll(/```(?:json)?\n([^`]+)```/g)].map(([, block]) => block!);
  const block = (part: string) => blocks.find((each) => each.includes(part))!;
  const out = join(folder, 'documented.out');
  const keys = (line: string) => Object.keys(JSON.parse(line));

  it('shows files that are read, and predictions of the form that is written', async () => {
    const events = file('documented.jsonl', block('"tool":"Read"'));
    expect((await lmcp(events, '--predictions', out)).out).toContain('next-action (tool) · 2 predictions');
    const [said] = readFileSync(out, 'utf8').split('\n');
    expect(keys(said!)).toEqual(keys(block('"answer":["Edit"]')));
    const rows = file('documented-rows.jsonl', block('{"x":{"minutes"'));
    expect((await lmcp(rows, '--predictions', out)).out).toContain('1 label came on a later line');
    expect(keys(readFileSync(out, 'utf8').trim().split('\n')[1]!)).toEqual(keys(block('"index":41')));
    const csv = file('documented.csv', block('minutes,branch,result'));
    expect((await lmcp(csv)).out).toContain('classify · 1 prediction,');
  });

  it('names every task and every field of a result', async () => {
    for (const task of Object.keys(tasks)) expect(text).toContain(`| \`${task}\` |`);
    const { out: json } = await lmcp(file('fields.jsonl', calls(60).join('\n')), '--json');
    for (const field of keys(json)) expect(text).toContain(`\`${field}\``);
  });
});

describe('lmcp evaluate and its options', () => {
  it('refuses what does not go together, and never writes over an input', async () => {
    const path = file('kept.jsonl', examples(5).join('\n'));
    const csv = file('kept.csv', 'a,y\n1,x\n2,y\n');
    const cases: [string[], string][] = [
      [[path, '--task', 'astrology'], 'Unknown task astrology'],
      [[path, '--task', 'classify', '--label', 'tool'], 'takes no --label'],
      [[path, '--task', 'classify', '--target', 'a'], 'a column of CSV'],
      [[csv, '--target', 'b'], 'no column b. Its columns: a, y'],
      [[path, '--task', 'next-action', '--target', 'a'], 'takes no --target'],
      [[path, '--task', 'co-change'], 'reads a repository'],
      [[path, '--task', 'co-change', '--repo', folder], 'no files'],
      [[path, '--repo', folder], 'no --repo'],
      [[path, '--last', '0.5'], 'takes no --last'],
      [['--last', '2', '--repo', folder], 'above 0 and at most 1'],
      [[path, path], 'given twice'],
      [[path, '--predictions', join(folder, '.', 'kept.jsonl')], 'written over'],
    ];
    for (const [args, why] of cases) {
      const { code, err } = await lmcp(...args);
      expect(err).toContain(why);
      expect(code).toBe(2);
    }
    expect(readFileSync(path, 'utf8')).toBe(examples(5).join('\n'));
  });
});
