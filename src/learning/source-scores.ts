/**
 * How predictions came out by the source of the event that told the outcome, and which source does not fit the others.
 * It exists because one source that reports wrong outcomes spoils a record that every other source keeps honest.
 * Invariant: at most `named` sources are told apart, the rest is one row; P(some honest source is ever suspected) ≤ 2.5 %.
 *
 * Each source's outcomes are compared with others' of about the same stated probability (matched-outcomes.ts). The interval
 * is valid at every look (betting-interval.ts), its error divided by the number of places for sources and, within a place,
 * by restarts (error-budget.ts): each comparison starts anew after some hundred matches, so that a source that turns bad
 * after an honest year is told as soon as a new one. Of the running comparison and the one before it, the lower upper bound
 * is shown: both hold at once. Weights of samples count in the means; for the comparison an outcome is one outcome.
 */
import { BettingInterval } from './betting-interval.js';
import { errorShare } from './error-budget.js';
import { levelOf, levels, MatchedOutcomes } from './matched-outcomes.js';
import type { SourceReport } from './scorecard-report.js';
import type { StateReader, StateWriter } from './state-codec.js';

/** Sources told apart at a time. */
const named = 16;
const alpha = 0.05 / named;
/** Matches after which a comparison starts anew. */
const epochMatches = 256;
/** A source not seen for so many outcomes gives its place to a new one. */
const idle = 4096;
/** Longest name kept, in code units. */
const longestName = 100;

export interface SourceOutcome {
  readonly source: string;
  /** Primary metric of the model, then of each baseline, in [0, 1]; undefined where it does not apply. */
  readonly values: readonly [model: number, ...baselines: (number | undefined)[]];
  /** Probability the model stated, in [0, 1]. */
  readonly confidence: number | undefined;
  readonly weight: number;
}

/** Weighted sums of one row: of the model, then of each baseline. */
interface Sums {
  n: number;
  sums: number[];
  weights: number[];
}

interface Comparison {
  readonly alpha: number;
  readonly matches: BettingInterval;
}

interface Place extends Sums {
  source: string;
  owner: number;
  /** Count of outcomes when it was last seen. */
  seen: number;
  epoch: number;
  used: number[];
  now: Comparison;
  before: Comparison | null;
  /** Worked out when asked for. */
  suspect: boolean | undefined;
}

function comparison(epoch: number): Comparison {
  return { alpha: alpha * errorShare(epoch), matches: new BettingInterval() };
}

function isSuspect(place: Place): boolean {
  place.suspect ??= [place.now, place.before].some((it) => it?.matches.negative(it.alpha) ?? false);
  return place.suspect;
}

function add(row: Sums, values: readonly (number | undefined)[], weight: number): void {
  row.n++;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value === undefined) continue;
    row.sums[i] = (row.sums[i] ?? 0) + weight * value;
    row.weights[i] = (row.weights[i] ?? 0) + weight;
  }
}

export class SourceScores {
  readonly #predictors: number;
  readonly #outcomes = new MatchedOutcomes();
  #places: Place[] = [];
  #rest: Sums;
  #n = 0;
  #owners = 0;

  /** @param baselines how many there are */
  constructor(baselines: number) {
    this.#predictors = baselines + 1;
    this.#rest = this.#empty();
  }

