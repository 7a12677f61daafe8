/** Evaluation: requests, bad files, the table, and that nothing is read ahead. */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../learning/contract/index.js';
import { type EvaluationResult, evaluate, readEvents, renderTable, suitableTasks, tasks } from './index.js';

const folder = mkdtempSync(join(tmpdir(), 'lmcp-evaluate-'));
afterAll(() => rmSync(folder, { recursive: true }));

function lines(n: number, { seed = 1, alterFrom = n } = {}): string[] {
  const random = seededRandom(seed);
  return Array.from({ length: n }, (_, i) => {
    const tool = random() < 0.7 ? ['Read', 'Edit', 'Bash'][i % 3]! : 'Grep';
    const interactionFinished = {
      session: `s${i % 2}`,
      tool: i < alterFrom ? tool : `other${i % 5}`,
      subject: `f${i % 9}.ts`,
    };
    return JSON.stringify({
      at: new Date(1.7e12 + i * 1000).toISOString(),
      source: 'test',
      interactionFinished,
    });
  });
}

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

describe('evaluate', () => {
  it('writes one prediction a line before its outcome, and reports every predictor', async () => {
    const path = file('a.jsonl', `${lines(400).join('\n')}\n`);
    const out = join(folder, 'a.predictions.jsonl');
    const seen: number[] = [];
    const result = await evaluate({
      task: 'next-action',
      files: [path],
      predictionsPath: out,
      onProgress: (done) => seen.push(done),
    });
    expect(result).toMatchObject({ task: 'next-action', label: 'tool', n: 400, primary: 'top-1' });
    expect(Object.keys(result.metrics)).toEqual([
      'context-mixture',
      'context-mixture, asked ahead',
      'most-frequent',
      'order-1',
      'order-2',
      'served',
    ]);
    expect(result.latency!.predictP99Us).toBeGreaterThanOrEqual(result.latency!.predictP50Us);
    expect(seen.at(-1)).toBe(statSync(path).size);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    const said = readFileSync(out, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(said.map(({ index }) => index)).toEqual(Array.from({ length: 400 }, (_, i) => i));
    expect(said[0].top).toEqual([]);
    expect(said[300].top.length).toBeLessThanOrEqual(10);
    expect(said[300].top[0]).toEqual({ label: expect.any(String), p: expect.any(Number) });
    // The file and the figures say the same.
    const tools = lines(400).map((line) => JSON.parse(line).interactionFinished.tool);
    const hits = said.filter(({ top, index }) => top[0]?.label === tools[index]).length;
    expect(hits / 400).toBeCloseTo(result.metrics['context-mixture']!['top-1']!, 12);
  });

  it('reads ahead of nothing: with every later event changed, earlier predictions are byte-identical', async () => {
    for (const label of ['tool', 'tool+subject']) {
      const said = await Promise.all(
        [600, 350].map(async (alterFrom) => {
          const out = join(folder, `cut-${alterFrom}.jsonl`);
          const path = file(`cut-${alterFrom}.in.jsonl`, lines(600, { alterFrom }).join('\n'));
          await evaluate({ task: 'next-action', label, files: [path], predictionsPath: out });
          return readFileSync(out, 'utf8').trim().split('\n');
        }),
      );
      expect(said[1]!.slice(0, 351)).toEqual(said[0]!.slice(0, 351));
      expect(said[1]!.slice(360)).not.toEqual(said[0]!.slice(360));
    }
  });

  it('tells apart what is known with the time of the event and what a question before it gets', async () => {
    const random = seededRandom(8);
    let at = 1.7e12;
    const told = Array.from({ length: 900 }, () => {
      const tool = ['Read', 'Edit', 'Bash'][Math.floor(3 * random())]!;
      at += { Read: 1000, Edit: 20_000, Bash: 300_000 }[tool]!;
      return JSON.stringify({ at: new Date(at).toISOString(), interactionFinished: { session: 's', tool } });
    });
    const result = await evaluate({
      task: 'next-action',
      files: [file('silences.jsonl', told.join('\n'))],
    });
    const row = (name: string) => result.metrics[name]!['top-1']!;
    expect(row('context-mixture')).toBeGreaterThan(0.9);
    expect(result.mode).toBe('learned');
    expect(row('context-mixture, asked ahead')).toBeLessThan(0.45);
    expect(result.ahead).toMatchObject({ predictor: 'context-mixture, asked ahead', mode: 'baseline' });
    expect(result.ahead!.selective!.answered).toBe(0);
    expect(result.selective!.answered).toBeGreaterThan(100);
    // Served is what a live question gets.
    expect(row('served')).toBeLessThan(0.45);
    expect(result.notes[0]).toMatch(/predict_next.* asked ahead/);
    const text = renderTable(result);
    expect(text).toMatch(/^context-mixture, asked ahead \(learned\) +0\.[34]/m);
    expect(text).toMatch(/^context-mixture wins/m);
    expect(text).toMatch(/^context-mixture, asked ahead (has not shown|is worse)/m);
    expect(text).toContain('no single label could be answered, asked ahead');
  });

  it('starts afresh for each file and reads gzip', async () => {
    const plain = file('b.jsonl', lines(100).join('\n'));
    const packed = file('b.jsonl.gz', gzipSync(lines(100).join('\n')));
    const one = await evaluate({ task: 'next-action', files: [plain] });
    const two = await evaluate({ task: 'next-action', files: [plain, packed] });
    expect(two.n).toBe(200);
    expect(two.metrics['context-mixture']).toEqual(one.metrics['context-mixture']);
  });

  it('refuses unknown tasks and labels with the list of what is known', async () => {
    await expect(evaluate({ task: 'astrology', files: ['x'] })).rejects.toMatchObject({
      code: 'LMCP_USAGE',
      message: expect.stringContaining('next-command'),
    });
    await expect(evaluate({ task: 'toString', files: ['x'] })).rejects.toMatchObject({ code: 'LMCP_USAGE' });
    await expect(evaluate({ task: 'next-action', label: 'verb', files: ['x'] })).rejects.toMatchObject({
      code: 'LMCP_USAGE',
      message: expect.stringContaining('tool+subject'),
    });
    await expect(evaluate({ task: 'next-action' })).rejects.toMatchObject({ code: 'LMCP_USAGE' });
    await expect(
      evaluate({ task: 'next-action', files: [join(folder, 'missing.jsonl')] }),
    ).rejects.toMatchObject({ code: 'LMCP_USAGE' });
  });

  it('names the line of a bad event', async () => {
    const good = lines(2);
    for (const bad of ['{', '{"at":"yesterday"}', '[]', '{"interactionFinished":{"session":5}}']) {
      const path = file('bad.jsonl', [good[0], '', bad, good[1]].join('\n'));
      await expect(evaluate({ task: 'next-action', files: [path] })).rejects.toMatchObject({
        code: 'LMCP_BAD_EVENT',
        message: expect.stringContaining('line 3'),
        data: { line: 3 },
      });
    }
    const truncated = file('cut.jsonl.gz', gzipSync(lines(2000).join('\n')).subarray(0, 2000));
    await expect(evaluate({ task: 'next-action', files: [truncated] })).rejects.toMatchObject({
      code: 'LMCP_BAD_EVENT',
    });
  });

  it.each([
    ['{"at":"2026-01-01T00:00:00Z","inventedLater":{"x":1}}', /no known type/],
    ['{"metricSampled":{"series":"s","value":"NaN"}}', /metricSampled\.value is not a finite number/],
    ['{"metricSampled":{"series":"s","value":"-Infinity"}}', /not a finite number/],
    ['{"interactionFinished":{"tool":"x","sampleWeight":"Infinity"}}', /sampleWeight is not a finite/],
    ['{"metricSampled":{"series":"s","value":NaN}}', /line 3/],
    ['{"id":"01J","interactionFinished":{"tool":"y"}}', /id 01J was that of line 1/],
    ['{"at":"2026-13-01T00:00:00Z","interactionFinished":{"tool":"y"}}', /line 3/],
    [`{"interactionFinished":{"tool":"${'y'.repeat(10_000_000)}"}}`, /longer than/],
  ])('refuses by code and line what is no sane event (%#)', async (bad, why) => {
    const first = '{"id":"01J","at":"2026-01-01T00:00:00Z","interactionFinished":{"tool":"x"}}';
    const path = file('insane.jsonl', [first, '', bad].join('\n'));
    const predictionsPath = join(folder, 'insane.predictions.jsonl');
    await expect(evaluate({ task: 'next-action', files: [path], predictionsPath })).rejects.toMatchObject({
      code: 'LMCP_BAD_EVENT',
      message: expect.stringMatching(why),
      data: { line: 3 },
    });
  });

  it('takes the order of the lines where clocks jump, and says how many did', async () => {
    const jumping = lines(200).map((line, i) =>
      i % 50 === 49
        ? line.replace(/"at":"[^"]+"/, `"at":"${i < 100 ? '9998' : '1971'}-01-01T00:00:00Z"`)
        : line,
    );
    const predictionsPath = join(folder, 'jumping.predictions.jsonl');
    const result = await evaluate({
      task: 'next-action',
      files: [file('jumping.jsonl', jumping.join('\n'))],
      predictionsPath,
    });
    expect(result.n).toBe(200);
    expect(result.notes.at(-1)).toMatch(/^149 events carry a time before an earlier line's/);
    const said = readFileSync(predictionsPath, 'utf8').trim().split('\n');
    expect(said.map((line) => JSON.parse(line).index)).toEqual(Array.from({ length: 200 }, (_, i) => i));
    for (const { p } of said.flatMap((line) => JSON.parse(line).top)) expect(Number.isFinite(p)).toBe(true);
  });

  it('ignores fields it does not know and numbers events by what it read', async () => {
    const path = file(
      'new.jsonl',
      '{"future":1,"interactionFinished":{"tool":"Read","later":[]}}\n\n{"metricSampled":{}}\n',
    );
    const read: [number, number][] = [];
    for await (const { index, stored } of readEvents(path)) read.push([index, stored.sequence]);
    expect(read).toEqual([
      [0, 1],
      [2, 2],
    ]);
    const result = await evaluate({ task: 'next-action', files: [path] });
    expect(result.n).toBe(1);
    expect(result.notes.at(-1)).toMatch(/^1 other event/);
  });

  it('stops when told to', async () => {
    const path = file('stop.jsonl', lines(50).join('\n'));
    await expect(
      evaluate({ task: 'next-action', files: [path], signal: AbortSignal.abort() }),
    ).rejects.toThrow();
  });

  it('says what cannot be written', async () => {
    const path = file('c.jsonl', lines(50).join('\n'));
    const predictionsPath = join(folder, 'no', 'such', 'folder.jsonl');
    await expect(evaluate({ task: 'next-action', files: [path], predictionsPath })).rejects.toMatchObject({
      code: 'LMCP_DISK',
    });
  });

  it('has a loadable runner for every task', async () => {
    for (const { load } of Object.values(tasks)) expect(await load()).toBeTypeOf('function');
  });
});

describe('suitableTasks', () => {
  const suited = (path: string) => suitableTasks({ files: [path] });
  const run = async (path: string) => {
    for (const request of await suited(path)) await evaluate(request);
  };

  it.each([
    ['{"x":{"a":NaN},"y":1}', 'LMCP_BAD_EXAMPLE', /line 1: .*JSON has no NaN/],
    ['{"x":{"a":-Infinity},"y":1}\n{"x":{"a":1},', 'LMCP_BAD_EXAMPLE', /line 1: .*no Infinity/],
    ['{"x":{"a":1},"y":1}\n{"x":{"a":"NaN,"},', 'LMCP_BAD_EXAMPLE', /line 2: (?!.*no NaN)/],
    ['{"at":"2026-01-01T00:00:00Z","interactionFinished":{"tool":x}}', 'LMCP_BAD_EVENT', /line 1/],
    ['what is this', 'LMCP_USAGE', /neither events nor examples/],
  ])('leaves a bad first line to the task that it was meant for (%#)', async (text, code, message) => {
    await expect(run(file('first.jsonl', text))).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });

  it('goes by the good lines where there are some', async () => {
    const event = '{"interactionFinished":{"tool":"Read"}}';
    const found = await suited(file('mixed.jsonl', `${event}\n{"x":{"a":NaN},"y":1}`));
    expect(found.map(({ task }) => task)).toEqual(['next-action']);
    const long = file('long.jsonl', `{"x":{"a":1},"y":1}\n{"x":{"a":"${'x'.repeat(5e6)}"}}`);
    await expect(run(long)).rejects.toMatchObject({ code: 'LMCP_BAD_EXAMPLE', data: { line: 2 } });
  });

  it.each(['empty.jsonl', 'empty.csv', 'empty.csv.gz'])(
    'refuses %s: nothing is to be evaluated',
    async (name) => {
      for (const blank of ['', '\n \r\n']) {
        const path = file(name, name.endsWith('.gz') ? gzipSync(blank) : blank);
        await expect(suited(path)).rejects.toMatchObject({
          code: 'LMCP_USAGE',
          message: expect.stringContaining('is empty'),
        });
      }
    },
  );
});

describe('renderTable', () => {
  const result: EvaluationResult = {
    task: 'next-action',
    inputs: ['x.jsonl'],
    n: 500,
    model: 'clever',
    primary: 'top-1',
    metrics: { clever: { 'top-1': 0.5, 'top-3': 0.75 }, frequent: { 'top-1': 0.45 } },
    baseline: { name: 'frequent', value: 0.45 },
    lift: 0.05,
    interval: [0.01, 0.09],
    calibration: null,
    drift: null,
    mode: 'learned',
    latency: null,
    selective: null,
    notes: [],
  };

  it('aligns all predictors and follows the gate in its words', () => {
    const text = renderTable(result);
    expect(text).toContain(
      'predictor         top-1  top-3\nclever (learned)  0.500  0.750\nfrequent          0.450      –',
    );
    expect(text).toContain('clever wins: +5.0 points of top-1 against frequent');
    expect(renderTable({ ...result, mode: 'baseline', interval: [-0.01, 0.09] })).toContain(
      'clever has not shown that it wins',
    );
    expect(renderTable({ ...result, mode: 'baseline', lift: -0.05, interval: [-0.09, -0.01] })).toContain(
      'clever is worse: −5.0',
    );
    expect(renderTable({ ...result, mode: 'insufficient' })).toContain('Too few predictions');
    expect(renderTable({ ...result, n: 0 })).toContain('Nothing was asked');
    expect(renderTable({ ...result, mode: 'baseline' })).toMatch(/^clever leads: .*beats every baseline/m);
    expect(renderTable({ ...result, mode: 'baseline', lift: -1e-9, interval: [-0.01, 0.01] })).toContain(
      'wins: 0.0 points',
    );
    const none = { difference: null, interval: null };
    const overall = { ...none, lower: false, by: null };
    const source = { n: 9, value: 0.5, baseline: null, ...none, overall };
    const sources = ['ci', 'odd'].map((name) => ({ ...source, source: name, suspect: name === 'odd' }));
    expect(renderTable({ ...result, sources })).toMatch(/^odd +9 +0.500 +– +does not fit the others$/m);
    const lower = sources.map((row) => ({
      ...row,
      suspect: false,
      overall: { ...overall, lower: true, by: 'baseline' as const },
    }));
    expect(renderTable({ ...result, sources: lower })).toMatch(
      /^ci .* agrees less with the trivial predictors$/m,
    );
    expect(renderTable({ ...result, sources: sources.slice(0, 1) })).not.toContain('source');
    expect(text).toContain('No change of accuracy');
    const moved = renderTable({ ...result, since: 1.7e12, drift: { at: 0, what: 'accuracy fell' } });
    expect(moved).toContain('since the lift changed on 2023-11-14. It answers.');
    expect(moved).toContain('Last change noticed: accuracy fell.');
    const of = (size: number, answered: number, right: number) => {
      const accuracy = answered === 0 ? null : right / answered;
      return {
        size,
        answered,
        right,
        coverage: answered / 500,
        accuracy,
        lower: accuracy && accuracy - 0.0499,
      };
    };
    const selective = {
      target: 0.95,
      ...of(1, 100, 97),
      sizes: [of(1, 100, 97), of(2, 0, 0), of(5, 300, 294)],
    };
    expect(renderTable({ ...result, selective })).toContain(
      'one label at 20.0 % of the events (100), right in 97.0 %, at least 92.0 % by Wilson (thresholds chosen online).\n' +
        '  one of 5 labels at another 60.0 % of the events (300), right in 98.0 %, at least 93.0 % by Wilson.',
    );
    const large = { target: 0.95, ...of(1, 0, 0), sizes: [of(1, 0, 0), of(5, 300, 294)] };
    expect(renderTable({ ...result, selective: large })).toMatch(
      /no single label could be answered\.\n {2}one of 5/,
    );
    for (const mode of ['baseline', 'insufficient'] as const)
      expect(renderTable({ ...result, mode, interval: [-0.01, 0.09] })).not.toMatch(/^clever wins/m);
  });
});
