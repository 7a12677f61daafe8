/**
 * `npm run bench -- bash-generate PAIRS.jsonl [--split=SALT] [--rewrites]`: generation beside BM25 on a split that shares no
 * command and no request with training; with --rewrites the optimiser's differential harness and gains instead.
 * It exists so that every figure on generated and rewritten commands has one command.
 * Invariant: commands of the pairs file are parsed and compared, never run.
 */
import { readFileSync } from 'node:fs';
import { LmcpError } from '../../src/errors/index.js';
import { Bm25, Generator, parsePairs, readPairs } from '../../src/servers/bash/generate/index.js';
import { differential } from './differential.js';
import { gains } from './gain.js';
import { Scores } from './score.js';
import { splitPairs } from './split.js';

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

async function rewrites(json: boolean): Promise<object> {
  const { sandboxed, rules, failures } = await differential();
  print(
    `differential harness${sandboxed ? ', in bubblewrap' : ', bubblewrap missing: temporary folder only'}`,
    rules,
    json,
  );
  print(
    'contradicted',
    failures.map((failure) => ({ failure })),
    json,
  );
  const gain = gains(2000, 3);
  print('gains, 2,000 files, 200,000 lines', gain, json);
  return { sandboxed, rules, failures, gain };
}

function generation(file: string, salt: string, json: boolean): object {
  const { train, test } = splitPairs(parsePairs(readFileSync(file, 'utf8')), held, salt);
  const pairs = readPairs(train);
  const tests = readPairs(test);
  const bm25 = new Bm25(pairs.map(({ text }) => wordsOf(text)));
  const started = performance.now();
  const generator = new Generator(pairs);
  const trainedMs = performance.now() - started;
  const baseline = new Scores();
  const generated = new Scores();
  let same = 0;
  const times: number[] = [];
  for (const { text, command, shape } of tests) {
    const scores = bm25.scores(wordsOf(text));
    const best = [...scores.keys()].sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0)).slice(0, 5);
    baseline.add(
      shape,
      best.map((at) => pairs[at]?.command ?? ''),
    );
    const start = performance.now();
    const candidates = generator.generate(text, { analyse: () => null });
    times.push(performance.now() - start);
    generated.add(
      shape,
      candidates.map((candidate) => candidate.command),
    );
    if (candidates[0]?.command === command) same++;
  }
  const templates = new Set(pairs.map(({ shape }) => shape.template));
  const result = {
    salt,
    pairs: pairs.length,
    unparsed: train.length - pairs.length + (test.length - tests.length),
    templatesInTraining: tests.filter(({ shape }) => templates.has(shape.template)).length / tests.length,
    trainedMs,
    medianMs: times.toSorted((a, b) => a - b)[times.length >> 1] ?? 0,
    sameCommandFirst: same / tests.length,
    bm25: baseline.row(),
    generated: generated.row(),
  };
  print('split', [{ ...result, bm25: '', generated: '' }], json);
  print('BM25', [result.bm25], json);
  print('generated', [result.generated], json);
  return result;
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
  if (flags.includes('--rewrites')) return rewrites(json);
  if (file === undefined)
    throw new LmcpError('LMCP_USAGE', 'Give the file of pairs: {"nl": …, "command": …} a line.');
  const salt = flags.find((flag) => flag.startsWith('--split='))?.slice('--split='.length) ?? 'a';
  return generation(file, salt, json);
}
