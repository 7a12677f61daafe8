/**
 * The next-action model: context voters and copy voters under one gated mixture, calibrated, beside its trivial baselines.
 * It exists apart from the learner so that what is predicted is kept from when events arrive and who is told.
 * Invariant: forecasting changes nothing; learning uses the forecast made before the outcome was known.
 */
import {
  AnswerCalibrator,
  type Ballot,
  byProbability,
  type Forecast,
  IsotonicCalibrator,
  LogLinearMixture,
  type Ranked,
  type StateReader,
  type StateWriter,
  Tally,
  Vocabulary,
  VoterMemory,
  type Votes,
  wittenBellRanking,
} from '../../../learning/index.js';
import { type Action, type ActionLabel, hasSubject } from './action.js';
import { ActionCandidates, type Asking } from './action-candidates.js';
import { contextsOf, copyVoters, labelVoters, type Moment, order1At, order2At } from './action-contexts.js';
import { longestSubject, type Session, subjectsKept } from './action-session.js';

/** The trivial predictors, by rising order. */
export const baselineNames = ['most-frequent', 'order-1', 'order-2'] as const;
export type BaselineName = (typeof baselineNames)[number];

/** What is said about the next action, by the model and by each baseline. */
export interface ActionForecast {
  readonly ranked: readonly Ranked[];
  readonly baselines: Readonly<Record<BaselineName, readonly Ranked[]>>;
  /** For learning: the mixture's own forecast, what its calibration rests on, its contexts. */
  readonly mixture: Forecast;
  readonly calibration: Float64Array;
  readonly contexts: readonly number[];
  /** Labels that no event has had yet, made by copying a subject; ids -1, -2 … */
  readonly made: readonly string[];
}

const labelsKnown = 8192;
const toolsKnown = 1024;
/** Labels of a row that the baselines look at. */
const depth = 12;
/** Labels whose probabilities calibration looks at. */
const calibrationLooksAt = 3;

interface Leading extends Ranked {
  /** Place among the mixture's candidates. */
  readonly at: number;
}

/** The k most probable candidates that have a name, best first; of equals the lower label. */
function leading({ ids, p }: Forecast, asking: Asking, k: number): Leading[] {
  const best: Leading[] = [];
  for (let at = 0; at < ids.length; at++) {
    const mass = p[at] ?? 0;
    if (best.length === k && mass < (best[k - 1]?.p ?? 0)) continue;
    const label = asking.label(ids[at] ?? 0);
    if (label === undefined) continue;
    const entry = { label, p: mass, at };
    let place = best.length;
    while (place > 0 && byProbability(entry, best[place - 1] ?? entry) < 0) place--;
    best.splice(place, 0, entry);
    if (best.length > k) best.pop();
  }
  return best;
}

export class ActionModel {
  readonly #withSubject: boolean;
  readonly #labels = new Vocabulary(labelsKnown);
  readonly #tools = new Vocabulary(toolsKnown);
  #base = new Tally(labelsKnown);
  readonly #memory = new VoterMemory();
  readonly #mixture: LogLinearMixture;
  readonly #calibrator: AnswerCalibrator;
  /** Bends what the regression's shape cannot; its memory is some two thousand steps. */
  readonly #isotonic = new IsotonicCalibrator({ bins: 20, prior: 10, memory: 0.9995 });
  readonly #candidates: ActionCandidates;

