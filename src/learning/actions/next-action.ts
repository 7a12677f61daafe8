/**
 * The next-action learner: what a session will do next, from what this and earlier sessions did.
 * It exists for `predict_next` and for measuring, on the user's own journal, how often such an answer is right.
 * Invariant: the state follows from the consumed events alone; asking changes nothing; each step is scored before it is learned.
 */

import {
  atMillis,
  type EventType,
  type PredictionMade,
  payloadOf,
  type StoredEvent,
} from '../../proto/index.js';
import type { Learner, Prediction, Settled } from '../learner.js';
import type { Mode } from '../mode.js';
import { GenerationalMap } from '../models/generational-map.js';
import type { VoterMemoryOptions } from '../models/voter-memory.js';
import { hits, type Ranked } from '../ranking.js';
import { Scorecard, type ScorecardOptions, type ScorecardReport } from '../scorecard.js';
import { isSetback, type ScorecardChange } from '../scorecard-report.js';
import type { SelectiveSetsReport } from '../selective-sets.js';
import { StateReader, StateWriter } from '../state-codec.js';
import { type Action, type ActionLabel, actionOf, commandAction, isOfShell } from './action.js';
import type { BaselineName } from './action-baselines.js';
import { type AskingTime, type Moment, momentOf, sameMoment } from './action-contexts.js';
import { type ActionForecast, ActionModel, baselinesOf } from './action-model.js';
import { type Session, Sessions, sessionOf } from './action-session.js';
import { reactions, selectiveSets } from './next-action-reaction.js';
import {
  answeredAnew,
  askedFrom,
  askedSession,
  askedTop,
  type OpenReceipt,
  OpenReceipts,
} from './open-receipts.js';

export interface NextActionQuestion {
  readonly session: string;
  /** How many labels are wanted, best first; default 10. */
  readonly top?: number;
  /** When the step asked about happens, milliseconds since the epoch; default: not known. Not heard by a learner that is asked ahead. */
  readonly at?: number;
  /** Adapter that will tell of that step; default: that of the session's last step. Not heard by a learner that is asked ahead. */
  readonly source?: string;
  /** Folder asked from, relative to the workspace; default: that of the session's last step. */
  readonly cwd?: string;
  /** The commands run last, oldest first, in place of what is known of the session; of a learner of commands. */
  readonly recent?: readonly string[];
}

export interface NextActionOptions {
  /** Name on receipts and scorecards, e.g. "next-action". */
  readonly task: string;
  readonly label: ActionLabel;
  /** Default "ahead". */
  readonly asked?: AskingTime;
  /** How much the contexts of the model may hold. */
  readonly memory?: VoterMemoryOptions;
  /** Whether a label may be an answer; what may not is learned and scored all the same. Default: every label. */
  readonly offers?: (label: string) => boolean;
}

/** Name of the learned model on scorecards. */
export const nextActionModel = 'context-mixture';
const ranks = [1, 3, 5] as const;
const metrics = ranks.map((k) => `top-${k}`);
const defaultTop = 10;
/** Labels looked at beyond the asked ones, where some may not be offered. */
const spare = 16;
/** Commands of a question that are looked at. */
const recentHeard = 64;
const serversKnown = 2048;
const version = 4;

type Scores = Record<string, number>;

function scoresOf(labels: readonly string[], truth: string): Scores {
  return hits(labels.indexOf(truth), ranks);
}

function labelsOf(ranked: readonly Ranked[]): string[] {
  return ranked.map(({ label }) => label);
}

export class NextActionLearner implements Learner<NextActionQuestion, readonly Ranked[]> {
  readonly task: string;
  readonly consumes: readonly EventType[];
  readonly #label: ActionLabel;
  readonly #asked: AskingTime;
  readonly #memory: VoterMemoryOptions;
  readonly #offers: ((label: string) => boolean) | undefined;
  readonly #baselines: readonly BaselineName[];
  readonly #historyOptions: ScorecardOptions;
  readonly #liveOptions: ScorecardOptions;
  #model: ActionModel;
  #sessions = new Sessions();
  #receipts: OpenReceipts;
  #history: Scorecard;
  #live: Scorecard;
  #selective = selectiveSets(1);
  /** Counts the restarts of the selective answers, from 1. */
  #selectiveEpoch = 1;
  /** Label → server that last answered to it. */
  #servers = new GenerationalMap<string, { server: string }>(serversKnown);
  /** The last forecast, so that a question right before its outcome is worked out once. No part of the state. */
  #memo: { readonly moment: Moment; readonly top: number; readonly forecast: ActionForecast } | undefined;

