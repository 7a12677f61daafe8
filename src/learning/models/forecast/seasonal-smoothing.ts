/**
 * Exponential smoothing of an evenly spaced series: level, damped trend, one or two seasonal cycles, and quantiles.
 * It exists to say what a metric should be an hour or a week from now, and how far off is far off.
 * Invariant: additive form; fixed size: one number a phase of each cycle; asking changes no state.
 *
 * Holt-Winters: Winters, "Forecasting sales by exponentially weighted moving averages" (1960), damped after Gardner and
 * McKenzie (1985). Two cycles with an autoregressive correction of the last error: Taylor, "Short-term electricity demand
 * forecasting using double seasonal exponential smoothing" (JORS 2003), in additive form as in Taylor (EJOR 2010).
 * Widths at longer horizons: the class-1 variance of Hyndman, Koehler, Ord, Snyder (2008, section 6.2) over the observed
 * one-step errors, whose quantiles come from a t-digest.
 */
import { LmcpError } from '../../../errors/index.js';
import type { StateReader, StateWriter } from '../../state-codec.js';
import { finiteNumber } from '../statistics/finite-number.js';
import { TDigest } from '../statistics/t-digest.js';

export interface SmoothingOptions {
  /** Lengths of the seasonal cycles in steps, the shorter first: none, [24], or [24, 168]. */
  readonly cycles?: readonly number[];
  /** Share of an error that moves the level, (0, 1]; default .1. */
  readonly level?: number;
  /** Share of the level's move that moves the trend; default .01. */
  readonly trend?: number;
  /** How much of the trend remains each step, [0, 1]; default .98. */
  readonly damping?: number;
  /** Share of an error that moves each cycle's phase; default .2. */
  readonly seasonal?: number;
  /** Weight of the last error in the next forecast (Taylor's φ), (−1, 1); default .3. */
  readonly memory?: number;
}

/** What is expected some steps ahead; plain data. */
export interface SeasonalForecast {
  readonly mean: number;
  /** For each share asked: the value passed with probability 1 − q. null before two of the longest cycles (at least 20 steps). */
  readonly quantiles: readonly number[] | null;
}

/** Longest cycle: a year of hours. */
const longest = 8784;
/** Most steps ahead: quantiles cost a walk over them. */
const farthest = 1_000_000;
/** Errors kept in each of two digests: quantiles follow the newest one to two times this many. */
const epoch = 1000;

export class SeasonalSmoothing {
  readonly #options: Required<SmoothingOptions>;
  #n = 0;
  /** The first round of the longest cycle, until level and seasons are set from it; then empty. */
  #first: number[] = [];
  #level = 0;
  #trend = 0;
  #error = 0;
  /** Seasonal offsets, phase by phase, a list for each cycle. */
  #seasons: Float64Array[];
  #older = new TDigest(50);
  #newer = new TDigest(50);
  /** Both digests as one, for asking; made on the first question after a change. */
  #asked: TDigest | undefined;

