/**
 * The scorecard: how a learned model did beside its trivial baselines, on the very same events.
 * It exists so that no model serves on faith: its gate decides who answers, and the report says why.
 * Invariant: model and baselines are scored on the same settled predictions; constant size on an unbounded stream.
 *
 * The gate. `insufficient` below the minimum; `learned` once the anytime lower bound of the paired lift on the primary
 * metric lies above 0 against EVERY baseline (so above the best one, with no correction for having picked it);
 * else `baseline`. While neither wins the baseline answers: it is the simpler claim, and the burden is on the model.
 * The bound is over the stream since the lift last changed (paired-lift.ts), so a model that wins by a hair needs many
 * events, noise alone does not flip it, and neither a lost nor a won past decides about the present.
 *
 * Besides lifts it watches the model's hits, and its hits beside what it stated; changes go on the report, and to the
 * learner as what `observe` returns, so that it can react.
 */
import { LmcpError } from '../errors/index.js';
import { CalibrationError } from './calibration-error.js';
import { type MeanChange, WatchedMean } from './drift/watched-mean.js';
import { DriftStory, type Reactions } from './drift-story.js';
import { heaviest } from './effective-count.js';
import { wilson } from './interval.js';
import type { Mode } from './mode.js';
import { PairedLift } from './paired-lift.js';
import type { ScorecardChange, ScorecardReport } from './scorecard-report.js';
import { SourceScores } from './source-scores.js';
import type { StateReader, StateWriter } from './state-codec.js';
import { type Evident, WeightedMean } from './weighted-mean.js';

export type { ScorecardReport } from './scorecard-report.js';

export interface ScorecardOptions {
  readonly task: string;
  readonly kind: 'history' | 'live';
  /** Name of the learned model on the report. */
  readonly model: string;
  /** Names of the trivial predictors. */
  readonly baselines: readonly string[];
  /** Names of the metrics, each in [0, 1], more is better. */
  readonly metrics: readonly string[];
  /** The metric the gate looks at. */
  readonly primary: string;
  /** Settled predictions before a verdict; default 30. */
  readonly minimum?: number;
  /** What the learner does when the model's hits have fallen, or no longer come as stated: goes on the report. */
  readonly reactions?: Reactions;
}

/** One settled prediction: what the model and each baseline scored on the same event. */
export interface Observation {
  /** predictor → metric → value in [0, 1]. A metric that does not apply to this event is left out. */
  readonly scores: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** The model's stated probability of being right, and whether it was: for the calibration error. */
  readonly confidence?: number;
  readonly correct?: boolean;
  /** How many predictions this one stands for (capture samples); default 1. */
  readonly weight?: number;
  /** When it was settled, milliseconds since the epoch. */
  readonly at?: number;
  /** Source of the event that told the outcome; left out where there is none to tell apart. */
  readonly source?: string;
}

/** Bound on a false alarm where a learner reacts by forgetting, which costs more than a lift that is proven anew. */
const cautious = 1e-4;

/** Milliseconds since the epoch that a date can hold; 0 for none. */
function saneTime(at = 0): number {
  return at > 0 ? Math.min(at, 8.64e15) : 0;
}

/** What almost every outcome shows to have changed. */
const none: readonly ScorecardChange[] = [];

/** The changes with one more, if there is one. */
function heard(
  changes: readonly ScorecardChange[],
  of: ScorecardChange['of'],
  change: MeanChange | null,
  baseline?: string,
): readonly ScorecardChange[] {
  if (!change) return changes;
  const { direction, before, after } = change;
  const worse = of === 'calibration' ? Math.abs(after) > Math.abs(before) : direction === 'fell';
  return [...changes, { of, worse, ...change, ...(baseline === undefined ? {} : { baseline }) }];
}

export class Scorecard {
  readonly #options: Required<ScorecardOptions>;
  readonly #means = new Map<string, Map<string, WeightedMean>>();
  #lifts: Map<string, PairedLift>;
  #calibration = new CalibrationError();
  readonly #hits = new WatchedMean(0, 1, cautious);
  readonly #surplus = new WatchedMean(-1, 1, cautious);
  #sources: SourceScores;
  readonly #drift = new DriftStory();
  #n = 0;
  #lastAt = 0;
  #mode: Mode | undefined;

