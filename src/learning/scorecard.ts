/**
 * The scorecard: how a learned model did beside its trivial baselines, on the very same events.
 * It exists so that no model serves on faith: its gate decides who answers, and the report says why.
 * Invariant: model and baselines are scored on the same settled predictions; constant size on an unbounded stream.
 *
 * The gate. `insufficient` below the minimum; `learned` once the anytime lower bound of the paired lift on the primary
 * metric lies above 0 against EVERY baseline (so above the best one, with no correction for having picked it);
 * else `baseline`. While neither wins the baseline answers: it is the simpler claim, and the burden is on the model.
 * The bound is over the whole stream, so a model that wins by a hair needs many events, and noise alone does not flip it.
 */
import { LmcpError } from '../errors/index.js';
import { CalibrationError } from './calibration-error.js';
import { DifferenceSequence } from './confidence-sequence.js';
import { wilson } from './interval.js';
import type { Mode } from './mode.js';
import type { StateReader, StateWriter } from './state-codec.js';

/** How a task's predictions came out; plain data. */
export interface ScorecardReport {
  readonly task: string;
  /** "history" (replayed in time order) or "live" (receipts that were served). */
  readonly kind: 'history' | 'live';
  readonly n: number;
  /** predictor → metric → mean; the learned model goes under its own name. */
  readonly metrics: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly model: string;
  readonly primary: string;
  /** The best trivial predictor by the primary metric. */
  readonly baseline: { readonly name: string; readonly value: number } | null;
  /** Mean paired difference model − best baseline on the primary metric. */
  readonly lift: number | null;
  /** 95 % confidence sequence of the lift: valid at every look (see confidence-sequence.ts). */
  readonly interval: readonly [number, number] | null;
  readonly calibration: { readonly ece: number; readonly n: number } | null;
  readonly drift: { readonly at: number; readonly what: string } | null;
  readonly mode: 'learned' | 'baseline' | 'insufficient';
  /** Settled predictions needed before the gate gives a verdict. */
  readonly minimum?: number;
  /** When the last prediction was settled, milliseconds since the epoch; absent when events carried no time. */
  readonly lastAt?: number;
}

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
}

interface Mean {
  sum: number;
  weight: number;
}

export class Scorecard {
  readonly #options: Required<ScorecardOptions>;
  readonly #means = new Map<string, Map<string, Mean>>();
  #pairs: Map<string, DifferenceSequence>;
  #calibration = new CalibrationError();
  #n = 0;
  #lastAt = 0;
  #mode: Mode | undefined;

  constructor(options: ScorecardOptions) {
    this.#options = { minimum: 30, ...options };
    for (const predictor of [options.model, ...options.baselines])
      this.#means.set(predictor, new Map(options.metrics.map((m) => [m, { sum: 0, weight: 0 }])));
    this.#pairs = new Map(options.baselines.map((b) => [b, new DifferenceSequence()]));
  }

  get n(): number {
    return this.#n;
  }

  /**
   * Counts one settled prediction.
   * @throws LMCP_INTERNAL on a score outside [0, 1]: the confidence sequence would no longer hold
   */
  observe({ scores, confidence, correct, weight = 1, at }: Observation): void {
    if (!(weight > 0)) throw new LmcpError('LMCP_INTERNAL', `A weight must be above 0: ${weight}`);
    for (const [predictor, means] of this.#means) {
      for (const [metric, mean] of means) {
        const value = scores[predictor]?.[metric];
        if (value === undefined) continue;
        if (!(value >= 0 && value <= 1))
          throw new LmcpError('LMCP_INTERNAL', `${predictor}'s ${metric} is outside [0, 1]: ${value}`);
        mean.sum += weight * value;
        mean.weight += weight;
      }
    }
    const own = scores[this.#options.model]?.[this.#options.primary];
    for (const [baseline, pair] of this.#pairs) {
      const theirs = scores[baseline]?.[this.#options.primary];
      if (own !== undefined && theirs !== undefined) pair.observe(own - theirs, weight);
    }
    if (confidence !== undefined && correct !== undefined)
      this.#calibration.observe(confidence, correct, weight);
    this.#n++;
    if (at !== undefined) this.#lastAt = Math.max(this.#lastAt, at);
    this.#mode = undefined;
  }

  /** Wilson interval of the model's accuracy among predictions stated about as sure as this; null before the first. */
  evidence(confidence: number): { readonly n: number; readonly interval: readonly [number, number] | null } {
    const { n, right } = this.#calibration.near(confidence);
    return { n, interval: wilson(right, n) };
  }

  /** Mean of a predictor's metric; null while nothing was counted. */
  mean(predictor: string, metric = this.#options.primary): number | null {
    const mean = this.#means.get(predictor)?.get(metric);
    return mean && mean.weight > 0 ? mean.sum / mean.weight : null;
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
        : [...this.#pairs.values()].every((pair) => pair.positive)
          ? 'learned'
          : 'baseline';
    return this.#mode;
  }

  report(): ScorecardReport {
    const { task, kind, model, primary, minimum } = this.#options;
    const metrics: Record<string, Record<string, number>> = {};
    for (const [predictor, means] of this.#means) {
      const row: Record<string, number> = {};
      for (const [metric, { sum, weight }] of means) if (weight > 0) row[metric] = sum / weight;
      metrics[predictor] = row;
    }
    const name = this.bestBaseline();
    const value = name === null ? null : this.mean(name);
    const pair = name === null ? undefined : this.#pairs.get(name);
    return {
      task,
      kind,
      n: this.#n,
      metrics,
      model,
      primary,
      baseline: name === null || value === null ? null : { name, value },
      lift: pair?.mean ?? null,
      interval: pair?.interval() ?? null,
      calibration: this.#calibration.report(),
      drift: null,
      mode: this.mode(),
      minimum,
      ...(this.#lastAt > 0 ? { lastAt: this.#lastAt } : {}),
    };
  }

  write(out: StateWriter): void {
    out.section('scorecard', 1).uint(this.#n).f64(this.#lastAt);
    out.sorted(this.#means, (means) =>
      out.sorted(means, ({ sum, weight }) => {
        out.f64(sum).f64(weight);
      }),
    );
    out.sorted(this.#pairs, (pair) => pair.write(out));
    this.#calibration.write(out);
  }

  /**
   * Reads what `write` wrote into a scorecard of the same options.
   * @throws LMCP_BAD_STATE when the predictors or metrics are not those of the options
   */
  static read(input: StateReader, options: ScorecardOptions): Scorecard {
    const made = new Scorecard(options);
    input.section('scorecard', 1);
    made.#n = input.uint();
    made.#lastAt = input.f64();
    const means = input.sorted(() => input.sorted(() => ({ sum: input.f64(), weight: input.f64() })));
    const pairs = input.sorted(() => DifferenceSequence.read(input));
    made.#calibration = CalibrationError.read(input);
    for (const [predictor, own] of made.#means) {
      for (const metric of own.keys()) {
        const found = means.get(predictor)?.get(metric);
        if (!found) throw new LmcpError('LMCP_BAD_STATE', `The scorecard lacks ${predictor} ${metric}.`);
        own.set(metric, found);
      }
    }
    made.#pairs = new Map(
      options.baselines.map((name) => {
        const found = pairs.get(name);
        if (!found) throw new LmcpError('LMCP_BAD_STATE', `The scorecard lacks the baseline ${name}.`);
        return [name, found];
      }),
    );
    return made;
  }
}
