/**
 * A gated log-linear mixture: many count-based voters, one softmax over candidate labels, weights learned online.
 * It exists because no single context is best: what follows depends on the tool, the file, the pause, the session at once.
 * Invariant: probabilities of candidates and of "none of these" sum to 1; size fixed by the options.
 *
 * A voter adds w[voter, evidence bucket] · log(1 + count / (types · p0)) to a candidate's score: the log-odds by which its
 * context raises the label over the global frequency p0 under Witten-Bell smoothing. Terms common to all candidates cancel in
 * the softmax, so only counted labels cost anything. Weights are chosen by how much a context has seen (the gate) and follow
 * AdaGrad on the log loss. Close kin: logistic mixing of contexts (Mahoney 2005, PAQ) and McFadden's conditional logit.
 */
import type { StateReader, StateWriter } from '../state-codec.js';
import type { Votes } from './tally.js';

/** Fills `out[at …]` with the candidate's own features (each about [0, 1]). */
export type Describe = (id: number, out: Float64Array, at: number) => void;

export interface LogLinearOptions {
  readonly voters: number;
  /** Features that `Describe` fills in for each candidate. */
  readonly features: number;
  /** Most candidates scored; default 160. */
  readonly candidates?: number;
  /** AdaGrad step; default .1. */
  readonly rate?: number;
}

/** Global counts with random access. */
export interface Base extends Votes {
  count(id: number): number;
}

/** A distribution over candidates, with what is needed to learn from the outcome. */
export interface Forecast {
  readonly ids: readonly number[];
  /** Probability of each candidate, then of "none of these" (the last). */
  readonly p: Float64Array;
  /** Position of a candidate's id in `ids`. */
  readonly positions: ReadonlyMap<number, number>;
  /** log p0 of each candidate, then of "none of these". */
  readonly base: Float64Array;
  /** Candidates × features, row by row. */
  readonly features: Float64Array;
  /** Sparse voter features: weight slot, candidate, value. */
  readonly slots: readonly number[];
  readonly owners: readonly number[];
  readonly values: readonly number[];
}

/** Weight sets a voter: by the evidence behind its context. */
const buckets = 7;
const edges = [2, 4, 8, 20, 60, 300];

function bucketOf(total: number): number {
  let bucket = 0;
  while (bucket < edges.length && total >= (edges[bucket] ?? 0)) bucket++;
  return bucket;
}

export class LogLinearMixture {
  readonly #options: Required<LogLinearOptions>;
  /** voters × buckets, then the base, then the features, then the bias of "none of these". */
  #weights: Float64Array;
  #squares: Float64Array;
  readonly #baseSlot: number;

  constructor(options: LogLinearOptions) {
    this.#options = { candidates: 160, rate: 0.1, ...options };
    this.#baseSlot = options.voters * buckets;
    this.#weights = new Float64Array(this.#baseSlot + 1 + options.features + 1);
    this.#weights.fill(0.1, 0, this.#baseSlot);
    this.#weights[this.#baseSlot] = 1;
    this.#squares = new Float64Array(this.#weights.length).fill(0.01);
  }

  /**
   * @param base global counts: gives p0 and the most frequent labels as candidates
   * @param votes what each voter's context says, most specific last; undefined when its context is new
   */
  forecast(base: Base, votes: readonly (Votes | undefined)[], describe: Describe): Forecast {
    const { candidates, features } = this.#options;
    const ids: number[] = [];
    const positions = new Map<number, number>();
    const mass = base.total + base.types + 1;
    const p0: number[] = [];
    const place = (id: number): number => {
      const known = positions.get(id);
      if (known !== undefined) return known;
      if (ids.length >= candidates) return -1;
      positions.set(id, ids.length);
      p0.push((base.count(id) + 0.05) / mass);
      return ids.push(id) - 1;
    };
    const slots: number[] = [];
    const owners: number[] = [];
    const values: number[] = [];
    for (let voter = votes.length - 1; voter >= 0; voter--) {
      const vote = votes[voter];
      if (!vote || vote.types === 0) continue;
      const slot = voter * buckets + bucketOf(vote.total);
      for (let i = 0; i < vote.ids.length; i++) {
        const at = place(vote.ids[i] ?? 0);
        if (at < 0) continue;
        slots.push(slot);
        owners.push(at);
        values.push(Math.log(1 + (vote.counts[i] ?? 0) / (vote.types * (p0[at] ?? 1))));
      }
    }
    for (let i = 0; i < base.ids.length && ids.length < candidates; i++) place(base.ids[i] ?? 0);

    const n = ids.length;
    const own = new Float64Array(n * features);
    for (let k = 0; k < n; k++) describe(ids[k] ?? 0, own, k * features);
    const logBase = new Float64Array(n + 1);
    for (let k = 0; k < n; k++) logBase[k] = Math.log(p0[k] ?? 1);
    logBase[n] = Math.log((base.types + 1) / mass);
    const p = this.#softmax(logBase, own, slots, owners, values);
    return { ids, p, positions, base: logBase, features: own, slots, owners, values };
  }