  /** @throws LMCP_INTERNAL on a cycle that is no whole number in [2, 8784], or more than two */
  constructor(options: SmoothingOptions = {}) {
    this.#options = {
      cycles: [],
      level: 0.1,
      trend: 0.01,
      damping: 0.98,
      seasonal: 0.2,
      memory: 0.3,
      ...options,
    };
    const { cycles } = this.#options;
    if (cycles.length > 2 || cycles.some((c) => !Number.isInteger(c) || c < 2 || c > longest))
      throw new LmcpError('LMCP_INTERNAL', `Cycles are one or two whole numbers: ${cycles.join(', ')}.`);
    this.#seasons = cycles.map((cycle) => new Float64Array(cycle));
  }

  /** Values learned. */
  get n(): number {
    return this.#n;
  }

  /** Numbers held. */
  get size(): number {
    const held = this.#first.length + this.#older.size + this.#newer.size;
    return this.#seasons.reduce((sum, season) => sum + season.length, held);
  }

  /** Trend summed over `steps`, damped step by step. */
  #drift(steps: number): number {
    const { damping } = this.#options;
    const factor = damping === 1 ? steps : (damping * (1 - damping ** steps)) / (1 - damping);
    return this.#trend * factor;
  }

  #mean(steps: number): number {
    if (this.#n < this.#warmUp) return this.#first.reduce((sum, y) => sum + y / this.#first.length, 0);
    let mean = this.#level + this.#drift(steps) + this.#options.memory ** steps * this.#error;
    for (const season of this.#seasons) mean += season[(this.#n + steps - 1) % season.length] ?? 0;
    return mean;
  }

  /** Steps before level and seasons are set: the longest cycle, at least 10. */
  get #warmUp(): number {
    return Math.max(10, ...this.#options.cycles);
  }

  /** The next value of the series. @throws LMCP_BAD_FEATURES when it is not finite */
  learnOne(y: number): void {
    finiteNumber('The value', y);
    if (this.#n < this.#warmUp) {
      this.#first.push(y);
      if (this.#first.length === this.#warmUp) this.#start();
      this.#n++;
      return;
    }
    const { level, trend, damping, seasonal, memory } = this.#options;
    const forecast = this.#mean(1);
    this.#remember(y - forecast);
    // Without the correction by the last error, as in Taylor's equations: this is what level and seasons learn from.
    const error = y - (forecast - memory * this.#error);
    this.#level += this.#drift(1) + level * error;
    this.#trend = damping * this.#trend + level * trend * error;
    for (const season of this.#seasons) {
      const at = this.#n % season.length;
      season[at] = (season[at] ?? 0) + (seasonal * error) / this.#seasons.length;
    }
    this.#error = error;
    this.#n++;
  }

  /** Level: mean of the first round. Each cycle, the shorter first: means by phase of what is left. */
  #start(): void {
    this.#level = this.#first.reduce((sum, y) => sum + y / this.#first.length, 0);
    const left = this.#first.map((y) => y - this.#level);
    for (const season of this.#seasons) {
      const seen = new Float64Array(season.length);
      for (let t = 0; t < left.length; t++) {
        const at = t % season.length;
        seen[at] = (seen[at] ?? 0) + 1;
        season[at] = (season[at] ?? 0) + ((left[t] ?? 0) - (season[at] ?? 0)) / (seen[at] ?? 1);
      }
      for (let t = 0; t < left.length; t++) left[t] = (left[t] ?? 0) - (season[t % season.length] ?? 0);
    }
    this.#first = [];
  }

  #remember(error: number): void {
    this.#asked = undefined;
    this.#newer.learnOne(error);
    if (this.#newer.n < epoch) return;
    this.#older = this.#newer;
    this.#newer = new TDigest(50);
  }

  /**
   * What is expected `steps` after the last value. Costs a walk over the steps where quantiles are asked.
   * @param steps 1 … 1,000,000; default 1 @param shares quantiles wanted, each in [0, 1], e.g. [0.05, 0.95]
   * @throws LMCP_BAD_FEATURES on more steps, or where something is no number
   */
  forecastOne(steps = 1, shares: readonly number[] = []): SeasonalForecast {
    if (!(steps <= farthest)) throw new LmcpError('LMCP_BAD_FEATURES', `${steps} steps ahead.`);
    const ahead = Math.max(1, Math.floor(steps));
    const mean = this.#mean(ahead);
    if (shares.length === 0) return { mean, quantiles: [] };
    const errors = this.#errors();
    if (errors.n < this.#warmUp) return { mean, quantiles: null };
    const widening = Math.sqrt(this.#varianceRatio(ahead));
    return { mean, quantiles: shares.map((share) => mean + widening * (errors.quantile(share) ?? 0)) };
  }

  #errors(): TDigest {
    if (!this.#asked) {
      this.#asked = new TDigest(50);
      this.#asked.merge(this.#older);
      this.#asked.merge(this.#newer);
    }
    return this.#asked;
  }

  /** Variance of an error `steps` ahead over that of one step ahead. */
  #varianceRatio(steps: number): number {
    const { cycles, level, trend, damping, seasonal, memory } = this.#options;
    let ratio = 1;
    let drift = 0;
    for (let j = 1; j < steps; j++) {
      drift += damping ** j;
      let effect = level + level * trend * drift + memory ** j;
      for (const cycle of cycles) if (j % cycle === 0) effect += seasonal / cycles.length;
      ratio += effect * effect;
    }
    return ratio;
  }

  write(out: StateWriter): void {
    out.section('seasonal-smoothing', 1).uint(this.#n);
    out.f64(this.#level).f64(this.#trend).f64(this.#error).f64s(this.#first);
    out.list(this.#seasons, (season) => out.f64s(season));
    this.#older.write(out);
    this.#newer.write(out);
  }

  read(input: StateReader): void {
    input.section('seasonal-smoothing', 1);
    this.#n = input.uint();
    this.#level = input.f64();
    this.#trend = input.f64();
    this.#error = input.f64();
    this.#first = input.f64s();
    const seasons = input.list(() => Float64Array.from(input.f64s()));
    const lengths = seasons.map((season) => season.length);
    if (lengths.join() !== this.#options.cycles.join())
      throw new LmcpError('LMCP_BAD_STATE', `The snapshot's cycles are ${lengths.join(', ')}.`);
    this.#seasons = seasons;
    this.#older.read(input);
    this.#newer.read(input);
    this.#asked = undefined;
  }
}
