/**
 * A gated log-linear mixture: many count-based voters, one softmax over candidate labels, weights learned online.
 * It exists because no single context is best: what follows depends on the tool, the file, the pause, the session at once.
 * Invariant: probabilities of candidates and of "none of these" sum to 1; size fixed by the options.
 *
 * A voter adds w[voter, evidence bucket] · log(1 + count / (types · p0)) to a candidate's score: the log-odds by which its
 * context raises the label over the global frequency p0 under Witten-Bell smoothing. Beside it stands a correction learned for
 * this label in this very context, which undoes what several voters count twice. Terms common to all candidates cancel in
 * the softmax, so only counted labels cost anything. Weights are chosen by how much a context has seen (the gate); weights and
 * corrections follow AdaGrad (Duchi, Hazan, Singer 2011) on the log loss. Kin: logistic mixing of contexts (Mahoney 2005,
 * PAQ), McFadden's conditional logit (1974), maximum-entropy language models (Rosenfeld 1996).
 */
import { LmcpError } from '../../errors/index.js';
import type { StateReader, StateWriter } from '../state-codec.js';
import { CandidateIndex } from './candidate-index.js';
import type { Votes } from './tally.js';
import type { VoterMemory } from './voter-memory.js';

/** Fills `out[at …]` with the candidate's own features (each about [0, 1]). */
export type Describe = (id: number, out: Float64Array, at: number) => void;

export interface LogLinearOptions {
  readonly voters: number;
  /** Features that `Describe` fills in for each candidate. */
  readonly features: number;
  /** Most candidates scored; default 128. */
  readonly candidates?: number;
  /** The most frequent labels are candidates too while there are fewer than this; default 32. */
  readonly frequent?: number;
  /** AdaGrad step of the weights; default .1. */
  readonly rate?: number;
  /** AdaGrad step of the corrections; default .05. */
  readonly correctionRate?: number;
}

/** Global counts with random access. */
export interface Base extends Votes {
  count(id: number): number;
}

/** What one voter says: a row of the memory, and the labels its entries stand for where they are not labels themselves. */
export interface Ballot {
  readonly row: number;
  /** Label of each entry; `abstain` where it means nothing here. Absent: the entries' own ids. */
  readonly ids?: readonly number[];
}

/** An entry of a ballot that stands for no label. */
export const abstain = Number.MIN_SAFE_INTEGER;

/** A distribution over candidates. It lies in the mixture's own arrays: the mixture's next forecast takes its place. */
export interface Forecast {
  readonly ids: readonly number[];
  /** Probability of each candidate, then of "none of these" at `ids.length`; what lies beyond means nothing. */
  readonly p: Float64Array;
  /** Which of the mixture's forecasts this is. */
  readonly turn: number;
}

/** Weight sets a voter: by the evidence behind its context. */
const buckets = 7;
const edges = [2, 4, 8, 20, 60, 300];

function bucketOf(total: number): number {
  let bucket = 0;
  while (bucket < edges.length && total >= (edges[bucket] ?? 0)) bucket++;
  return bucket;
}

/** Weights of all voters together at the start: a little over one, as if the contexts agreed about half. */
const initialSum = 1.6;

export class LogLinearMixture {
  readonly #options: Required<LogLinearOptions>;
  readonly #memory: VoterMemory;
  /** voters × buckets, then the base, then the features, then the bias of "none of these". */
  #weights: Float64Array;
  #squares: Float64Array;
  readonly #baseSlot: number;
  readonly #index: CandidateIndex;
  readonly #gradient: Float64Array;
  readonly #error: Float64Array;
  /** The latest forecast, overwritten by the next: arrays made for each would cost as much as all else. */
  #turn = 0;
  readonly #p: Float64Array;
  /** p0 of each candidate; then log p0, that of "none of these" last. */
  readonly #p0: Float64Array;
  readonly #base: Float64Array;
  /** Candidates × features, row by row. */
  readonly #own: Float64Array;
  /** Weight slot of each voter; -1 when its context is new. */
  readonly #slots: Int32Array;
  /** Sparse voter features, `#entries` of them: place in the memory, voter, candidate, value. */
  #entries = 0;
  readonly #places: Int32Array;
  readonly #voters: Uint8Array;
  readonly #owners: Uint8Array;
  readonly #values: Float64Array;

