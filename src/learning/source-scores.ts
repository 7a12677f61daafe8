/**
 * How predictions came out by the source of the event that told the outcome, and which source stands apart from the others.
 * It exists because one source that reports wrong outcomes spoils a record that every other source keeps honest.
 * Invariant: at most `named` sources are told apart, the rest is one row; only outcomes close in time are compared.
 *
 * Each source's outcomes are compared with others' (source-comparison.ts): the model's with those where it was about as sure,
 * so that a source that is asked harder questions is not suspected for it; the model's with any, because a model that knows
 * the source learns soon to expect nothing of it; and each baseline's with any, because a model that knows the source may as
 * well learn what it reports wrongly, while the trivial predictors pool all sources. Each of them: a predictor by the last
 * two labels finds the habit of a liar in contexts of its own, where one by the last label does not.
 *
 * What is promised: where outcomes told at about the same time are exchangeable between sources (on one level for
 * `suspect`, in all for `lower`), and different bursts of one source are independent, P(any source is ever suspected) ≤
 * 2.5 %, and P(any is ever lower) ≤ 2.5 %: the error is shared by the places for sources, and that of `lower` between the
 * model's and the baselines' outcomes. Real sources differ for honest reasons too (other tools, noisier work, long sessions
 * with luck of their own), so a verdict is a reason to look at a source's events, and none to doubt them by itself. Weights
 * of samples count in the means; for a comparison an outcome is one outcome.
 */
import { levelOf, MatchedOutcomes } from './matched-outcomes.js';
import type { SourceReport } from './scorecard-report.js';
import { type Compared, SourceComparison } from './source-comparison.js';
import type { StateReader, StateWriter } from './state-codec.js';

/** Sources told apart at a time. */
const named = 16;
/** Of all verdicts of a kind together; most streams know few sources, so the first places have more of it. */
const alpha = 0.05;
const harmonic = Array.from({ length: named }, (_, at) => 1 / (at + 1)).reduce((a, b) => a + b);
/** A longer row of one source's outcomes is several bursts. */
const longestBurst = 8;
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
  /** Of the model's outcomes where it was as sure, of the model's in all, of each baseline's in all. */
  comparisons: SourceComparison[];
}

/** Comparisons before those of the baselines. */
const ofModel = 2;

function add(row: Sums, values: readonly (number | undefined)[], weight: number): void {
  row.n++;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value === undefined) continue;
    row.sums[i] = (row.sums[i] ?? 0) + weight * value;
    row.weights[i] = (row.weights[i] ?? 0) + weight;
  }
}

const nothing: Compared = { difference: null, interval: null };

function overallOf(
  model: SourceComparison | undefined,
  baselines: readonly SourceComparison[],
): SourceReport['overall'] {
  const shown = model?.report() ?? nothing;
  if (model?.below) return { ...shown, lower: true, by: 'model' };
  const lower = baselines.filter(({ below }) => below).map((it) => it.report());
  if (lower.length === 0) return { ...shown, lower: false, by: null };
  const lowest = lower.reduce((a, b) => ((b.interval?.[1] ?? 1) < (a.interval?.[1] ?? 1) ? b : a));
  return { ...lowest, lower: true, by: 'baseline' };
}

export class SourceScores {
  readonly #predictors: number;
  /** One for each comparison of a place. */
  readonly #outcomes: readonly MatchedOutcomes[];
  #places: Place[] = [];
  #rest: Sums;
  #n = 0;
  #owners = 0;
  /** The running burst: whose it is, and its number. */
  #teller = 0;
  #burst = 0;
  /** Outcomes of it so far. */
  #row = longestBurst;

  /** @param baselines how many there are */
  constructor(baselines: number) {
    this.#predictors = baselines + 1;
    this.#rest = this.#empty();
    this.#outcomes = Array.from({ length: ofModel + baselines }, () => new MatchedOutcomes());
  }