  constructor(options: ScorecardOptions) {
    this.#options = { minimum: 30, reactions: {}, ...options };
    for (const predictor of [options.model, ...options.baselines])
      this.#means.set(predictor, new Map(options.metrics.map((m) => [m, new WeightedMean()])));
    this.#lifts = new Map(options.baselines.map((b) => [b, new PairedLift()]));
    this.#sources = new SourceScores(options.baselines.length);
  }

  get n(): number {
    return this.#n;
  }

  /**
   * Counts one settled prediction.
   * @returns what it showed to have changed; mostly nothing
   * @throws LMCP_INTERNAL on a score or confidence outside [0, 1] and a weight that is not above 0 or not finite; nothing is
   *   counted then: the confidence sequence would no longer hold
   */
  observe(observation: Observation): readonly ScorecardChange[] {
    this.#check(observation);
    const { scores, confidence, correct, source } = observation;
    const weight = Math.min(observation.weight ?? 1, heaviest);
    const at = saneTime(observation.at);
    const { model, primary, reactions } = this.#options;
    for (const [predictor, means] of this.#means) {
      for (const [metric, mean] of means) {
        const value = scores[predictor]?.[metric];
        if (value !== undefined) mean.add(value, weight);
      }
    }
    this.#n++;
    this.#lastAt = Math.max(this.#lastAt, at);
    this.#mode = undefined;
    let changes = none;
    const own = scores[model]?.[primary];
    if (own !== undefined) {
      changes = heard(changes, 'accuracy', this.#hits.update(own));
      const values: [number, ...(number | undefined)[]] = [own];
      for (const [baseline, lift] of this.#lifts) {
        const theirs = scores[baseline]?.[primary];
        values.push(theirs);
        if (theirs !== undefined)
          changes = heard(changes, 'lift', lift.observe(own - theirs, weight, at), baseline);
      }
      if (source !== undefined) this.#sources.observe({ source, values, confidence, weight });
    }
    if (confidence !== undefined && correct !== undefined) {
      this.#calibration.observe(confidence, correct, weight);
      changes = heard(changes, 'calibration', this.#surplus.update((correct ? 1 : 0) - confidence));
    }
    if (changes.length > 0) {
      const best = this.bestBaseline();
      this.#drift.tell(
        changes.filter(({ of, baseline }) => of !== 'lift' || baseline === best),
        { at, primary, reactions },
      );
    }
    return changes;
  }

  #check({ scores, confidence, weight = 1 }: Observation): void {
    if (!(weight > 0 && weight < Number.POSITIVE_INFINITY))
      throw new LmcpError('LMCP_INTERNAL', `A weight must be above 0 and finite: ${weight}`);
    if (confidence !== undefined && !(confidence >= 0 && confidence <= 1))
      throw new LmcpError('LMCP_INTERNAL', `A confidence must lie in [0, 1]: ${confidence}`);
    for (const [predictor, means] of this.#means) {
      for (const metric of means.keys()) {
        const value = scores[predictor]?.[metric];
        if (value !== undefined && !(value >= 0 && value <= 1))
          throw new LmcpError('LMCP_INTERNAL', `${predictor}'s ${metric} is outside [0, 1]: ${value}`);
      }
    }
  }

  /** Sources whose outcomes do not fit those of the others. */
  get suspects(): readonly string[] {
    return this.#sources.suspects;
  }

  /** The model's accuracy among predictions stated about as sure as this. */
  evidence(confidence: number): Evident {
    const { n, effective, share } = this.#calibration.near(confidence);
    return { n, interval: wilson(share * effective, effective) };
  }

  /** A predictor's primary metric over all outcomes: for answers that a baseline gives, which states no probability. */
  record(predictor: string): Evident {
    return this.#means.get(predictor)?.get(this.#options.primary)?.evident ?? { n: 0, interval: null };
  }

  /** Mean of a predictor's metric; null while nothing was counted. */
  mean(predictor: string, metric = this.#options.primary): number | null {
    return this.#means.get(predictor)?.get(metric)?.value ?? null;
  }

