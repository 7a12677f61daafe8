/**
 * A t-digest: quantiles of an unbounded stream from some hundred centroids, sharpest at the tails.
 * It exists because latencies, durations and residuals are asked for their p50, p95 and p99.
 * Invariant: at most about 2 × compression centroids and a buffer of three times compression; asking changes no state.
 *
 * Dunning and Ertl, "Computing extremely accurate quantiles using t-digests" (2019), merging variant with scale function
 * k1(q) = δ / 2π · asin(2q − 1); interpolation between centroids' centres, single points and the extremes kept exact.
 */
import { LmcpError } from '../../../errors/index.js';
import type { StateReader, StateWriter } from '../../state-codec.js';
import { finiteNumber, positiveNumber } from './finite-number.js';

/** Rising means with their weights; only the first `n` count. */
interface Centroids {
  n: number;
  mean: Float64Array;
  weight: Float64Array;
  total: number;
}

export class TDigest {
  readonly #compression: number;
  #centroids: Centroids;
  readonly #buffer: Float64Array;
  readonly #bufferWeights: Float64Array;
  #buffered = 0;
  #min = Infinity;
  #max = -Infinity;
  /** Centroids with the buffer folded in, for asking; made on the first question after a change. */
  #asked: Centroids | undefined;

  /** @param compression δ: more is finer; default 200: ranks within about .001, finer at the ends */
  constructor(compression = 200) {
    this.#compression = Math.max(10, compression);
    this.#centroids = { n: 0, mean: new Float64Array(0), weight: new Float64Array(0), total: 0 };
    this.#buffer = new Float64Array(Math.ceil(this.#compression) * 3);
    this.#bufferWeights = new Float64Array(this.#buffer.length);
  }

