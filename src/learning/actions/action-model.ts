/**
 * The next-action model: context voters and copy voters under one gated mixture, calibrated, beside its trivial baselines.
 * It exists apart from the learner so that what is predicted is kept from when events arrive and who is told.
 * Invariant: forecasting changes nothing; learning uses the forecast made before the outcome was known.
 */
import { IsotonicCalibrator } from '../calibration/isotonic.js';
import { AnswerCalibrator } from '../models/answer-calibrator.js';
import { Ipam } from '../models/ipam.js';
import { type Ballot, type Forecast, LogLinearMixture } from '../models/log-linear.js';
import { Tally } from '../models/tally.js';
import { Vocabulary } from '../models/vocabulary.js';
import { VoterMemory, type VoterMemoryOptions } from '../models/voter-memory.js';
import { byProbability, type Ranked, topK } from '../ranking.js';
import type { StateReader, StateWriter } from '../state-codec.js';
import { type Action, type ActionLabel, hasSubject, isOfShell } from './action.js';
import { type BaselineName, baselineNames, rankBaselines } from './action-baselines.js';
import { ActionCandidates, type Asking } from './action-candidates.js';
import { contextsOf, type Moment, order1At, order2At, votersOf } from './action-contexts.js';
import { type Session, subjectsKept } from './action-session.js';

/** The trivial predictors of a label, by rising order; IPAM is that of the next command in the literature. */
export function baselinesOf(label: ActionLabel): readonly BaselineName[] {
  return isOfShell(label) ? [...baselineNames, 'ipam'] : baselineNames;
}

/** What is said about the next action, by the model and by each baseline. */
export interface ActionForecast {
  readonly ranked: readonly Ranked[];
  readonly baselines: Readonly<Partial<Record<BaselineName, readonly Ranked[]>>>;
  /** For learning: the question, the mixture's own forecast, what its calibration rests on, its contexts. */
  readonly moment: Moment;
  readonly mixture: Forecast;
  readonly calibration: Float64Array;
  readonly contexts: readonly number[];
  /** Labels that no event has had yet, made by copying a subject; ids -1, -2 … */
  readonly made: readonly string[];
}

const labelsKnown = 8192;
const toolsKnown = 1024;
/** Labels whose probabilities calibration looks at. */
const calibrationLooksAt = 3;

/** Its memory is some two thousand steps. */
const isotonicOptions = { bins: 20, prior: 10, memory: 0.9995 };
/** Weight that a context, and all labels together, are left with after a change of habit. */
const contextLeft = 2;
const baseLeft = 256;

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

/** The last label of a session, as IPAM tells contexts apart. */
function lastOf(session: Session | undefined): readonly string[] {
  const last = session?.steps[0]?.label;
  return [String(last ?? 'start')];
}

export class ActionModel {
  readonly #label: ActionLabel;
  readonly #withSubject: boolean;
  /** How many of the voters are on labels; the others are on copies. */
  readonly #onLabels: number;
  readonly #labels = new Vocabulary(labelsKnown);
  readonly #tools = new Vocabulary(toolsKnown);
  #base = new Tally(labelsKnown);
  readonly #memory: VoterMemory;
  readonly #mixture: LogLinearMixture;
  readonly #calibrator: AnswerCalibrator;
  /** For one question at a time. */
  readonly #support: Float64Array;
  /** Bends what the regression's shape cannot. */
  #isotonic = new IsotonicCalibrator(isotonicOptions);
  readonly #candidates: ActionCandidates;
  readonly #ipam: Ipam | undefined;

  /** @param memory how much its contexts may hold */
  constructor(label: ActionLabel, memory: VoterMemoryOptions = {}) {
    this.#label = label;
    this.#withSubject = hasSubject(label);
    this.#memory = new VoterMemory(memory);
    this.#ipam = isOfShell(label) ? new Ipam({ contexts: 1024 }) : undefined;
    this.#candidates = new ActionCandidates(this.#labels, this.#tools, this.#withSubject);
    const { onLabels, onCopies } = votersOf(label);
    this.#onLabels = onLabels;
    const voters = onLabels + onCopies;
    this.#mixture = new LogLinearMixture(this.#memory, { voters, features: this.#candidates.features });
    this.#calibrator = new AnswerCalibrator(voters);
    this.#support = new Float64Array(voters);
  }

