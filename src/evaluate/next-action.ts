/**
 * Evaluates next actions and next commands on event files, through the learner that serves.
 * It exists so that a claim about accuracy can be checked on anybody's own history.
 * The predictions file holds what the learned model said, with the gate's mode at that time; the row "served" of the
 * result is what a user would have been given: the baseline until the model had shown that it wins. `answer` on a line is the
 * selective answer: the label, or the two of which one comes, where that was proven safe by then; null where it was not.
 * Invariant: each event is predicted before it is learned; nothing of a file is known ahead; each file starts afresh.
 */
import { LmcpError } from '../errors/index.js';
import { hits, Scorecard, SelectiveSets } from '../learning/index.js';
import { type ActionLabel, actionOf } from '../servers/learning/learners/action.js';
import { baselineNames } from '../servers/learning/learners/action-model.js';
import { NextActionLearner, nextActionModel } from '../servers/learning/learners/next-action.js';
import { EventChecks } from './event-checks.js';
import { PredictionFile } from './prediction-file.js';
import { readEvents } from './read-events.js';
import type { EvaluationRequest, EvaluationResult } from './result.js';
import { Stopwatch } from './stopwatch.js';

/** Labels each task understands; the first is the default. */
export const nextActionLabels: Readonly<Record<string, readonly ActionLabel[]>> = {
  'next-action': ['tool', 'tool+subject'],
  'next-command': ['verb', 'line'],
};

const ranks = [1, 3, 5];
const reportEvery = 500;

function labelOf({ task, label }: EvaluationRequest): ActionLabel {
  const known = nextActionLabels[task] ?? [];
  const found = label === undefined ? known[0] : known.find((name) => name === label);
  if (!found)
    throw new LmcpError('LMCP_USAGE', `Unknown label ${label} of ${task}. Known: ${known.join(', ')}.`);
  return found;
}

function hitsOf(labels: readonly string[], truth: string): Record<string, number> {
  return hits(labels.indexOf(truth), ranks);
}

/** What one run over all files gathers. */
class Tester {
  readonly watch = new Stopwatch();
  readonly served = new Map(ranks.map((k) => [`top-${k}`, 0]));
  readonly selective = new SelectiveSets();
  readonly card: Scorecard;
  left = 0;
  backwards = 0;
  readonly #task: string;
  readonly #label: ActionLabel;

  constructor(task: string, label: ActionLabel) {
    this.#task = task;
    this.#label = label;
    this.card = new Scorecard({
      task,
      kind: 'history',
      model: nextActionModel,
      baselines: baselineNames,
      metrics: ranks.map((k) => `top-${k}`),
      primary: 'top-1',
    });
  }

  async replay(file: string, out: (line: object) => Promise<void>, step: () => void): Promise<void> {
    const learner = new NextActionLearner({ task: this.#task, label: this.#label });
    const checks = new EventChecks();
    for await (const { index, stored } of readEvents(file, checks)) {
      const action = actionOf(stored.event, this.#label);
      if (!action) {
        this.left++;
        learner.learnOne(stored);
        continue;
      }
      const { session, at, source } = action;
      const question = { session, at, source };
      const prediction = this.watch.predict(() => learner.predictOne(question));
      const { ranked, baselines } = learner.forecast(question);
      await out({
        index,
        top: ranked.slice(0, 10).map(({ label, p }) => ({ label, p })),
        mode: prediction.mode,
        answer: learner.sure(ranked),
      });
      this.watch.learn(() => learner.learnOne(stored));

      const scores: Record<string, Record<string, number>> = {};
      const names = (list: readonly { label: string }[]) => list.map(({ label }) => label);
      scores[nextActionModel] = hitsOf(names(ranked), action.label);
      for (const name of baselineNames) scores[name] = hitsOf(names(baselines[name]), action.label);
      const confidence = ranked[0]?.p ?? 0;
      const correct = ranked[0]?.label === action.label;
      this.card.observe({ scores, confidence, correct, weight: action.weight, at });
      this.selective.observe(
        ranked.map(({ p }) => p),
        names(ranked).indexOf(action.label),
      );
      for (const [metric, hit] of Object.entries(hitsOf(names(prediction.answer ?? []), action.label)))
        this.served.set(metric, (this.served.get(metric) ?? 0) + hit);
      step();
    }
    this.backwards += checks.backwards;
  }
}

export async function evaluateNextAction(request: EvaluationRequest): Promise<EvaluationResult> {
  const label = labelOf(request);
  const files = request.files ?? [];
  if (files.length === 0)
    throw new LmcpError('LMCP_USAGE', `${request.task} needs at least one file of events.`);
  const tester = new Tester(request.task, label);
  const written = request.predictionsPath ? new PredictionFile(request.predictionsPath) : undefined;
  let done = 0;
  try {
    for (const file of files)
      await tester.replay(
        file,
        async (line) => {
          if (written) await written.write(files.length > 1 ? { file, ...line } : line);
        },
        () => {
          request.signal?.throwIfAborted();
          if (++done % reportEvery === 0) request.onProgress?.(done, null);
        },
      );
  } finally {
    await written?.close();
  }
  request.onProgress?.(done, done);
  const report = tester.card.report();
  const served = Object.fromEntries(
    [...tester.served].map(([metric, sum]) => [metric, sum / Math.max(1, report.n)]),
  );
  return {
    task: request.task,
    label,
    inputs: files,
    n: report.n,
    model: report.model,
    primary: report.primary,
    metrics: report.n === 0 ? report.metrics : { ...report.metrics, served },
    baseline: report.baseline,
    lift: report.lift,
    interval: report.interval,
    calibration: report.calibration,
    mode: report.mode,
    latency: tester.watch.report(),
    selective: report.n === 0 ? null : tester.selective.report(),
    notes: [
      ...(tester.left > 0 ? [`${tester.left} other events were read and not asked about.`] : []),
      ...(tester.backwards > 0
        ? [
            `${tester.backwards} events carry a time before an earlier line's; the order of the lines counted.`,
          ]
        : []),
    ],
  };
}
