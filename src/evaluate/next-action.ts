/**
 * Evaluates next actions and next commands on event files, through the learner that serves.
 * It exists so that a claim about accuracy can be checked on anybody's own history.
 * Two learners are replayed. One is told the time of the step that it is asked about: the predictions file holds what it said,
 * with its gate's mode at that time; `answer` on a line is its selective answer, the label or the few of which one comes, where
 * that was proven safe by then. The other is asked ahead, as live questions come, and has its own row and gate; the row "served"
 * is what a user would have been given by it: the baseline until it had shown that it wins.
 * Invariant: each event is predicted before it is learned; nothing of a file is known ahead; each file starts afresh.
 */
import { LmcpError } from '../errors/index.js';
import {
  type Action,
  type ActionLabel,
  type AskingTime,
  actionOf,
  baselinesOf,
  hits,
  NextActionLearner,
  nextActionModel,
  type Prediction,
  type Ranked,
  Scorecard,
  type ScorecardReport,
  SelectiveSets,
} from '../learning/index.js';
import type { StoredEvent } from '../proto/index.js';
import { nextCommandLearner } from '../servers/bash/predict/index.js';
import { EventChecks } from './event-checks.js';
import { FileProgress } from './file-progress.js';
import { counted } from './notes.js';
import { PredictionFile } from './prediction-file.js';
import { readEvents } from './read-events.js';
import type { OnRead } from './read-text.js';
import type { EvaluationRequest, EvaluationResult, SelectiveCoverage } from './result.js';
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

function hitsOf(ranked: readonly Ranked[], truth: string): Record<string, number> {
  return hits(
    ranked.findIndex(({ label }) => label === truth),
    ranks,
  );
}

/** The learner that serves, unfolded. */
function servingLearner({ task, label }: Asked, asked: AskingTime): NextActionLearner {
  return label === 'verb' || label === 'line'
    ? nextCommandLearner(label, asked)
    : new NextActionLearner({ task, label, asked });
}

/** Row of the model without the time of the step. */
const aheadRow = `${nextActionModel}, asked ahead`;

interface Asked {
  readonly task: string;
  readonly label: ActionLabel;
}

interface Said {
  readonly ranked: readonly Ranked[];
  readonly given: Prediction<readonly Ranked[]>;
  readonly sure: readonly string[] | null;
}

/** What one way of asking gathers over all files. */
class Track {
  readonly asked: AskingTime;
  readonly sure = new SureAnswers(0.95, SelectiveSets.sizes);
  readonly card: Scorecard;
  readonly #options: Asked;
  #learner: NextActionLearner;
  #drift: ScorecardReport['drift'] = null;

  constructor(asked: AskingTime, options: Asked) {
    this.asked = asked;
    this.#options = options;
    this.#learner = servingLearner(options, asked);
    this.card = new Scorecard({
      task: options.task,
      kind: 'history',
      model: nextActionModel,
      baselines: baselinesOf(options.label),
      metrics: ranks.map((k) => `top-${k}`),
      primary: 'top-1',
    });
  }

  /** Another file begins. */
  restart(): void {
    this.#drift = this.drift;
    this.#learner = servingLearner(this.#options, this.asked);
  }

  /** The last change that a learner reacted to. */
  get drift(): ScorecardReport['drift'] {
    return this.#learner.scorecards()[0]?.drift ?? this.#drift;
  }

  learn(stored: StoredEvent): void {
    if (this.#learner.consumes.some((type) => type === stored.event.data.case))
      this.#learner.learnOne(stored);
  }

  predict({ session, at, source }: Action): Prediction<readonly Ranked[]> {
    return this.#learner.predictOne({ session, at, source });
  }

  /** What there was to say about a step, scored; to be called before it is learned. */
  score(action: Action, given: Prediction<readonly Ranked[]>): Said {
    const { session, at, source, label, weight } = action;
    const { ranked, baselines } = this.#learner.forecast({ session, at, source });
    const sure = this.#learner.sure(ranked);
    const scores: Record<string, Record<string, number>> = { [nextActionModel]: hitsOf(ranked, label) };
    for (const name of baselinesOf(this.#options.label)) scores[name] = hitsOf(baselines[name] ?? [], label);
    const correct = ranked[0]?.label === label;
    this.card.observe({ scores, confidence: ranked[0]?.p ?? 0, correct, weight, at, source });
    this.sure.observe(sure, label);
    return { ranked, given, sure };
  }

  selective(): SelectiveCoverage | null {
    return this.card.n === 0 ? null : this.sure.report();
  }
}

/** What one run over all files gathers. */
class Tester {
  readonly watch = new Stopwatch();
  readonly served = new Served(ranks.map((k) => `top-${k}`));
  readonly timed: Track;
  readonly ahead: Track;
  left = 0;
  backwards = 0;
  readonly #label: ActionLabel;

  constructor(task: string, label: ActionLabel) {
    this.#label = label;
    this.timed = new Track('at its time', { task, label });
    this.ahead = new Track('ahead', { task, label });
  }

  async replay(file: string, onRead: OnRead, out: (line: object) => Promise<void>): Promise<void> {
    const { timed, ahead, watch } = this;
    timed.restart();
    ahead.restart();
    const checks = new EventChecks();
    for await (const { index, stored } of readEvents(file, { checks, onRead })) {
      const action = actionOf(stored.event, this.#label);
      if (!action) {
        this.left++;
        timed.learn(stored);
        ahead.learn(stored);
        continue;
      }
      const said = timed.score(
        action,
        watch.predict(() => timed.predict(action)),
      );
      await out({
        index,
        top: said.ranked.slice(0, 10).map(({ label, p }) => ({ label, p })),
        mode: said.given.mode,
        answer: said.sure,
      });
      watch.learn(() => timed.learn(stored));
      const { given } = ahead.score(action, ahead.predict(action));
      this.served.observe(hitsOf(given.answer ?? [], action.label), action.weight);
      ahead.learn(stored);
    }
    this.backwards += checks.backwards;
  }
}

/** The model asked ahead: its row among those of all predictors, after the model's own, and its verdict. */
function besides(
  told: ReturnType<typeof fromScorecard>,
  track: Track,
): Pick<EvaluationResult, 'metrics' | 'ahead'> {
  const { metrics, baseline, lift, interval, since, calibration, mode } = track.card.report();
  const { [nextActionModel]: model = {}, ...others } = told.metrics;
  return {
    metrics: { [nextActionModel]: model, [aheadRow]: metrics[nextActionModel] ?? {}, ...others },
    ahead: {
      predictor: aheadRow,
      baseline,
      lift,
      interval,
      calibration,
      mode,
      selective: track.selective(),
      ...(since === undefined ? {} : { since }),
    },
  };
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
  const told = fromScorecard(tester.timed.card.report(), tester.served);
  return {
    task: request.task,
    label,
    inputs: files,
    ...told,
    ...besides(told, tester.ahead),
    drift: tester.timed.drift,
    latency: tester.watch.report(),
    selective: tester.timed.selective(),
    notes: [
      `Live questions (${request.task === 'next-action' ? 'predict_next' : 'predict_command'}) come before the step, when its time is not known: they get ${aheadRow}, and “served” is what it and its gate gave. ${nextActionModel} was told each event's own time.`,
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
