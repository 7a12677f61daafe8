/**
 * A classifier that serves: the gated ensemble beside its trivial predictors, calibrated, scored, and gated by its score.
 * It exists so that learners of labelled things (outcomes, risks, categories) share one way to ask, score and learn.
 * Invariant: what was said before an outcome is what is scored; asking changes no state; memory is bounded.
 *
 * Predictions made before any label was known are not scored: nobody could say anything (as in River's published table).
 */

import { IsotonicCalibrator } from '../calibration/isotonic.js';
import { EffectiveCount } from '../effective-count.js';
import { errorShare } from '../error-budget.js';
import type { Prediction } from '../learner.js';
import type { Mode } from '../mode.js';
import { checkExample, type Label } from '../models/classifier.js';
import { LabelSlots } from '../models/statistics/label-slots.js';
import { byProbability, type Ranked } from '../ranking.js';
import { type Observation, Scorecard, type ScorecardOptions, type ScorecardReport } from '../scorecard.js';
import { isSetback, type ScorecardChange } from '../scorecard-report.js';
import { SelectiveSets, type SelectiveSetsReport } from '../selective-sets.js';
import { StateReader, StateWriter } from '../state-codec.js';
import { type Mixed, MixedFeatures } from './mixed-features.js';
import { servingEnsemble, servingEnsembleName } from './serving-ensemble.js';

export const classBaselines = ['most-frequent', 'last-class'] as const;
export type ClassBaseline = (typeof classBaselines)[number];

/** What is said of one example, before the gate decides who answers. */
export interface ClassForecast {
  /** Labels, most probable first, with calibrated probabilities that sum to at most 1; empty while no label is known. */
  readonly ranked: readonly Ranked[];
  /** What the ensemble stated for the first label, before calibration. */
  readonly stated: number;
  readonly baselines: Readonly<Record<ClassBaseline, Ranked | undefined>>;
}

/** An example with its outcome. */
export interface LabelledExample {
  readonly x: Mixed;
  readonly y: Label;
  /** What was said when it was asked; default: it is asked now, before it is learned. */
  readonly said?: ClassForecast;
  /** How many examples it stands for, > 0; default 1. */
  readonly weight?: number;
  /** When the outcome came, milliseconds since the epoch. */
  readonly at?: number;
}

export interface StreamClassifierOptions {
  /** The task's name on receipts and scorecards. */
  readonly task: string;
  /** Seed of the forest's draws; default 1. */
  readonly seed?: number;
}

const version = 2;
/** Error of the selective answers over all their restarts. */
const selectiveError = 0.05;

/** One label or none: "one of two" says nothing where there are two. */
function selectiveSets(epoch: number): SelectiveSets {
  return new SelectiveSets({ largest: 1, error: selectiveError * errorShare(epoch) });
}

export class StreamClassifier {
  readonly #task: string;
  readonly #options: ScorecardOptions;
  readonly #mixed = new MixedFeatures();
  readonly #model;
  readonly #labels = new LabelSlots();
  #calibrator = new IsotonicCalibrator();
  #selective = selectiveSets(1);
  /** Counts the restarts of the selective answers, from 1. */
  #selectiveEpoch = 1;
  #last: string | undefined;
  #outcomes = new EffectiveCount();
  #card: Scorecard;

  constructor({ task, seed = 1 }: StreamClassifierOptions) {
    this.#task = task;
    this.#model = servingEnsemble(seed);
    this.#options = classScorecard(task);
    this.#card = new Scorecard(this.#options);
  }

  /** Entries held, of whatever kind grows. */
  get size(): number {
    return this.#mixed.size + this.#model.size + this.#labels.size;
  }