  /** Name of the best baseline by the primary metric (first of equals in the order given); null while unknown. */
  bestBaseline(): string | null {
    let best: { name: string; value: number } | null = null;
    for (const name of this.#options.baselines) {
      const value = this.mean(name);
      if (value !== null && (best === null || value > best.value)) best = { name, value };
    }
    return best?.name ?? null;
  }

  /** Who answers now: see the rule in this file's header. */
  mode(): Mode {
    this.#mode ??=
      this.#n < this.#options.minimum
        ? 'insufficient'
        : [...this.#lifts.values()].every((lift) => lift.positive)
          ? 'learned'
          : 'baseline';
    return this.#mode;
  }

  report(): ScorecardReport {
    const { task, kind, model, primary, minimum } = this.#options;
    const metrics: Record<string, Record<string, number>> = {};
    for (const [predictor, means] of this.#means) {
      const row: Record<string, number> = {};
      for (const [metric, { value }] of means) if (value !== null) row[metric] = value;
      metrics[predictor] = row;
    }
    const name = this.bestBaseline();
    const value = name === null ? null : this.mean(name);
    const lift = name === null ? undefined : this.#lifts.get(name);
    const shown = lift?.report() ?? null;
    const since = lift?.since ?? null;
    const sources = this.#sources.report(name === null ? -1 : this.#options.baselines.indexOf(name));
    return {
      task,
      kind,
      n: this.#n,
      metrics,
      model,
      primary,
      baseline: name === null || value === null ? null : { name, value },
      lift: shown?.mean ?? null,
      interval: shown?.interval ?? null,
      ...(since === null ? {} : { since }),
      calibration: this.#calibration.report(),
      drift: this.#drift.report(),
      mode: this.mode(),
      ...this.#unbeaten(),
      minimum,
      ...(this.#lastAt > 0 ? { lastAt: this.#lastAt } : {}),
      ...(sources.length > 0 ? { sources } : {}),
    };
  }

  /** Why the gate lets a trivial predictor answer. */
  #unbeaten(): Pick<ScorecardReport, 'unbeaten'> {
    if (this.mode() !== 'baseline') return {};
    let least: ScorecardReport['unbeaten'];
    for (const [name, lift] of this.#lifts) {
      if (lift.positive) continue;
      const { mean = null, interval = null } = lift.report() ?? {};
      if (!least || (interval?.[0] ?? -1) < (least.interval?.[0] ?? -1))
        least = { name, lift: mean, interval };
    }
    return least ? { unbeaten: least } : {};
  }

  write(out: StateWriter): void {
    out.section('scorecard', 3).uint(this.#n).f64(this.#lastAt);
    this.#drift.write(out);
    out.sorted(this.#means, (means) => out.sorted(means, (mean) => mean.write(out)));
    out.sorted(this.#lifts, (lift) => lift.write(out));
    this.#calibration.write(out);
    this.#hits.write(out);
    this.#surplus.write(out);
    this.#sources.write(out);
  }

  /**
   * Reads what `write` wrote into a scorecard of the same options.
   * @throws LMCP_BAD_STATE when the predictors or metrics are not those of the options
   */
  static read(input: StateReader, options: ScorecardOptions): Scorecard {
    const made = new Scorecard(options);
    input.section('scorecard', 3);
    made.#n = input.uint();
    made.#lastAt = input.f64();
    made.#drift.read(input);
    const means = input.sorted(() => input.sorted(() => WeightedMean.read(input)));
    const lifts = input.sorted(() => PairedLift.read(input));
    made.#calibration = CalibrationError.read(input);
    made.#hits.read(input);
    made.#surplus.read(input);
    made.#sources = SourceScores.read(input, options.baselines.length);
    for (const [predictor, own] of made.#means) {
      for (const metric of own.keys()) {
        const found = means.get(predictor)?.get(metric);
        if (!found) throw new LmcpError('LMCP_BAD_STATE', `The scorecard lacks ${predictor} ${metric}.`);
        own.set(metric, found);
      }
    }
    made.#lifts = new Map(
      options.baselines.map((name) => {
        const found = lifts.get(name);
        if (!found) throw new LmcpError('LMCP_BAD_STATE', `The scorecard lacks the baseline ${name}.`);
        return [name, found];
      }),
    );
    return made;
  }
}