  /** @param memory where the voters' counts are and their corrections are kept; its owner writes and reads it */
  constructor(memory: VoterMemory, options: LogLinearOptions) {
    this.#options = { candidates: 128, frequent: 32, rate: 0.1, correctionRate: 0.05, ...options };
    this.#memory = memory;
    this.#baseSlot = options.voters * buckets;
    this.#weights = new Float64Array(this.#baseSlot + 1 + options.features + 1);
    this.#weights.fill(initialSum / options.voters, 0, this.#baseSlot);
    this.#weights[this.#baseSlot] = 1;
    this.#squares = new Float64Array(this.#weights.length).fill(0.01);
    this.#gradient = new Float64Array(this.#weights.length);
    const { candidates } = this.#options;
    this.#error = new Float64Array(candidates + 1);
    this.#index = new CandidateIndex(candidates);
    this.#p = new Float64Array(candidates + 1);
    this.#p0 = new Float64Array(candidates);
    this.#base = new Float64Array(candidates + 1);
    this.#own = new Float64Array(candidates * options.features);
    this.#slots = new Int32Array(options.voters);
    const most = options.voters * memory.labels;
    this.#places = new Int32Array(most);
    this.#voters = new Uint8Array(most);
    this.#owners = new Uint8Array(most);
    this.#values = new Float64Array(most);
  }