  #empty(): Sums {
    const zeros = () => Array.from({ length: this.#predictors }, () => 0);
    return { n: 0, sums: zeros(), weights: zeros() };
  }

  observe({ source, values, confidence, weight }: SourceOutcome): void {
    this.#n++;
    const place = this.#placeOf(source.slice(0, longestName));
    add(place ?? this.#rest, values, weight);
    if (place) place.seen = this.#n;
    const owner = place?.owner ?? 0;
    if (owner !== this.#teller || this.#row >= longestBurst) {
      this.#burst++;
      this.#row = 0;
    }
    this.#row++;
    this.#teller = owner;
    const [model, ...baselines] = values;
    for (const [kind, value] of [model, model, ...baselines].entries()) {
      const among = this.#outcomes[kind];
      if (value === undefined || !among) continue;
      const level = kind === 0 ? levelOf(confidence) : 0;
      const outcome = among.add({ owner, level, value, burst: this.#burst });
      for (const { comparisons } of this.#places) comparisons[kind]?.meet(outcome, among);
    }
  }

  /** Error of a comparison. @param at which place, from 0 */
  #errorOf(kind: number, at: number): number {
    const part = kind === 0 ? 1 : kind < ofModel ? 1 / 2 : 1 / (2 * (this.#outcomes.length - ofModel));
    return (part * alpha) / ((at + 1) * harmonic);
  }

  #placeOf(source: string): Place | undefined {
    for (const place of this.#places) if (place.source === source) return place;
    const old =
      this.#places.length < named ? undefined : this.#places.reduce((a, b) => (b.seen < a.seen ? b : a));
    if (old && this.#n - old.seen <= idle) return undefined;
    const owner = ++this.#owners;
    const at = old ? this.#places.indexOf(old) : this.#places.length;
    const place: Place = {
      ...this.#empty(),
      source,
      owner,
      seen: this.#n,
      comparisons: this.#outcomes.map((_, kind) => {
        const epoch = (old?.comparisons[kind]?.epoch ?? 0) + 1;
        return new SourceComparison(this.#errorOf(kind, at), { owner, epoch });
      }),
    };
    if (!old) this.#places.push(place);
    else {
      this.#places[at] = place;
      this.#rest.n += old.n;
      for (let i = 0; i < this.#predictors; i++) {
        this.#rest.sums[i] = (this.#rest.sums[i] ?? 0) + (old.sums[i] ?? 0);
        this.#rest.weights[i] = (this.#rest.weights[i] ?? 0) + (old.weights[i] ?? 0);
      }
    }
    return place;
  }

  /** Names of the sources whose outcomes do not fit the others' where the model was as sure. */
  get suspects(): string[] {
    return this.#places.filter(({ comparisons }) => comparisons[0]?.below).map(({ source }) => source);
  }

  /** Suspects first, then by n; the rest of all sources last, under the name null. @param baseline whose mean is shown */
  report(baseline: number): SourceReport[] {
    const mean = ({ sums, weights }: Sums, i: number) =>
      (weights[i] ?? 0) > 0 ? (sums[i] ?? 0) / (weights[i] ?? 1) : null;
    const rows = this.#places.map((place): SourceReport => {
      const [alike, model, ...simple] = place.comparisons;
      return {
        source: place.source,
        n: place.n,
        value: mean(place, 0),
        baseline: mean(place, baseline + 1),
        ...(alike?.report() ?? nothing),
        suspect: alike?.below ?? false,
        overall: overallOf(model, simple),
      };
    });
    const standing = ({ suspect, overall }: SourceReport) => (suspect ? 2 : overall.lower ? 1 : 0);
    rows.sort((a, b) => standing(b) - standing(a) || b.n - a.n);
    if (this.#rest.n > 0)
      rows.push({
        source: null,
        n: this.#rest.n,
        value: mean(this.#rest, 0),
        baseline: mean(this.#rest, baseline + 1),
        ...nothing,
        suspect: false,
        overall: overallOf(undefined, []),
      });
    return rows;
  }

  write(out: StateWriter): void {
    const sums = (row: Sums) => out.uint(row.n).f64s(row.sums).f64s(row.weights);
    out
      .section('source-scores', 4)
      .uint(this.#n)
      .uint(this.#owners)
      .uint(this.#teller)
      .uint(this.#burst)
      .uint(this.#row);
    sums(this.#rest);
    out.list(this.#places, (place) => {
      sums(place);
      out.string(place.source).uint(place.owner).uint(place.seen);
      for (const comparison of place.comparisons) comparison.write(out);
    });
    for (const outcomes of this.#outcomes) outcomes.write(out);
  }

  static read(input: StateReader, baselines: number): SourceScores {
    const sums = (): Sums => ({ n: input.uint(), sums: input.f64s(), weights: input.f64s() });
    const made = new SourceScores(baselines);
    input.section('source-scores', 4);
    made.#n = input.uint();
    made.#owners = input.uint();
    made.#teller = input.uint();
    made.#burst = input.uint();
    made.#row = input.uint();
    made.#rest = sums();
    made.#places = input.list(() => {
      const row = sums();
      const [source, owner, seen] = [input.string(), input.uint(), input.uint()];
      const comparisons = made.#outcomes.map(() => SourceComparison.read(input));
      return { ...row, source, owner, seen, comparisons };
    });
    for (const outcomes of made.#outcomes) outcomes.read(input);
    return made;
  }
}