  constructor({ task, label, asked = 'ahead', memory = {}, offers }: NextActionOptions) {
    this.task = task;
    this.#label = label;
    this.#asked = asked;
    this.#memory = memory;
    this.#offers = offers;
    this.#baselines = baselinesOf(label);
    const steps = isOfShell(label) ? 'commandFinished' : 'interactionFinished';
    this.consumes = [steps, 'predictionMade', 'feedbackGiven'];
    const shared = { task, model: nextActionModel, metrics, primary: 'top-1' };
    this.#historyOptions = { ...shared, kind: 'history', baselines: this.#baselines, reactions };
    this.#liveOptions = { ...shared, kind: 'live', baselines: ['baseline'] };
    this.#model = new ActionModel(label, memory);
    this.#receipts = new OpenReceipts(task);
    this.#history = new Scorecard(this.#historyOptions);
    this.#live = new Scorecard(this.#liveOptions);
  }

  /** Contexts, labels, sessions and receipts held: for memory bounds. */
  get size(): number {
    return this.#model.size + this.#sessions.size + this.#receipts.size;
  }

  /** What the model and each baseline say, before the gate decides who answers. */
  forecast(question: NextActionQuestion): ActionForecast {
    const { top = defaultTop } = question;
    const known = question.recent ? this.#imagined(question) : this.#sessions.get(question.session);
    const moment = momentOf(this.#asked, question, known);
    if (question.recent) return this.#model.forecast(moment, known, top);
    const memo = this.#memo;
    if (memo && memo.top >= top && sameMoment(memo.moment, moment)) return memo.forecast;
    const forecast = this.#model.forecast(moment, known, top);
    this.#memo = { moment, top, forecast };
    return forecast;
  }

  /** The session that a question tells of by its commands. */
  #imagined({ session, recent = [], cwd = '' }: NextActionQuestion): Session | undefined {
    const place = { session, source: this.#sessions.get(session)?.source ?? '', branch: '', cwd, at: 0 };
    return sessionOf(
      recent.flatMap((command) => commandAction({ command }, this.#label, place) ?? []).slice(-recentHeard),
    );
  }

  predictOne(question: NextActionQuestion): Prediction<readonly Ranked[]> {
    const { top = defaultTop } = question;
    const forecast = this.forecast(this.#offers ? { ...question, top: top + spare } : question);
    const ranked = this.#offered(forecast.ranked);
    const best = this.#baselines.find((name) => name === this.#history.bestBaseline()) ?? 'most-frequent';
    const baseline = this.#offered(forecast.baselines[best] ?? []).slice(0, top);
    const mode: Mode = this.#history.mode();
    if (mode === 'insufficient' || ranked.length === 0)
      return {
        answer: null,
        confidence: null,
        evidence: { n: this.#history.n, interval: null, references: [] },
        baseline: baseline.length > 0 ? baseline : null,
        mode: 'insufficient',
      };
    const answer = mode === 'learned' ? ranked.slice(0, top) : baseline;
    const confidence = answer[0]?.p ?? 0;
    // How often who answers was right: the model in cases as sure as this one, the baseline altogether.
    const { n, interval } =
      mode === 'learned' ? this.#history.evidence(confidence) : this.#history.record(best);
    return { answer, confidence, evidence: { n, interval, references: [] }, baseline, mode };
  }

  #offered(ranked: readonly Ranked[]): readonly Ranked[] {
    const offers = this.#offers;
    return offers && ranked.some(({ label }) => !offers(label))
      ? ranked.filter(({ label }) => offers(label))
      : ranked;
  }

  /** Whom a question is about: the session that asks, or, where nothing is known of it, the one that did something last. */
  subjectOf(session: string): string {
    return this.#sessions.get(session) ? session : (this.#sessions.latest ?? session);
  }

  /** The server that last answered to a label; empty when none is known. */
  serverOf(label: string): string {
    return this.#servers.peek(label)?.server ?? '';
  }

  settle(stored: StoredEvent): readonly Settled[] {
    return this.#outcomes(stored).map(({ receipt, scores, baseline }) => ({
      prediction: receipt.prediction,
      scores,
      baseline,
    }));
  }

  /** Open receipts this event settles, with their scores. Changes nothing. */
  #outcomes(stored: StoredEvent): { receipt: OpenReceipt; scores: Scores; baseline: Scores }[] {
    const feedback = payloadOf(stored.event, 'feedbackGiven');
    if (feedback) {
      const receipt = this.#receipts.get(feedback.prediction);
      if (!receipt || receipt.ranked.length === 0) return [];
      const truth = feedback.accepted ? receipt.ranked[0] : feedback.correction;
      // Rejected without a correction: only the first place is known to be wrong, and nothing of the baseline.
      if (!truth) return [{ receipt, scores: { 'top-1': 0 }, baseline: {} }];
      return [
        { receipt, scores: scoresOf(receipt.ranked, truth), baseline: scoresOf(receipt.baseline, truth) },
      ];
    }
    const action = actionOf(stored.event, this.#label);
    if (!action) return [];
    return this.#receipts.waiting(action.session, action.at).map((receipt) => ({
      receipt,
      scores: scoresOf(receipt.ranked, action.label),
      baseline: scoresOf(receipt.baseline, action.label),
    }));
  }

  learnOne(stored: StoredEvent): void {
    const at = atMillis(stored.event);
    const outcomes = this.#outcomes(stored);
    for (const { receipt, scores, baseline } of outcomes)
      this.#live.observe({
        scores: { [nextActionModel]: scores, baseline },
        ...(receipt.confidence >= 0
          ? { confidence: receipt.confidence, correct: scores['top-1'] === 1 }
          : {}),
        weight: receipt.weight,
        at,
        source: stored.event.source,
      });
    this.#receipts.close(
      outcomes.map(({ receipt }) => receipt),
      at,
    );
    this.#receipts.learn(stored);
    const action = actionOf(stored.event, this.#label);
    if (action) this.#step(action);
  }

  /** Scores what would have been said before this step, then learns it. */
  #step(action: Action): void {
    const { session, at, source, label, weight } = action;
    const forecast = this.forecast({ session, at, source });
    this.#memo = undefined;
    const scores: Record<string, Scores> = { [nextActionModel]: scoresOf(labelsOf(forecast.ranked), label) };
    for (const name of this.#baselines)
      scores[name] = scoresOf(labelsOf(forecast.baselines[name] ?? []), label);
    // Before the first step nothing can be said: that is a miss of everybody, at confidence 0.
    const confidence = forecast.ranked[0]?.p ?? 0;
    const correct = forecast.ranked[0]?.label === label;
    const changes = this.#history.observe({ scores, confidence, correct, weight, at, source });
    this.#selective.observe(
      forecast.ranked.map(({ p }) => p),
      forecast.ranked.findIndex((item) => item.label === label),
    );
    this.#model.learnOne(forecast, action, this.#sessions.get(session));
    if (changes.length > 0) this.#react(changes);
    this.#sessions.learn(action);
    if (action.server !== '') this.#servers.touch(label, () => ({ server: '' })).server = action.server;
  }

  /** The scorecard's gate looks after itself; the model and its promises are looked after here. */
  #react(changes: readonly ScorecardChange[]): void {
    const unsure = isSetback(changes, 'calibration');
    if (unsure || isSetback(changes, 'accuracy')) this.#model.adapt();
    if (unsure) this.#selective = selectiveSets(++this.#selectiveEpoch);
  }

  /**
   * What this state says to the question of a receipt, as `predict_next` writes it; null when it has nothing to say.
   * @param at when it was asked, milliseconds since the epoch
   */
  reanswer(receipt: PredictionMade, at: number): PredictionMade | null {
    const top = askedTop(receipt);
    const session = askedSession(receipt);
    const { answer, baseline, mode } = this.predictOne({ session, at, top, ...askedFrom(receipt) });
    return answer && answeredAnew(receipt, { model: `${nextActionModel}/${mode}`, answer, baseline });
  }

  scorecards(): readonly ScorecardReport[] {
    return [this.#history.report(), { ...this.#live.report(), receipts: this.#receipts.report() }];
  }

  /** The labels of a ranking that are proven to hold the next action in 95 % of such cases, as few as that takes; null: not sure. */
  sure(ranked: readonly Ranked[]): readonly string[] | null {
    const size = this.#selective.decide(ranked.map(({ p }) => p));
    return size === 0 ? null : labelsOf(ranked.slice(0, size));
  }

  /** How much could be answered at 95 % accuracy, with the thresholds chosen online. */
  selective(): SelectiveSetsReport {
    return this.#selective.report();
  }

  /** A state learned with the time of each step says nothing to one that is asked ahead. */
  get #stateName(): string {
    return `next-action/${this.#label}${this.#asked === 'ahead' ? '' : '/timed'}`;
  }

  snapshot(): Uint8Array {
    const out = new StateWriter(this.#stateName, version);
    this.#model.write(out);
    this.#sessions.write(out);
    this.#receipts.write(out);
    this.#history.write(out);
    this.#live.write(out);
    out.uint(this.#selectiveEpoch);
    this.#selective.write(out);
    this.#servers.write(out, (label, { server }) => {
      out.string(label).string(server);
    });
    return out.finish();
  }

  restore(state: Uint8Array): void {
    const input = new StateReader(state, this.#stateName, version);
    this.#memo = undefined;
    this.#model = new ActionModel(this.#label, this.#memory);
    this.#model.read(input);
    this.#sessions = new Sessions();
    this.#sessions.read(input);
    this.#receipts.read(input);
    this.#history = Scorecard.read(input, this.#historyOptions);
    this.#live = Scorecard.read(input, this.#liveOptions);
    this.#selectiveEpoch = input.uint();
    this.#selective = selectiveSets(this.#selectiveEpoch);
    this.#selective.read(input);
    this.#servers.read(input, () => [input.string(), { server: input.string() }]);
    input.end();
  }
}
