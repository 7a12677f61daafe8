/**
 * Bench "learning": accuracy and cost of next-action prediction on event files, beside the Markov models and their Hedge mixture.
 * It exists so that every figure the documents state about next actions comes from one command.
 * The model has four rows: told the time of the event that it is asked about, or asked ahead without it, as `predict_next` is;
 * and each of these where the names of sessions tell nothing.
 * Invariant: every predictor sees the same events in the same order and is asked before each outcome.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { checkNoPeeking, type PeekingVerdict } from '../../src/evaluate/contract/no-peeking.js';
import {
  type EvaluationResult,
  evaluate,
  readEvents,
  renderTable,
  Stopwatch,
} from '../../src/evaluate/index.js';
import {
  type ActionLabel,
  actionOf,
  type Distribution,
  Hedge,
  hits,
  MarkovModel,
  NextActionLearner,
  topK,
} from '../../src/learning/index.js';

import { machine, machineText } from '../rig/machine.js';
import { measureMemory } from './memory.js';
import { measureOpaqueSessions } from './opaque-sessions.js';
import { measureReplay } from './replay.js';

const suites: readonly { task: string; label: ActionLabel; file: string }[] = [
  { task: 'next-action', label: 'tool', file: 'specstory.jsonl.gz' },
  { task: 'next-action', label: 'tool+subject', file: 'specstory.jsonl.gz' },
  { task: 'next-command', label: 'verb', file: 'intercode.jsonl.gz' },
  { task: 'next-command', label: 'line', file: 'intercode.jsonl.gz' },
];

/** Folder of the data sets: LMCP_SHARED_DATA, else beside the checkout. */
function actionsFolder(): string | undefined {
  const given = process.env.LMCP_SHARED_DATA;
  const candidates = given ? [given] : [join('..', 'shared', 'data')];
  return candidates.map((data) => join(data, 'learning', 'actions')).find((path) => existsSync(path));
}

type Hits = Record<string, number>;

/** Markov models of order 0 … 5 and their Hedge mixture: the classic way, for comparison. */
async function classic(file: string, label: ActionLabel): Promise<Record<string, Hits>> {
  const models = [0, 1, 2, 3, 5].map((order) => new MarkovModel({ order }));
  const hedge = new Hedge({ experts: models.length });
  const histories = new Map<string, string[]>();
  const sums: Record<string, Hits> = {};
  let n = 0;
  const count = (name: string, { p }: Distribution, truth: string) => {
    const rank = topK(p, 5).findIndex((item) => item.label === truth);
    const row = sums[name] ?? {};
    sums[name] = row;
    for (const [metric, hit] of Object.entries(hits(rank, [1, 3, 5]))) row[metric] = (row[metric] ?? 0) + hit;
  };
  for await (const { stored } of readEvents(file)) {
    const action = actionOf(stored.event, label);
    if (!action) continue;
    const history = histories.get(action.session) ?? [];
    const said = models.map((model) => model.predictProbaOne(history));
    for (const [i, order] of [0, 1, 2, 3, 5].entries()) {
      const distribution = said[i];
      if (distribution) count(`Witten-Bell ${order}`, distribution, action.label);
    }
    count('Hedge mix', hedge.mix(said), action.label);
    hedge.learnOne(said.map(({ p, other }) => p.get(action.label) ?? other * 0.01));
    for (const model of models) model.learnOne(history, action.label);
    histories.set(action.session, [...history, action.label].slice(-8));
    n++;
  }
  return Object.fromEntries(
    Object.entries(sums).map(([name, row]) => [
      name,
      Object.fromEntries(Object.entries(row).map(([metric, sum]) => [metric, sum / n])),
    ]),
  );
}

interface LearnAlone {
  /** Mean of learnOne when nobody asked before: it works out its own forecast to score it. */
  readonly learnUnaskedMeanUs: number;
  readonly snapshotBytes: number;
  readonly snapshotMs: number;
  readonly restoreMs: number;
}

async function alone(file: string, task: string, label: ActionLabel): Promise<LearnAlone> {
  const learner = new NextActionLearner({ task, label });
  const watch = new Stopwatch();
  watch.predict(() => learner.predictOne({ session: '' }));
  for await (const { stored } of readEvents(file)) watch.learn(() => learner.learnOne(stored));
  const start = performance.now();
  const state = learner.snapshot();
  const written = performance.now();
  new NextActionLearner({ task, label }).restore(state);
  return {
    learnUnaskedMeanUs: watch.report()?.learnMeanUs ?? 0,
    snapshotBytes: state.length,
    snapshotMs: written - start,
    restoreMs: performance.now() - written,
  };
}

type SuiteResult = EvaluationResult & {
  readonly classic: Record<string, Hits>;
  /** The model's rows on the same events with sessions named by hashes. */
  readonly opaqueSessions: Record<string, Hits>;
  readonly alone: LearnAlone;
  readonly noPeeking: PeekingVerdict;
};

interface Options {
  readonly json: boolean;
  /**
   * "memory [EVENTS]" measures memory on a generated stream (default 10 million), "replay [EVENTS]" how fast a journal is
   * folded (default 60,000), instead of accuracy.
   */
  readonly arguments: readonly string[];
}

/** @returns one result a data set and label; `skipped` says why there is none */
export async function run({ json, arguments: [what, count] }: Options): Promise<object> {
  if (what === 'memory') {
    const memory = measureMemory(Number(count ?? 1e7));
    if (!json) console.table(memory);
    return { memory };
  }
  if (what === 'replay') {
    const replay = await measureReplay(Number(count ?? 60_000));
    if (!json) {
      console.log(machineText(machine()));
      for (const { fold, events, folded, perSecond, microsFolded } of replay)
        console.log(
          `${fold.padEnd(36)} ${perSecond.toFixed(0).padStart(9)} events/s; ${folded} of ${events} folded, ${microsFolded.toFixed(1)} µs each`,
        );
    }
    return { machine: machine(), replay };
  }
  const folder = actionsFolder();
  if (!folder) {
    const skipped = 'No data: set LMCP_SHARED_DATA to the folder of the data sets.';
    if (!json) console.log(skipped);
    return { skipped };
  }
  const results: SuiteResult[] = [];
  for (const { task, label, file } of suites) {
    const path = join(folder, file);
    const evaluated = await evaluate({ task, label, files: [path] });
    const result = {
      ...evaluated,
      classic: await classic(path, label),
      opaqueSessions: await measureOpaqueSessions({ task, label, file: path }),
      alone: await alone(path, task, label),
      // A cut that nobody chose: it is printed, so that a failure can be repeated.
      noPeeking: await checkNoPeeking({ task, label, file: path, cut: 0.1 + 0.8 * Math.random() }),
    };
    results.push(result);
    if (!json) {
      const metrics = { ...evaluated.metrics, ...result.opaqueSessions, ...result.classic };
      console.log(renderTable({ ...evaluated, metrics }));
      const { learnUnaskedMeanUs, snapshotBytes, snapshotMs, restoreMs } = result.alone;
      console.log(
        `Learn without a question before ${learnUnaskedMeanUs.toFixed(0)} µs mean; snapshot ${(snapshotBytes / 1024).toFixed(0)} KiB, written in ${snapshotMs.toFixed(0)} ms, restored in ${restoreMs.toFixed(0)} ms.`,
      );
      const { compared, firstDifference, changedLater } = result.noPeeking;
      console.log(
        `No peeking: the first ${compared} predictions are ${firstDifference === null && changedLater ? 'byte-identical' : `NOT the same (line ${firstDifference})`} when every outcome from there on is flipped.\n`,
      );
    }
  }
  return { results };
}
