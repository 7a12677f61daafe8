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
  /** The most frequent labels are candidates too while there are fewer than this; default 64. */
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

/** A distribution over candidates, with what is needed to learn from the outcome. */
export interface Forecast {
  readonly ids: readonly number[];
  /** Probability of each candidate, then of "none of these" (the last). */
  readonly p: Float64Array;
  /** log p0 of each candidate, then of "none of these". */
  readonly base: Float64Array;
  /** Candidates × features, row by row. */
  readonly features: Float64Array;
  /** Weight slot of each voter; -1 when its context is new. */
  readonly slots: Int32Array;
  /** Sparse voter features: place in the memory, voter, candidate, value. */
  readonly places: Int32Array;
  readonly voters: Uint8Array;
  readonly owners: Uint8Array;
  readonly values: Float64Array;
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
  readonly #places: Int32Array;
  readonly #voters: Uint8Array;
  readonly #owners: Uint8Array;
  readonly #values: Float64Array;
  readonly #gradient: Float64Array;
  readonly #error: Float64Array;

  /** @param memory where the voters' counts are and their corrections are kept; its owner writes and reads it */
  constructor(memory: VoterMemory, options: LogLinearOptions) {
    this.#options = { candidates: 128, frequent: 64, rate: 0.1, correctionRate: 0.05, ...options };
    this.#memory = memory;
    this.#baseSlot = options.voters * buckets;
    this.#weights = new Float64Array(this.#baseSlot + 1 + options.features + 1);
    this.#weights.fill(initialSum / options.voters, 0, this.#baseSlot);
    this.#weights[this.#baseSlot] = 1;
    this.#squares = new Float64Array(this.#weights.length).fill(0.01);
    this.#gradient = new Float64Array(this.#weights.length);
    this.#error = new Float64Array(this.#options.candidates + 1);
    this.#index = new CandidateIndex(this.#options.candidates);
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
    const { frequent, features } = this.#options;
    const memory = this.#memory;
    const index = this.#index;
    index.clear();
    const mass = base.total + base.types + 1;
    const p0: number[] = [];
    const place = (id: number): number => {
      const at = index.place(id);
      if (at === p0.length) p0.push((base.count(id) + 0.05) / mass);
      return at;
    };
    const slots = new Int32Array(ballots.length).fill(-1);
    let n = 0;
    for (let voter = ballots.length - 1; voter >= 0; voter--) {
      const ballot = ballots[voter];
      if (!ballot) continue;
      const { row, ids } = ballot;
      slots[voter] = voter * buckets + bucketOf(memory.totals[row] ?? 0);
      const types = memory.types[row] ?? 1;
      const start = row * memory.labels;
      const size = memory.sizes[row] ?? 0;
      for (let i = 0; i < size; i++) {
        const id = (ids ? ids[i] : memory.ids[start + i]) ?? abstain;
        if (id === abstain) continue;
        const at = place(id);
        if (at < 0) continue;
        this.#places[n] = start + i;
        this.#voters[n] = voter;
        this.#owners[n] = at;
        this.#values[n++] = Math.log(1 + (memory.counts[start + i] ?? 0) / (types * (p0[at] ?? 1)));
      }
    }
    for (let i = 0; i < base.ids.length && index.size < frequent; i++) place(base.ids[i] ?? 0);

    const size = index.size;
    const ids = index.ids();
    const own = new Float64Array(size * features);
    for (let k = 0; k < size; k++) describe(ids[k] ?? 0, own, k * features);
    const logBase = new Float64Array(size + 1);
    for (let k = 0; k < size; k++) logBase[k] = Math.log(p0[k] ?? 1);
    logBase[size] = Math.log((base.types + 1) / mass);
    const forecast = {
      ids,
      p: new Float64Array(size + 1),
      base: logBase,
      features: own,
      slots,
      places: this.#places.slice(0, n),
      voters: this.#voters.slice(0, n),
      owners: this.#owners.slice(0, n),
      values: this.#values.slice(0, n),
    };
    this.#softmax(forecast);
    return forecast;
  }

  #softmax({ p: z, base, features: own, slots, places, voters, owners, values }: Forecast): void {
    const { features } = this.#options;
    const w = this.#weights;
    const { corrections } = this.#memory;
    const n = base.length - 1;
    const baseWeight = w[this.#baseSlot] ?? 1;
    const ownSlot = this.#baseSlot + 1;
    for (let k = 0; k < n; k++) {
      let score = baseWeight * (base[k] ?? 0);
      for (let f = 0; f < features; f++) score += (w[ownSlot + f] ?? 0) * (own[k * features + f] ?? 0);
      z[k] = score;
    }
    z[n] = baseWeight * (base[n] ?? 0) + (w[w.length - 1] ?? 0);
    for (let i = 0; i < values.length; i++) {
      const k = owners[i] ?? 0;
      const weight = w[slots[voters[i] ?? 0] ?? 0] ?? 0;
      z[k] = (z[k] ?? 0) + weight * (values[i] ?? 0) + (corrections[places[i] ?? 0] ?? 0);
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
  }

  /**
   * What share of its evidence each voter gives one candidate, smoothed: (count + ½) / (total + 1); 0 when its context is new.
   * @param candidate position in the forecast's ids
   */
  support(
    { slots, places, voters, owners }: Forecast,
    ballots: readonly (Ballot | undefined)[],
    candidate: number,
  ): Float64Array {
    const { counts, totals } = this.#memory;
    const shares = new Float64Array(slots.length);
    for (let voter = 0; voter < slots.length; voter++) {
      const row = ballots[voter]?.row;
      if (row !== undefined) shares[voter] = 0.5 / ((totals[row] ?? 0) + 1);
    }
    for (let i = 0; i < owners.length; i++) {
      if (owners[i] !== candidate) continue;
      const voter = voters[i] ?? 0;
      shares[voter] = (shares[voter] ?? 0) * (1 + 2 * (counts[places[i] ?? 0] ?? 0));
    }
    return shares;
  }

  /**
   * One AdaGrad step on the log loss of the outcome.
   * @param forecast what this mixture said; learn from it before anything else is learned, the memory included
   * @param id what came true; an id that was no candidate counts as "none of these"
   */
  learnOne(forecast: Forecast, id: number, weight = 1): void {
    const { features, rate, correctionRate } = this.#options;
    const { ids, p, base, features: own, slots, places, voters, owners, values } = forecast;
    const { corrections, squares } = this.#memory;
    const n = ids.length;
    const found = ids.indexOf(id);
    const truth = found < 0 ? n : found;
    const gradient = this.#gradient.fill(0);
    const error = this.#error;
    for (let k = 0; k <= n; k++) error[k] = (k === truth ? 1 : 0) - (p[k] ?? 0);
    for (let i = 0; i < values.length; i++) {
      const e = error[owners[i] ?? 0] ?? 0;
      const slot = slots[voters[i] ?? 0] ?? 0;
      gradient[slot] = (gradient[slot] ?? 0) + e * (values[i] ?? 0);
      const at = places[i] ?? 0;
      const g = weight * e;
      const square = (squares[at] ?? 0) + g * g;
      squares[at] = square;
      corrections[at] = (corrections[at] ?? 0) + (correctionRate * g) / Math.sqrt(1 + square);
    }
    const ownSlot = this.#baseSlot + 1;
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
  }
}