  /**
   * @param base global counts: gives p0 and the most frequent labels as candidates
   * @param ballots what each voter's context says, most specific last; undefined when its context is new
   */
  forecast(base: Base, ballots: readonly (Ballot | undefined)[], describe: Describe): Forecast {
    this.#index.clear();
    const mass = base.total + base.types + 1;
    this.#gather(base, ballots, mass);
    const index = this.#index;
    const { frequent, features } = this.#options;
    for (let i = 0; i < base.ids.length && index.size < frequent; i++) {
      const before = index.size;
      const at = index.place(base.ids[i] ?? 0);
      if (at === before) this.#p0[at] = ((base.counts[i] ?? 0) + 0.05) / mass;
    }
    const { size, ids } = index;
    const own = this.#own.fill(0, 0, size * features);
    for (let k = 0; k < size; k++) {
      describe(ids[k] ?? 0, own, k * features);
      this.#base[k] = Math.log(this.#p0[k] ?? 1);
    }
    this.#base[size] = Math.log((base.types + 1) / mass);
    this.#softmax(size);
    return { ids, p: this.#p, turn: ++this.#turn };
  }

  /** Whether this can be learned from: the latest forecast, with nothing learned since. */
  isLatest({ turn }: Forecast): boolean {
    return turn === this.#turn;
  }

  /** For an owner that changed the memory by other means. */
  expire(): void {
    this.#turn++;
  }

  /** What each voter says, as sparse features of candidates. */
  #gather(base: Base, ballots: readonly (Ballot | undefined)[], mass: number): void {
    const { ids: entries, counts, sizes, totals, types, labels } = this.#memory;
    const [index, p0] = [this.#index, this.#p0];
    this.#slots.fill(-1);
    let n = 0;
    for (let voter = ballots.length - 1; voter >= 0; voter--) {
      const ballot = ballots[voter];
      if (!ballot) continue;
      const { row, ids } = ballot;
      this.#slots[voter] = voter * buckets + bucketOf(totals[row] ?? 0);
      const distinct = types[row] ?? 1;
      const [start, size] = [row * labels, sizes[row] ?? 0];
      for (let i = 0; i < size; i++) {
        const id = (ids ? ids[i] : entries[start + i]) ?? abstain;
        if (id === abstain) continue;
        const before = index.size;
        const at = index.place(id);
        if (at < 0) continue;
        if (at === before) p0[at] = (base.count(id) + 0.05) / mass;
        this.#places[n] = start + i;
        this.#voters[n] = voter;
        this.#owners[n] = at;
        this.#values[n++] = Math.log(1 + (counts[start + i] ?? 0) / (distinct * (p0[at] ?? 1)));
      }
    }
    this.#entries = n;
  }

  #softmax(n: number): void {
    const { features } = this.#options;
    const [z, w, own] = [this.#p, this.#weights, this.#own];
    const { corrections } = this.#memory;
    const baseWeight = w[this.#baseSlot] ?? 1;
    for (let k = 0; k < n; k++) {
      let score = baseWeight * (this.#base[k] ?? 0);
      for (let f = 0; f < features; f++)
        score += (w[this.#baseSlot + 1 + f] ?? 0) * (own[k * features + f] ?? 0);
      z[k] = score;
    }
    z[n] = baseWeight * (this.#base[n] ?? 0) + (w[w.length - 1] ?? 0);
    const slots = this.#slots;
    for (let i = 0; i < this.#entries; i++) {
      const k = this.#owners[i] ?? 0;
      const weight = w[slots[this.#voters[i] ?? 0] ?? 0] ?? 0;
      z[k] = (z[k] ?? 0) + weight * (this.#values[i] ?? 0) + (corrections[this.#places[i] ?? 0] ?? 0);
    }
    let top = -Infinity;
    for (let k = 0; k <= n; k++) top = Math.max(top, z[k] ?? 0);
    let sum = 0;
    for (let k = 0; k <= n; k++) {
      const e = Math.exp((z[k] ?? 0) - top);
      z[k] = e;
      sum += e;
    }
    for (let k = 0; k <= n; k++) z[k] = (z[k] ?? 0) / sum;
  }

  /**
   * What share of its evidence each voter gives one candidate, smoothed: (count + ½) / (total + 1); 0 when its context is new.
   * Of the latest forecast.
   * @param candidate position in the forecast's ids @param out one place a voter
   */
  support(ballots: readonly (Ballot | undefined)[], candidate: number, out: Float64Array): void {
    const { counts, totals } = this.#memory;
    for (let voter = 0; voter < ballots.length; voter++) {
      const row = ballots[voter]?.row;
      out[voter] = row === undefined ? 0 : 0.5 / ((totals[row] ?? 0) + 1);
    }
    for (let i = 0; i < this.#entries; i++) {
      if (this.#owners[i] !== candidate) continue;
      const voter = this.#voters[i] ?? 0;
      out[voter] = (out[voter] ?? 0) * (1 + 2 * (counts[this.#places[i] ?? 0] ?? 0));
    }
  }

  /**
   * One AdaGrad step on the log loss of the outcome.
   * @param forecast the latest of this mixture; learn from it before anything else is learned, the memory included
   * @param id what came true; an id that was no candidate counts as "none of these"
   * @throws LMCP_INTERNAL when another forecast was made, or something learned since
   */
  learnOne(forecast: Forecast, id: number, weight = 1): void {
    if (!this.isLatest(forecast))
      throw new LmcpError('LMCP_INTERNAL', 'A mixture learns from its latest forecast only.');
    this.expire();
    const { features, rate, correctionRate } = this.#options;
    const { ids, p } = forecast;
    const { corrections, squares } = this.#memory;
    const n = ids.length;
    const found = ids.indexOf(id);
    const truth = found < 0 ? n : found;
    const [gradient, error] = [this.#gradient.fill(0), this.#error];
    for (let k = 0; k <= n; k++) error[k] = (k === truth ? 1 : 0) - (p[k] ?? 0);
    for (let i = 0; i < this.#entries; i++) {
      const e = error[this.#owners[i] ?? 0] ?? 0;
      const slot = this.#slots[this.#voters[i] ?? 0] ?? 0;
      gradient[slot] = (gradient[slot] ?? 0) + e * (this.#values[i] ?? 0);
      const at = this.#places[i] ?? 0;
      const g = weight * e;
      const square = (squares[at] ?? 0) + g * g;
      squares[at] = square;
      corrections[at] = (corrections[at] ?? 0) + (correctionRate * g) / Math.sqrt(1 + square);
    }
    const [base, own, ownSlot] = [this.#base, this.#own, this.#baseSlot + 1];
    for (let k = 0; k <= n; k++) {
      const e = error[k] ?? 0;
      gradient[this.#baseSlot] = (gradient[this.#baseSlot] ?? 0) + e * (base[k] ?? 0);
      if (k === n) gradient[gradient.length - 1] = e;
      else
        for (let f = 0; f < features; f++) {
          const value = own[k * features + f] ?? 0;
          if (value !== 0) gradient[ownSlot + f] = (gradient[ownSlot + f] ?? 0) + e * value;
        }
    }
    for (let slot = 0; slot < gradient.length; slot++) {
      const g = weight * (gradient[slot] ?? 0);
      if (g === 0) continue;
      const square = (this.#squares[slot] ?? 0) + g * g;
      this.#squares[slot] = square;
      this.#weights[slot] = (this.#weights[slot] ?? 0) + (rate * g) / Math.sqrt(square);
    }
  }

  write(out: StateWriter): void {
    out.section('log-linear', 2).f64s(this.#weights).f64s(this.#squares);
  }

  /** @throws LMCP_BAD_STATE on weights of another number of voters or features */
  read(input: StateReader): void {
    input.section('log-linear', 2);
    const weights = Float64Array.from(input.f64s());
    const squares = Float64Array.from(input.f64s());
    if (weights.length !== this.#weights.length || squares.length !== weights.length)
      throw new LmcpError('LMCP_BAD_STATE', 'The mixture of the snapshot has other voters or features.');
    this.#weights = weights;
    this.#squares = squares;
    this.expire();
  }
}
