/**
 * `npm run bench -- bash-generate PAIRS.jsonl [--split=SALT,…] [--tasks]`: generation beside BM25 on splits that
 * share no command and no request with training; with --tasks the first candidate run on our own tasks.
 * It exists so that every figure on generated commands has one command.
 * Invariant: commands of the pairs file are parsed and compared, never run.
 */
import { readFileSync } from 'node:fs';
import { LmcpError } from '../../src/errors/index.js';
import {
  Bm25,
  decodeModel,
  encodeModel,
  Generator,
  loadGenerator,
  parsePairs,
  type RawPair,
  readPairs,
  trainModel,
} from '../../src/servers/bash/generate/index.js';
import { type Row, Scores } from './score.js';
import { splitPairs } from './split.js';
import { runTasks } from './tasks/run-tasks.js';

const held = 0.15;
const wordsOf = (text: string) => text.toLowerCase().match(/[a-z0-9_.-]+/g) ?? [];

function print(title: string, rows: readonly object[], json: boolean): void {
  if (json) return;
  process.stdout.write(`${title}\n`);
  for (const row of rows)
    process.stdout.write(
      `  ${Object.entries(row)
        .map(
          ([key, value]) =>
            `${key} ${typeof value === 'number' && !Number.isInteger(value) ? value.toFixed(3) : value}`,
        )
        .join('  ')}\n`,
    );
}

function meanAndRange(rows: readonly Row[]): object {
  const first = rows[0];
  if (!first) return {};
  return Object.fromEntries(
    Object.keys(first).map((key) => {
      const values = rows.map((row) => row[key as keyof Row]);
      const mean = values.reduce((a, b) => a + b, 0) / values.length;
      return [key, { mean, least: Math.min(...values), most: Math.max(...values) }];
    }),
  );
}

function split(raw: readonly RawPair[], salt: string): { bm25: Row; generated: Row; about: object } {
  const { train, test } = splitPairs(raw, held, salt);
  const pairs = readPairs(train);
  const tests = readPairs(test);
  const bm25 = new Bm25(pairs.map(({ text }) => wordsOf(text)));
  const started = performance.now();
  // As it is served: through the file.
  const generator = new Generator(decodeModel(encodeModel(trainModel(train))));
  const trainedMs = performance.now() - started;
  const baseline = new Scores();
  const generated = new Scores();
  const times: number[] = [];
  for (const { text, command, shape } of tests) {
    const scores = bm25.scores(wordsOf(text));
    const best = [...scores.keys()].sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0)).slice(0, 5);
    const most = scores[best[0] ?? 0] || 1;
    baseline.add({
      truth: shape,
      command,
      // BM25 gives no probability: a candidate is as sure as its score beside the best one's.
      candidates: best.map((at) => ({
        command: pairs[at]?.command ?? '',
        confidence: (scores[at] ?? 0) / most,
      })),
    });
    const start = performance.now();
    const candidates = generator.generate(text);
    times.push(performance.now() - start);
    generated.add({ truth: shape, command, candidates });
  }
  const templates = new Set(pairs.map(({ shape }) => shape.template));
  times.sort((a, b) => a - b);
  return {
    about: {
      salt,
      pairs: pairs.length,
      unparsed: train.length - pairs.length + (test.length - tests.length),
      templatesInTraining: tests.filter(({ shape }) => templates.has(shape.template)).length / tests.length,
      trainedMs,
      medianMs: times[times.length >> 1] ?? 0,
      p95Ms: times[Math.floor(times.length * 0.95)] ?? 0,
    },
    bm25: baseline.row(),
    generated: generated.row(),
  };
}

function generation(file: string, salts: readonly string[], json: boolean): object {
  const raw = parsePairs(readFileSync(file, 'utf8'));
  const splits = salts.map((salt) => {
    const result = split(raw, salt);
    print('split', [result.about], json);
    print('BM25', [result.bm25], json);
    print('generated', [result.generated], json);
    return result;
  });
  const bm25 = meanAndRange(splits.map((each) => each.bm25));
  const generated = meanAndRange(splits.map((each) => each.generated));
  const shown = (row: object) =>
    Object.entries(row).map(([measure, spread]) => ({ measure, ...(spread as object) }));
  print('BM25, all splits', shown(bm25), json);
  print('generated, all splits', shown(generated), json);
  return { splits, bm25, generated };
}

async function executed(json: boolean): Promise<object> {
  const generator = await loadGenerator();
  const report = await runTasks((request) => generator.generate(request, { top: 1 })[0]?.command ?? null);
  const { results, interval, ...figures } = report;
  print('tasks: first candidate', [{ ...figures, low: interval[0], high: interval[1] }], json);
  print(
    'each',
    results.map(({ right, request, command }) => ({ right, request, command })),
    json,
  );
  return report;
}

export async function run({
  json,
  arguments: [file],
  flags,
}: {
  json: boolean;
  arguments: readonly string[];
  flags: readonly string[];
}): Promise<object> {
  if (flags.includes('--tasks')) return executed(json);
  if (file === undefined)
    throw new LmcpError('LMCP_USAGE', 'Give the file of pairs: {"nl": …, "command": …} a line.');
  const salts = flags.find((flag) => flag.startsWith('--split='))?.slice('--split='.length) ?? 'a';
  return generation(file, salts.split(','), json);
}