  /** Weight learned. */
  get n(): number {
    let buffered = 0;
    for (let i = 0; i < this.#buffered; i++) buffered += this.#bufferWeights[i] ?? 0;
    return this.#centroids.total + buffered;
  }

  /** Centroids and buffered values held. */
  get size(): number {
    return this.#centroids.n + this.#buffered;
  }

  /** @param weight > 0 @throws LMCP_BAD_FEATURES when either is not finite or the weight not above 0 */
  learnOne(x: number, weight = 1): void {
    finiteNumber('The value', x);
    positiveNumber('The weight', weight);
    if (this.#buffered === this.#buffer.length) {
      this.#centroids = this.#folded();
      this.#buffered = 0;
    }
    this.#buffer[this.#buffered] = x;
    this.#bufferWeights[this.#buffered++] = weight;
    if (x < this.#min) this.#min = x;
    if (x > this.#max) this.#max = x;
    this.#asked = undefined;
  }

  /** Adds what another digest saw. */
  merge(other: TDigest): void {
    const theirs = other.#folded();
    const [min, max] = [other.#min, other.#max];
    for (let i = 0; i < theirs.n; i++) this.learnOne(theirs.mean[i] ?? 0, theirs.weight[i] ?? 0);
    this.#min = Math.min(this.#min, min);
    this.#max = Math.max(this.#max, max);
  }

  /** The buffer's values in rising order with their weights. Equal weights, the usual case, need not be carried along. */
  #sorted(): readonly [Float64Array, Float64Array] {
    const values = this.#buffer.slice(0, this.#buffered);
    const weights = this.#bufferWeights.subarray(0, this.#buffered);
    const first = weights[0];
    if (weights.every((weight) => weight === first)) return [values.sort(), weights];
    const order = Uint16Array.from(values, (_, i) => i);
    order.sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0) || a - b);
    return [values.sort(), Float64Array.from(order, (at) => weights[at] ?? 0)];
  }

  /** Centroids of everything so far: one pass over centroids and sorted buffer, closing one whenever k grew by 1. */
  #folded(): Centroids {
    const { n, mean, weight, total } = this.#centroids;
    if (this.#buffered === 0) return this.#centroids;
    const [values, weights] = this.#sorted();
    let all = total;
    for (let i = 0; i < this.#buffered; i++) all += this.#bufferWeights[i] ?? 0;
    const made: Centroids = {
      n: 0,
      mean: new Float64Array(Math.ceil(this.#compression) * 2 + 10),
      weight: new Float64Array(Math.ceil(this.#compression) * 2 + 10),
      total: all,
    };
    let before = 0;
    let open = 0;
    let openMean = 0;
    let limit = this.#limit(0) * all;
    let [i, j] = [0, 0];
    while (i < n || j < this.#buffered) {
      const fromOld = j >= this.#buffered || (i < n && (mean[i] ?? 0) <= (values[j] ?? 0));
      const x = fromOld ? (mean[i] ?? 0) : (values[j] ?? 0);
      const w = fromOld ? (weight[i++] ?? 0) : (weights[j++] ?? 0);
      if (open > 0 && before + open + w > limit) {
        made.mean[made.n] = openMean;
        made.weight[made.n++] = open;
        before += open;
        limit = this.#limit(before / all) * all;
        open = 0;
      }
      open += w;
      openMean = open === w ? x : openMean + ((x - openMean) * w) / open;
    }
    made.mean[made.n] = openMean;
    made.weight[made.n++] = open;
    return made;
  }

  /** The rank q' ≥ q at which k1 has grown by 1. */
  #limit(q: number): number {
    const k = (this.#compression / (2 * Math.PI)) * Math.asin(2 * Math.min(1, q) - 1) + 1;
    const angle = (k * 2 * Math.PI) / this.#compression;
    return angle >= Math.PI / 2 ? 1 : (Math.sin(angle) + 1) / 2;
  }

  /** The value below which a share `q` of the weight lies; null while empty. @throws LMCP_BAD_FEATURES when q is no number */
  quantile(q: number): number | null {
    finiteNumber('The share', q);
    this.#asked ??= this.#folded();
    const { n, mean, weight, total } = this.#asked;
    if (n === 0) return null;
    const target = Math.min(1, Math.max(0, q)) * total;
    // Points between which to interpolate: the extremes at 0 and total, each centroid at the middle of its weight.
    let x = this.#min;
    let rank = 0;
    let before = 0;
    for (let i = 0; i < n; i++) {
      const w = weight[i] ?? 0;
      const nextRank = before + w / 2;
      const next = mean[i] ?? 0;
      if (target < nextRank) return between(x, rank, next, nextRank, target);
      x = next;
      rank = nextRank;
      before += w;
    }
    return between(x, rank, this.#max, total, target);
  }

  /** Share of the weight at or below `x`, in [0, 1]; null while empty. @throws LMCP_BAD_FEATURES when x is not finite */
  share(x: number): number | null {
    finiteNumber('The value', x);
    this.#asked ??= this.#folded();
    const { n, mean, weight, total } = this.#asked;
    if (n === 0) return null;
    if (x < this.#min) return 0;
    if (x >= this.#max) return 1;
    let left = this.#min;
    let rank = 0;
    let before = 0;
    for (let i = 0; i < n; i++) {
      const w = weight[i] ?? 0;
      const nextRank = before + w / 2;
      const right = mean[i] ?? 0;
      if (x < right) return between(rank, left, nextRank, right, x) / total;
      left = right;
      rank = nextRank;
      before += w;
    }
    return between(rank, left, total, this.#max, x) / total;
  }

  write(out: StateWriter): void {
    const { n, mean, weight, total } = this.#centroids;
    const empty = this.size === 0;
    out
      .section('t-digest', 1)
      .f64(empty ? 0 : this.#min)
      .f64(empty ? 0 : this.#max)
      .f64(total);
    out.f64s(mean.subarray(0, n)).f64s(weight.subarray(0, n));
    out.f64s(this.#buffer.subarray(0, this.#buffered)).f64s(this.#bufferWeights.subarray(0, this.#buffered));
  }

  read(input: StateReader): void {
    input.section('t-digest', 1);
    const [min, max, total] = [input.f64(), input.f64(), input.f64()];
    const mean = Float64Array.from(input.f64s());
    this.#centroids = { n: mean.length, mean, weight: Float64Array.from(input.f64s()), total };
    const [values, weights] = [input.f64s(), input.f64s()];
    if (values.length > this.#buffer.length)
      throw new LmcpError('LMCP_BAD_STATE', `The snapshot's buffer holds ${values.length} values.`);
    this.#buffer.set(values);
    this.#bufferWeights.set(weights);
    this.#buffered = values.length;
    this.#min = this.size === 0 ? Infinity : min;
    this.#max = this.size === 0 ? -Infinity : max;
    this.#asked = undefined;
  }
}

/** The value at `at` on the line through (fromAt, from) and (toAt, to). */
function between(from: number, fromAt: number, to: number, toAt: number, at: number): number {
  return toAt > fromAt ? from + ((to - from) * (at - fromAt)) / (toAt - fromAt) : to;
}
