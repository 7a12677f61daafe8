/**
 * What the learners of commands cost: time and memory of learning, asking and searching, on a generated history.
 * It exists because a history is long, and the thread that learns it also answers.
 * Invariant: the stream follows from its seed; words, folders, sessions and lines are ever new in part, so that every bound is met.
 */
import { create } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { seededRandom } from '../../src/learning/contract/index.js';
import { CommandFinishedSchema, EventSchema, type StoredEvent } from '../../src/proto/index.js';
import { CommandLinesLearner, nextCommandLearner } from '../../src/servers/bash/predict/index.js';

const MiB = 1024 ** 2;
const verbs = ['git', 'npm', 'ls', 'cd', 'cat', 'grep -rn', 'docker', 'make', 'vim', 'rm', 'cp', 'kubectl'];
const words = ['status', 'log', 'test', 'run', 'src', 'build', 'README.md', 'compose', 'get', 'pods', 'main'];
/** Lines that every search runs over at least. */
const linesSearched = 50_000;

function* history(commands: number, seed: number): Generator<StoredEvent> {
  const random = seededRandom(seed);
  const pick = <T>(from: readonly T[]): T | undefined => from[Math.floor(random() ** 2 * from.length)];
  for (let i = 1; i <= commands; i++) {
    const file = Math.floor(i / 40) + Math.floor(random() * 30);
    const target = random() < 0.3 ? `packages/p${file % 97}/src/module-${file}.ts` : pick(words);
    const value = create(CommandFinishedSchema, {
      session: `bash-history-${Math.floor(i / 150)}`,
      cwd: `packages/p${Math.floor(i / 20) % 97}`,
      command: `${pick(verbs)} ${pick(words)} ${target}${random() < 0.05 ? ` --seed ${i}` : ''}`,
      ...(random() < 0.9 ? { exitCode: random() < 0.9 ? 0 : 1 } : {}),
    });
    const at = timestampFromMs(1.6e12 + i * 20_000);
    yield {
      sequence: i,
      event: create(EventSchema, { at, source: 'history:bash', data: { case: 'commandFinished', value } }),
    };
  }
}

/** Bytes in use after a full collection: heap and array buffers. Needs --expose-gc to be exact. */
function inUse(): number {
  const collect = (globalThis as { gc?: () => void }).gc;
  collect?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** Milliseconds at some shares of the sorted times. */
function shares(times: readonly number[]): { p50Ms: number; p95Ms: number; p99Ms: number } {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return { p50Ms: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99) };
}

function timed(times: number[], work: () => void): void {
  const start = performance.now();
  work();
  times.push(performance.now() - start);
}

const queries = ['git log', 'compose', 'module 12', 'kub pods main', 'seed 4', 'test', 'nothing like it', ''];

/** One search after another, over a history of its own with enough lines. */
function searching() {
  const learner = new CommandLinesLearner();
  for (const stored of history(3 * linesSearched, 2)) learner.learnOne(stored);
  const first: number[] = [];
  timed(first, () => learner.find({ query: 'git', cwd: null, limit: 20 }));
  const rows = queries.map((query) => {
    const times: number[] = [];
    for (let n = 0; n < 200; n++) timed(times, () => learner.find({ query, cwd: 'packages/p3', limit: 20 }));
    const { total } = learner.find({ query, cwd: null, limit: 1 });
    return { query: query || '(all)', matches: total, ...shares(times), times };
  });
  const all = rows.flatMap(({ times }) => times);
  const { total } = learner.find({ query: '', cwd: null, limit: 1 });
  return [
    ...rows.map(({ times: _, ...row }) => row),
    { query: 'every one of these', matches: total, ...shares(all) },
    { query: 'the first, which indexes', matches: total, ...shares(first) },
  ];
}

export function measureCost(commands: number) {
  const before = inUse();
  const line = new CommandLinesLearner();
  const verb = nextCommandLearner('verb');
  const learning: object[] = [];
  let [lineMs, verbMs] = [0, 0];
  for (const stored of history(commands, 1)) {
    const start = performance.now();
    line.learnOne(stored);
    const middle = performance.now();
    verb.learnOne(stored);
    verbMs += performance.now() - middle;
    lineMs += middle - start;
    const n = stored.sequence;
    if (n !== commands && (n < 1e4 || !Number.isInteger(Math.log10(n)))) continue;
    learning.push({
      commands: n,
      bothMiB: (inUse() - before) / MiB,
      collected: 'gc' in globalThis,
      learnLineUs: (1000 * lineMs) / n,
      learnVerbUs: (1000 * verbMs) / n,
    });
  }
  const asked: number[] = [];
  for (let n = 0; n < 2000; n++)
    timed(asked, () =>
      line.predictOne({
        session: 's',
        cwd: `packages/p${n % 97}`,
        recent: ['git status', 'npm test'],
        top: 5,
      }),
    );
  line.find({ query: 'git', cwd: null, limit: 20 });
  const indexed = (inUse() - before) / MiB;
  const [written, read]: [number[], number[]] = [[], []];
  let state = new Uint8Array();
  timed(written, () => {
    state = Uint8Array.from(line.snapshot());
  });
  timed(read, () => new CommandLinesLearner().restore(state));
  const { p50Ms, p99Ms } = shares(asked);
  return {
    learning,
    searching: searching(),
    state: {
      predictP50Us: 1000 * p50Ms,
      predictP99Us: 1000 * p99Ms,
      bothMiBWithIndex: indexed,
      snapshotMiB: state.length / MiB,
      writtenMs: written[0],
      readMs: read[0],
    },
  };
}