  #softmax(base: Float64Array, own: Float64Array, slots: number[], owners: number[], values: number[]) {
    const { features } = this.#options;
    const w = this.#weights;
    const n = base.length - 1;
    const z = new Float64Array(n + 1);
    const baseWeight = w[this.#baseSlot] ?? 1;
    for (let k = 0; k <= n; k++) z[k] = baseWeight * (base[k] ?? 0);
    z[n] = (z[n] ?? 0) + (w[w.length - 1] ?? 0);
    for (let k = 0; k < n; k++) {
      let score = z[k] ?? 0;
      for (let f = 0; f < features; f++)
        score += (w[this.#baseSlot + 1 + f] ?? 0) * (own[k * features + f] ?? 0);
      z[k] = score;
    }
    for (let i = 0; i < values.length; i++) {
      const k = owners[i] ?? 0;
      z[k] = (z[k] ?? 0) + (w[slots[i] ?? 0] ?? 0) * (values[i] ?? 0);
    }
    let top = -Infinity;
    for (const score of z) if (score > top) top = score;
    let sum = 0;
    for (let k = 0; k <= n; k++) {
      const e = Math.exp((z[k] ?? 0) - top);
      z[k] = e;
      sum += e;
    }
    for (let k = 0; k <= n; k++) z[k] = (z[k] ?? 0) / sum;
    return z;
  }

  /**
   * One AdaGrad step on the log loss of the outcome.
   * @param forecast what this mixture said; learn from it before anything else is learned
   * @param id what came true; an id that was no candidate counts as "none of these"
   */
  learnOne(forecast: Forecast, id: number, weight = 1): void {
    const { features } = this.#options;
    const n = forecast.ids.length;
    const truth = forecast.positions.get(id) ?? n;
    const gradient = new Float64Array(this.#weights.length);
    const error = (k: number) => (k === truth ? 1 : 0) - (forecast.p[k] ?? 0);
    for (let i = 0; i < forecast.values.length; i++) {
      const slot = forecast.slots[i] ?? 0;
      gradient[slot] = (gradient[slot] ?? 0) + error(forecast.owners[i] ?? 0) * (forecast.values[i] ?? 0);
    }
    for (let k = 0; k <= n; k++) {
      const e = error(k);
      gradient[this.#baseSlot] = (gradient[this.#baseSlot] ?? 0) + e * (forecast.base[k] ?? 0);
      if (k === n) gradient[gradient.length - 1] = e;
      else
        for (let f = 0; f < features; f++) {
          const slot = this.#baseSlot + 1 + f;
          gradient[slot] = (gradient[slot] ?? 0) + e * (forecast.features[k * features + f] ?? 0);
        }
    }
    for (let slot = 0; slot < gradient.length; slot++) {
      const g = weight * (gradient[slot] ?? 0);
      if (g === 0) continue;
      const square = (this.#squares[slot] ?? 0) + g * g;
      this.#squares[slot] = square;
      this.#weights[slot] = (this.#weights[slot] ?? 0) + (this.#options.rate * g) / Math.sqrt(square);
    }
  }

  write(out: StateWriter): void {
    out.section('log-linear', 1).f64s(this.#weights).f64s(this.#squares);
  }

  read(input: StateReader): void {
    input.section('log-linear', 1);
    this.#weights = Float64Array.from(input.f64s());
    this.#squares = Float64Array.from(input.f64s());
  }
}
