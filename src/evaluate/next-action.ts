/**
 * Evaluates next actions and next commands on event files, through the learner that serves.
 * It exists so that a claim about accuracy can be checked on anybody's own history.
 * The predictions file holds what the learned model said, with the gate's mode at that time; the row "served" of the
 * result is what a user would have been given: the baseline until the model had shown that it wins. `answer` on a line is the
 * selective answer: the label, or the few of which one comes, where that was proven safe by then; null where it was not.
 * Invariant: each event is predicted before it is learned; nothing of a file is known ahead; each file starts afresh.
 */
import { LmcpError } from '../errors/index.js';
import { hits, Scorecard, type ScorecardReport, SelectiveSets } from '../learning/index.js';
import { type ActionLabel, actionOf } from '../servers/learning/learners/action.js';
import { baselineNames } from '../servers/learning/learners/action-model.js';
import { NextActionLearner, nextActionModel } from '../servers/learning/learners/next-action.js';
import { EventChecks } from './event-checks.js';
import { FileProgress } from './file-progress.js';
import { counted } from './notes.js';
import { PredictionFile } from './prediction-file.js';
import { readEvents } from './read-events.js';
import type { OnRead } from './read-text.js';
import type { EvaluationRequest, EvaluationResult } from './result.js';
import { fromScorecard, Served } from './served.js';
import { Stopwatch } from './stopwatch.js';
import { SureAnswers } from './sure-answers.js';

/** Labels each task understands; the first is the default. */
export const nextActionLabels: Readonly<Record<string, readonly ActionLabel[]>> = {
  'next-action': ['tool', 'tool+subject'],
  'next-command': ['verb', 'line'],
};

const ranks = [1, 3, 5];

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
  readonly served = new Served(ranks.map((k) => `top-${k}`));
  readonly sure = new SureAnswers(0.95, SelectiveSets.sizes);
  readonly card: Scorecard;
  /** The last change that a learner reacted to. */
  drift: ScorecardReport['drift'] = null;
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

  async replay(file: string, onRead: OnRead, out: (line: object) => Promise<void>): Promise<void> {
    const learner = new NextActionLearner({ task: this.#task, label: this.#label });
    const checks = new EventChecks();
    for await (const { index, stored } of readEvents(file, { checks, onRead })) {
      const action = actionOf(stored.event, this.#label);
      if (!action) {
        this.left++;
        if (learner.consumes.some((type) => type === stored.event.data.case)) learner.learnOne(stored);
        continue;
      }
      const { session, at, source } = action;
      const question = { session, at, source };
      const prediction = this.watch.predict(() => learner.predictOne(question));
      const { ranked, baselines } = learner.forecast(question);
      const sure = learner.sure(ranked);
      await out({
        index,
        top: ranked.slice(0, 10).map(({ label, p }) => ({ label, p })),
        mode: prediction.mode,
        answer: sure,
      });
      this.watch.learn(() => learner.learnOne(stored));

      const scores: Record<string, Record<string, number>> = {};
      const names = (list: readonly { label: string }[]) => list.map(({ label }) => label);
      scores[nextActionModel] = hitsOf(names(ranked), action.label);
      for (const name of baselineNames) scores[name] = hitsOf(names(baselines[name]), action.label);
      const confidence = ranked[0]?.p ?? 0;
      const correct = ranked[0]?.label === action.label;
      this.card.observe({ scores, confidence, correct, weight: action.weight, at, source });
      this.sure.observe(sure, action.label);
      this.served.observe(hitsOf(names(prediction.answer ?? []), action.label), action.weight);
    }
    this.drift = learner.scorecards()[0]?.drift ?? this.drift;
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
  const progress = new FileProgress(request);
  try {
    for (const file of files)
      await tester.replay(file, progress.reader(file), async (line) => {
        if (written) await written.write(files.length > 1 ? { file, ...line } : line);
      });
  } finally {
    await written?.close();
  }
  progress.end();
  const report = tester.card.report();
  return {
    task: request.task,
    label,
    inputs: files,
    ...fromScorecard(report, tester.served),
    drift: tester.drift,
    latency: tester.watch.report(),
    selective: report.n === 0 ? null : tester.sure.report(),
    notes: [
      ...counted(
        tester.left,
        'other event was read and not asked about.',
        'other events were read and not asked about.',
      ),
      ...counted(
        tester.backwards,
        "event carries a time before an earlier line's; the order of the lines counted.",
        "events carry a time before an earlier line's; the order of the lines counted.",
      ),
    ],
  };
}