  /** @throws LMCP_BAD_FEATURES */
  forecast(x: Mixed): ClassForecast {
    const { p, other } = this.#model.predictProbaOne(this.#mixed.look(x));
    const ranked = [...p].map(([label, value]) => ({ label, p: value })).sort(byProbability);
    // No model is surer than the rule of succession after n outcomes without an exception.
    const n = this.#outcomes.effective;
    const stated = Math.min(ranked[0]?.p ?? 0, (n + 1) / (n + 2));
    return { ranked: this.#calibrated(ranked, stated, other), stated, baselines: this.#baselines() };
  }

  /** The first label as sure as it has come true, the others in proportion; the first stays first. */
  #calibrated(ranked: readonly Ranked[], stated: number, other: number): readonly Ranked[] {
    const [first, second] = ranked;
    if (!first) return [];
    // Summed, not 1 − first: next to 1 the difference has no digits left.
    const rest = ranked.reduce((sum, { p }, i) => (i === 0 ? sum : sum + p), other);
    const share = rest > 0 ? (second?.p ?? 0) / rest : 0;
    const sure = Math.max(this.#calibrator.correct(stated), share / (1 + share));
    return ranked.map(({ label, p }, i) => ({
      label,
      p: i === 0 ? sure : rest > 0 ? (1 - sure) * (p / rest) : 0,
    }));
  }

  #baselines(): Record<ClassBaseline, Ranked | undefined> {
    const { labels, total } = this.#labels;
    let most = 0;
    for (let slot = 1; slot < labels.length; slot++)
      if (this.#labels.weight(slot) > this.#labels.weight(most)) most = slot;
    const label = labels[most];
    return {
      'most-frequent': label === undefined ? undefined : { label, p: this.#labels.weight(most) / total },
      'last-class': this.#last === undefined ? undefined : { label: this.#last, p: 1 },
    };
  }

  /** @param said what `forecast` said to the same question; default: it is asked now */
  predictOne(x: Mixed, said = this.forecast(x)): Prediction<readonly Ranked[]> {
    const best = classBaselines.find((name) => name === this.#card.bestBaseline()) ?? 'most-frequent';
    const simple = said.baselines[best];
    const baseline = simple ? [simple] : null;
    const mode: Mode = this.#card.mode();
    if (mode === 'insufficient' || said.ranked.length === 0)
      return {
        answer: null,
        confidence: null,
        evidence: { n: this.#card.n, interval: null, references: [] },
        baseline,
        mode: 'insufficient',
      };
    const answer = mode === 'learned' ? said.ranked : (baseline ?? []);
    const confidence = mode === 'learned' ? (said.ranked[0]?.p ?? 0) : (this.#card.mean(best) ?? 0);
    // A baseline states no probability: its own record tells how often it is right.
    const { n, interval } = mode === 'learned' ? this.#card.evidence(confidence) : this.#card.record(best);
    return { answer, confidence, evidence: { n, interval, references: [] }, baseline, mode };
  }

  /** Scores what was said, then learns. @throws LMCP_BAD_FEATURES; the state is then as before */
  learnOne({ x, y, said = this.forecast(x), weight = 1, at }: LabelledExample): void {
    const label = checkExample(this.#mixed.look(x), y, weight);
    const observation = classObservation(said, label);
    if (observation) {
      const { confidence, correct } = observation;
      const changes = this.#card.observe({ ...observation, weight, ...(at === undefined ? {} : { at }) });
      this.#selective.observe([confidence], correct ? 0 : -1);
      this.#calibrator.learnOne(said.stated, correct, weight);
      this.#react(changes);
    }
    this.#model.learnOne(this.#mixed.meet(x), label, weight);
    this.#labels.meet(label, weight, () => undefined);
    this.#outcomes.add(weight);
    this.#last = label;
  }

  /** The ensemble looks after itself: members' scores fade, the forest replaces its trees. */
  #react(changes: readonly ScorecardChange[]): void {
    if (!isSetback(changes, 'calibration')) return;
    this.#calibrator = new IsotonicCalibrator();
    this.#selective = selectiveSets(++this.#selectiveEpoch);
  }

  scorecard(): ScorecardReport {
    return this.#card.report();
  }

  /** The label, where it is proven to be right in 95 % of such cases; null: not sure. */
  sure({ ranked }: ClassForecast): string | null {
    const [first] = ranked;
    return first && this.#selective.decide([first.p]) > 0 ? first.label : null;
  }

  /** How much could be answered at 95 % accuracy, since such answers were last to be proven anew. */
  selective(): SelectiveSetsReport {
    return this.#selective.report();
  }

  snapshot(): Uint8Array {
    const out = new StateWriter(`stream-classifier/${this.#task}`, version);
    this.#mixed.write(out);
    this.#model.write(out);
    this.#labels.write(out);
    this.#calibrator.write(out);
    out.uint(this.#selectiveEpoch);
    this.#selective.write(out);
    out.strings(this.#last === undefined ? [] : [this.#last]);
    this.#outcomes.write(out);
    this.#card.write(out);
    return out.finish();
  }

  /** @throws LMCP_BAD_STATE */
  restore(state: Uint8Array): void {
    const input = new StateReader(state, `stream-classifier/${this.#task}`, version);
    this.#mixed.read(input);
    this.#model.read(input);
    this.#labels.read(input);
    this.#calibrator.read(input);
    this.#selectiveEpoch = input.uint();
    this.#selective = selectiveSets(this.#selectiveEpoch);
    this.#selective.read(input);
    this.#last = input.strings()[0];
    this.#outcomes = EffectiveCount.read(input);
    this.#card = Scorecard.read(input, this.#options);
    input.end();
  }
}

/** The scorecard that classifiers are judged by. */
export function classScorecard(task: string): ScorecardOptions {
  return {
    task,
    kind: 'history',
    model: servingEnsembleName,
    baselines: classBaselines,
    metrics: ['accuracy'],
    primary: 'accuracy',
    reactions: {
      accuracy: 'members are weighted anew as their scores fade, the forest replaces trees that err more',
      calibration: 'the calibrator starts anew, and sure answers must be proven anew',
    },
  };
}

/** How everybody did on one outcome; undefined when nobody knew any label. */
export function classObservation(
  { ranked, baselines }: ClassForecast,
  label: string,
): (Observation & { readonly confidence: number; readonly correct: boolean }) | undefined {
  const [first] = ranked;
  if (!first) return undefined;
  const hit = (said: Ranked | undefined) => ({ accuracy: said?.label === label ? 1 : 0 });
  const scores: Record<string, Record<string, number>> = { [servingEnsembleName]: hit(first) };
  for (const name of classBaselines) scores[name] = hit(baselines[name]);
  return { scores, confidence: first.p, correct: first.label === label };
}
