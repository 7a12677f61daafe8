/**
 * How predictions came out by the source of the event that told the outcome, and which source does not fit the others.
 * It exists because one source that reports wrong outcomes spoils a record that every other source keeps honest.
 * Invariant: at most `named` sources are told apart, the rest is one row; P(some honest source is ever suspected) ≤ 2.5 %.
 *
 * Each source's outcomes are compared with others' twice (source-comparison.ts): with those of about the same stated
 * probability (matched-outcomes.ts), so that a source that is asked harder questions is not suspected for it; and with any,
 * because a model that knows the source learns soon to expect nothing of it. The error of either verdict is divided by the
 * number of places for sources. Weights of samples count in the means; for a comparison an outcome is one outcome.
 */
import { levelOf, levels, MatchedOutcomes } from './matched-outcomes.js';
import type { SourceReport } from './scorecard-report.js';
import { SourceComparison } from './source-comparison.js';
import type { StateReader, StateWriter } from './state-codec.js';

/** Sources told apart at a time. */
const named = 16;
const alpha = 0.05 / named;
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

interface Place extends Sums {
  source: string;
  owner: number;
  /** Count of outcomes when it was last seen. */
  seen: number;
  /** With others' where the model was as sure. */
  alike: SourceComparison;
  /** With others' in all. */
  any: SourceComparison;
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
  /** The same on one level. */
  readonly #all = new MatchedOutcomes();
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
    const owner = place?.owner ?? 0;
    if (place) {
      place.seen = this.#n;
      place.alike.observe(value, { among: this.#outcomes, owner, level });
      place.any.observe(value, { among: this.#all, owner, level: 0 });
    }
    this.#outcomes.add(owner, level, value);
    this.#all.add(owner, 0, value);
  }

  #placeOf(source: string): Place | undefined {
    for (const place of this.#places) if (place.source === source) return place;
    const old =
      this.#places.length < named ? undefined : this.#places.reduce((a, b) => (b.seen < a.seen ? b : a));
    if (old && this.#n - old.seen <= idle) return undefined;
    const begun = (it: SourceComparison | undefined) => (it?.epoch ?? 0) + 1;
    const place: Place = {
      ...this.#empty(),
      source,
      owner: ++this.#owners,
      seen: this.#n,
      alike: new SourceComparison(alpha, { levels, epoch: begun(old?.alike) }),
      any: new SourceComparison(alpha, { levels: 1, epoch: begun(old?.any) }),
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
    return this.#places.filter(({ alike }) => alike.below).map(({ source }) => source);
  }

  /** Suspects first, then by n; the rest of all sources last, under the name null. @param baseline whose mean is shown */
  report(baseline: number): SourceReport[] {
    const mean = ({ sums, weights }: Sums, i: number) =>
      (weights[i] ?? 0) > 0 ? (sums[i] ?? 0) / (weights[i] ?? 1) : null;
    const rows = this.#places.map(
      (place): SourceReport => ({
        source: place.source,
        n: place.n,
        value: mean(place, 0),
        baseline: mean(place, baseline + 1),
        ...place.alike.report(),
        suspect: place.alike.below,
        overall: { ...place.any.report(), lower: place.any.below },
      }),
    );
    const standing = ({ suspect, overall }: SourceReport) => (suspect ? 2 : overall.lower ? 1 : 0);
    rows.sort((a, b) => standing(b) - standing(a) || b.n - a.n);
    if (this.#rest.n > 0)
      rows.push({
        source: null,
        n: this.#rest.n,
        value: mean(this.#rest, 0),
        baseline: mean(this.#rest, baseline + 1),
        difference: null,
        interval: null,
        suspect: false,
        overall: { difference: null, interval: null, lower: false },
      });
    return rows;
  }

  write(out: StateWriter): void {
    const sums = (row: Sums) => out.uint(row.n).f64s(row.sums).f64s(row.weights);
    out.section('source-scores', 2).uint(this.#n).uint(this.#owners);
    sums(this.#rest);
    out.list(this.#places, (place) => {
      sums(place);
      out.string(place.source).uint(place.owner).uint(place.seen);
      place.alike.write(out);
      place.any.write(out);
    });
    this.#outcomes.write(out);
    this.#all.write(out);
  }

  static read(input: StateReader, baselines: number): SourceScores {
    const sums = (): Sums => ({ n: input.uint(), sums: input.f64s(), weights: input.f64s() });
    const made = new SourceScores(baselines);
    input.section('source-scores', 2);
    made.#n = input.uint();
    made.#owners = input.uint();
    made.#rest = sums();
    made.#places = input.list(() => {
      const row = sums();
      const [source, owner, seen] = [input.string(), input.uint(), input.uint()];
      const alike = SourceComparison.read(input, alpha);
      const any = SourceComparison.read(input, alpha);
      return { ...row, source, owner, seen, alike, any };
    });
    made.#outcomes.read(input);
    made.#all.read(input);
    return made;
  }
}