  #empty(): Sums {
    const zeros = () => Array.from({ length: this.#predictors }, () => 0);
    return { n: 0, sums: zeros(), weights: zeros() };
  }

  observe({ source, values, confidence, weight }: SourceOutcome): void {
    this.#n++;
    const value = values[0];
    const place = this.#placeOf(source.slice(0, longestName));
    add(place ?? this.#rest, values, weight);
    const level = levelOf(confidence);
    if (place) {
      place.seen = this.#n;
      const others = this.#outcomes.match(place.owner, level, place.used);
      if (others !== null) this.#compare(place, value - others);
    }
    this.#outcomes.add(place?.owner ?? 0, level, value);
  }

  #compare(place: Place, difference: number): void {
    if (place.now.matches.n >= epochMatches) {
      place.before = place.now;
      place.now = comparison(++place.epoch);
    }
    place.now.matches.observe(difference);
    place.suspect = undefined;
  }

  #placeOf(source: string): Place | undefined {
    for (const place of this.#places) if (place.source === source) return place;
    const old =
      this.#places.length < named ? undefined : this.#places.reduce((a, b) => (b.seen < a.seen ? b : a));
    if (old && this.#n - old.seen <= idle) return undefined;
    const epoch = (old?.epoch ?? 0) + 1;
    const place: Place = {
      ...this.#empty(),
      source,
      owner: ++this.#owners,
      seen: this.#n,
      epoch,
      used: Array.from({ length: levels }, () => 0),
      now: comparison(epoch),
      before: null,
      suspect: undefined,
    };
    if (!old) this.#places.push(place);
    else {
      this.#places[this.#places.indexOf(old)] = place;
      this.#rest.n += old.n;
      for (let i = 0; i < this.#predictors; i++) {
        this.#rest.sums[i] = (this.#rest.sums[i] ?? 0) + (old.sums[i] ?? 0);
        this.#rest.weights[i] = (this.#rest.weights[i] ?? 0) + (old.weights[i] ?? 0);
      }
    }
    return place;
  }

  /** Names of the sources whose outcomes do not fit the others'. */
  get suspects(): string[] {
    return this.#places.filter(isSuspect).map(({ source }) => source);
  }

  /** Suspects first, then by n; the rest of all sources last, under the name null. @param baseline whose mean is shown */
  report(baseline: number): SourceReport[] {
    const mean = ({ sums, weights }: Sums, i: number) =>
      (weights[i] ?? 0) > 0 ? (sums[i] ?? 0) / (weights[i] ?? 1) : null;
    const rows = this.#places.map((place): SourceReport => {
      const shown = [place.now, ...(place.before ? [place.before] : [])]
        .map(({ alpha, matches }) => ({ mean: matches.mean, interval: matches.interval(alpha) }))
        .reduce((a, b) => ((b.interval?.[1] ?? 1) < (a.interval?.[1] ?? 1) ? b : a));
      return {
        source: place.source,
        n: place.n,
        value: mean(place, 0),
        baseline: mean(place, baseline + 1),
        difference: shown.mean,
        interval: shown.interval,
        suspect: isSuspect(place),
      };
    });
    rows.sort((a, b) => Number(b.suspect) - Number(a.suspect) || b.n - a.n);
    if (this.#rest.n > 0)
      rows.push({
        source: null,
        n: this.#rest.n,
        value: mean(this.#rest, 0),
        baseline: mean(this.#rest, baseline + 1),
        difference: null,
        interval: null,
        suspect: false,
      });
    return rows;
  }

  write(out: StateWriter): void {
    const sums = (row: Sums) => out.uint(row.n).f64s(row.sums).f64s(row.weights);
    const compared = (c: Comparison) => {
      out.f64(c.alpha);
      c.matches.write(out);
    };
    out.section('source-scores', 1).uint(this.#n).uint(this.#owners);
    sums(this.#rest);
    out.list(this.#places, (place) => {
      sums(place);
      out.string(place.source).uint(place.owner).uint(place.seen).uint(place.epoch);
      out.list(place.used, (serial) => out.uint(serial));
      compared(place.now);
      out.bool(place.before !== null);
      if (place.before) compared(place.before);
    });
    this.#outcomes.write(out);
  }

  static read(input: StateReader, baselines: number): SourceScores {
    const sums = (): Sums => ({ n: input.uint(), sums: input.f64s(), weights: input.f64s() });
    const compared = (): Comparison => ({ alpha: input.f64(), matches: BettingInterval.read(input) });
    const made = new SourceScores(baselines);
    input.section('source-scores', 1);
    made.#n = input.uint();
    made.#owners = input.uint();
    made.#rest = sums();
    made.#places = input.list(() => {
      const row = sums();
      const [source, owner, seen, epoch] = [input.string(), input.uint(), input.uint(), input.uint()];
      const used = input.list(() => input.uint());
      const now = compared();
      const before = input.bool() ? compared() : null;
      return { ...row, source, owner, seen, epoch, used, now, before, suspect: undefined };
    });
    made.#outcomes.read(input);
    return made;
  }
}