  constructor(label: ActionLabel) {
    this.#withSubject = hasSubject(label);
    this.#candidates = new ActionCandidates(this.#labels, this.#tools, this.#withSubject);
    const voters = labelVoters.length + (this.#withSubject ? copyVoters.length : 0);
    this.#mixture = new LogLinearMixture(this.#memory, { voters, features: this.#candidates.features });
    this.#calibrator = new AnswerCalibrator(voters);
  }

  /** Contexts, labels and tools held: for memory bounds. */
  get size(): number {
    return this.#memory.size + this.#labels.size + this.#tools.size;
  }

  /** @param top how many labels are wanted, best first */
  forecast(moment: Moment, session: Session | undefined, top: number): ActionForecast {
    const contexts = contextsOf(moment, session, this.#withSubject);
    const asking = this.#candidates.ask(session);
    const ballots = contexts.map((context, voter): Ballot | undefined => {
      const row = this.#memory.find(context);
      if (row < 0) return undefined;
      return voter < labelVoters.length
        ? { row }
        : { row, ids: asking.copies(this.#memory, row, voter - labelVoters.length) };
    });
    const mixture = this.#mixture.forecast(this.#base, ballots, (id, out, at) =>
      asking.describe(id, out, at),
    );
    const best = leading(mixture, asking, Math.max(calibrationLooksAt, top));
    const calibration = this.#calibrator.inputs(
      best.map(({ p }) => p),
      this.#mixture.support(mixture, ballots, best[0]?.at ?? -1),
    );
    return {
      ranked: this.#calibrated(best, calibration).slice(0, top),
      baselines: this.#baselines(ballots, top),
      mixture,
      calibration,
      contexts,
      made: asking.made,
    };
  }

  /** The top probability as calibrated; the others share what it leaves, none above it. */
  #calibrated(stated: readonly Ranked[], inputs: Float64Array): Ranked[] {
    const top = this.#isotonic.correct(this.#calibrator.correct(inputs));
    const scale = (1 - top) / Math.max(1e-9, 1 - (stated[0]?.p ?? 0));
    return stated.map(({ label, p }, i) => ({ label, p: i === 0 ? top : Math.min(top, p * scale) }));
  }

  #votes(ballot: Ballot | undefined): Votes | undefined {
    if (!ballot) return undefined;
    const { ids, counts, totals, types, sizes, labels } = this.#memory;
    const start = ballot.row * labels;
    const end = start + (sizes[ballot.row] ?? 0);
    return {
      ids: Array.from(ids.subarray(start, end)),
      counts: Array.from(counts.subarray(start, end)),
      total: totals[ballot.row] ?? 0,
      types: types[ballot.row] ?? 0,
    };
  }

  #baselines(ballots: readonly (Ballot | undefined)[], k: number): ActionForecast['baselines'] {
    const options = { k, depth: Math.max(k, depth), label: (id: number) => this.#labels.label(id) };
    const [one, two] = [this.#votes(ballots[order1At]), this.#votes(ballots[order2At])];
    return {
      'most-frequent': wittenBellRanking(this.#base, [], options),
      'order-1': wittenBellRanking(this.#base, [one], options),
      'order-2': wittenBellRanking(this.#base, [one, two], options),
    };
  }

  /** @param forecast made for the same moment and session, with nothing learned in between */
  learnOne(forecast: ActionForecast, action: Action, session: Session | undefined): void {
    const { label, tool, weight } = action;
    const { contexts, mixture, made, ranked, calibration } = forecast;
    if (ranked.length > 0) {
      const right = ranked[0]?.label === label;
      this.#isotonic.learnOne(this.#calibrator.correct(calibration), right, weight);
      this.#calibrator.learnOne(calibration, right, weight);
    }
    const copied = made.indexOf(label);
    const candidate = this.#labels.find(label) ?? (copied < 0 ? undefined : -1 - copied);
    // An unknown label is no candidate: any id that none has stands for "none of these".
    this.#mixture.learnOne(mixture, candidate ?? Number.MIN_SAFE_INTEGER, weight);
    const id = this.#labels.intern(label);
    this.#base.add(id, weight);
    for (let voter = 0; voter < labelVoters.length; voter++)
      this.#memory.learn(contexts[voter] ?? 0, id, weight);
    if (!this.#withSubject) return;
    const position = session?.recent.indexOf(action.subject.slice(0, longestSubject)) ?? -1;
    const copy = this.#candidates.copyId(this.#tools.intern(tool), position < subjectsKept ? position : -1);
    for (let voter = labelVoters.length; voter < contexts.length; voter++)
      this.#memory.learn(contexts[voter] ?? 0, copy, weight);
  }

  write(out: StateWriter): void {
    out.section('action-model', 2).bool(this.#withSubject);
    this.#labels.write(out);
    this.#tools.write(out);
    this.#base.write(out);
    this.#memory.write(out);
    this.#mixture.write(out);
    this.#calibrator.write(out);
    this.#isotonic.write(out);
  }

  read(input: StateReader): void {
    input.section('action-model', 2);
    input.bool();
    this.#labels.read(input);
    this.#tools.read(input);
    this.#base = Tally.read(input, labelsKnown);
    this.#memory.read(input);
    this.#mixture.read(input);
    this.#calibrator.read(input);
    this.#isotonic.read(input);
    this.#candidates.forget();
  }
}