  /** Contexts, labels and tools held: for memory bounds. */
  get size(): number {
    return this.#memory.size + this.#labels.size + this.#tools.size;
  }

  /** @param top how many labels are wanted, best first */
  forecast(moment: Moment, session: Session | undefined, top: number): ActionForecast {
    const contexts = contextsOf(moment, session, this.#label);
    const asking = this.#candidates.ask(session);
    const ballots = contexts.map((context, voter): Ballot | undefined => {
      const row = context < 0 ? -1 : this.#memory.find(context);
      if (row < 0) return undefined;
      return voter < this.#onLabels
        ? { row }
        : { row, ids: asking.copies(this.#memory, row, voter - this.#onLabels) };
    });
    const mixture = this.#mixture.forecast(this.#base, ballots, (id, out, at) =>
      asking.describe(id, out, at),
    );
    const best = leading(mixture, asking, Math.max(calibrationLooksAt, top));
    this.#mixture.support(ballots, best[0]?.at ?? -1, this.#support);
    const calibration = this.#calibrator.inputs(
      best.map(({ p }) => p),
      this.#support,
    );
    return {
      ranked: this.#calibrated(best, calibration).slice(0, top),
      baselines: {
        ...rankBaselines({
          base: this.#base,
          memory: this.#memory,
          rows: [ballots[order1At]?.row ?? -1, ballots[order2At]?.row ?? -1],
          k: top,
          label: (id) => this.#labels.label(id),
        }),
        ...(this.#ipam ? { ipam: topK(this.#ipam.predictProbaOne(lastOf(session)).p, top) } : {}),
      },
      moment,
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

  /** @param forecast made for the same moment and session, with nothing learned in between */
  learnOne(given: ActionForecast, action: Action, session: Session | undefined): void {
    const { label, tool, weight } = action;
    // Another question since then took its arrays: the same answer is worked out again.
    const forecast = this.#mixture.isLatest(given.mixture)
      ? given
      : this.forecast(given.moment, session, given.ranked.length);
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
    this.#count(contexts.slice(0, this.#onLabels), id, weight);
    this.#ipam?.learnOne(lastOf(session), label, weight);
    if (!this.#withSubject) return;
    const position = session?.recent.indexOf(action.subject) ?? -1;
    const copy = this.#candidates.copyId(this.#tools.intern(tool), position < subjectsKept ? position : -1);
    this.#count(contexts.slice(this.#onLabels), copy, weight);
  }

  #count(contexts: readonly number[], id: number, weight: number): void {
    for (const context of contexts) if (context >= 0) this.#memory.learn(context, id, weight);
  }

  /**
   * Shortens the memory, for when a detector found that habits changed: contexts keep their shares on little weight, so that
   * the new habit outweighs the old after a few steps; calibration starts anew. The mixture's weights stay: which contexts
   * tell most is no habit.
   * A function of the state alone; costs some milliseconds when the memory is full.
   */
  adapt(): void {
    this.#memory.shorten(contextLeft);
    this.#mixture.expire();
    const { ids, counts, total } = this.#base;
    const base = new Tally(labelsKnown);
    for (const [at, id] of ids.entries()) base.add(id, ((counts[at] ?? 0) * baseLeft) / (total + baseLeft));
    this.#base = base;
    this.#calibrator.quicken();
    this.#isotonic = new IsotonicCalibrator(isotonicOptions);
  }

  write(out: StateWriter): void {
    out.section('action-model', 3).bool(this.#withSubject);
    this.#labels.write(out);
    this.#tools.write(out);
    this.#base.write(out);
    this.#memory.write(out);
    this.#mixture.write(out);
    this.#calibrator.write(out);
    this.#isotonic.write(out);
    this.#ipam?.write(out);
  }

  read(input: StateReader): void {
    input.section('action-model', 3);
    input.bool();
    this.#labels.read(input);
    this.#tools.read(input);
    this.#base = Tally.read(input, labelsKnown);
    this.#memory.read(input);
    this.#mixture.read(input);
    this.#calibrator.read(input);
    this.#isotonic.read(input);
    this.#ipam?.read(input);
    this.#candidates.forget();
  }
}
