/**
 * Optimisers of one linear score: plain gradient descent, AdaGrad, FTRL-proximal.
 * They exist behind one interface so that logistic and softmax regression can be had with any of them.
 * Invariant: a step changes the weights of the features given and the intercept only; bounded steps keep all finite.
 *
 * Duchi, Hazan, Singer, "Adaptive subgradient methods for online learning and stochastic optimization" (JMLR 2011); McMahan
 * et al., "Ad click prediction: a view from the trenches" (KDD 2013) for FTRL-proximal by coordinate.
 */
import type { StateReader, StateWriter } from '../../state-codec.js';
import { type Encoded, grown } from '../statistics/feature-slots.js';
import { readSparse, writeSparse } from '../statistics/sparse-state.js';

export interface Optimiser {
  /** Intercept plus the weighted sum of the features. */
  score(x: Encoded): number;
  /** One step against the gradient of the loss. @param gradient of the loss by the score */
  step(x: Encoded, gradient: number): void;
  write(out: StateWriter): void;
  read(input: StateReader): void;
}

/** Most slots any encoder gives (`HashedSlots`), and the intercept. */
const widest = 2 ** 24 + 1;

function lastSlot(x: Encoded): number {
  return x.n === 0 ? -1 : (x.slots[x.n - 1] ?? -1);
}

/** Intercept at 0, the feature in slot i at i + 1. */
function dot(weights: Float64Array, x: Encoded): number {
  let sum = weights[0] ?? 0;
  for (let i = 0; i < x.n; i++) sum += (weights[(x.slots[i] ?? 0) + 1] ?? 0) * (x.values[i] ?? 0);
  return sum;
}

export interface SgdOptions {
  /** Step size; default .01. */
  readonly rate?: number;
  /** Step size of the intercept; default .01. */
  readonly interceptRate?: number;
}

/** Stochastic gradient descent with constant steps (Robbins and Monro 1951). */
export class Sgd implements Optimiser {
  readonly #rate: number;
  readonly #interceptRate: number;
  #weights = new Float64Array(16);

  constructor({ rate = 0.01, interceptRate = 0.01 }: SgdOptions = {}) {
    this.#rate = rate;
    this.#interceptRate = interceptRate;
  }

  score(x: Encoded): number {
    return dot(this.#weights, x);
  }

  step(x: Encoded, gradient: number): void {
    this.#weights = grown(this.#weights, lastSlot(x) + 2);
    const weights = this.#weights;
    weights[0] = (weights[0] ?? 0) - this.#interceptRate * gradient;
    for (let i = 0; i < x.n; i++) {
      const at = (x.slots[i] ?? 0) + 1;
      weights[at] = (weights[at] ?? 0) - this.#rate * gradient * (x.values[i] ?? 0);
    }
  }

  write(out: StateWriter): void {
    out.section('sgd', 1);
    writeSparse(out, this.#weights);
  }

  read(input: StateReader): void {
    input.section('sgd', 1);
    this.#weights = readSparse(input, widest);
  }
}

/**
 * AdaGrad: a step size for each weight that shrinks with the gradients it has seen.
 * Duchi, Hazan, Singer, "Adaptive subgradient methods for online learning and stochastic optimization" (JMLR 2011).
 */
export class AdaGrad implements Optimiser {
  readonly #rate: number;
  #weights = new Float64Array(16);
  #squares = new Float64Array(16);

  /** @param rate size of a weight's first step; default .1 */
  constructor({ rate = 0.1 }: { readonly rate?: number } = {}) {
    this.#rate = rate;
  }

  score(x: Encoded): number {
    return dot(this.#weights, x);
  }

  step(x: Encoded, gradient: number): void {
    this.#weights = grown(this.#weights, lastSlot(x) + 2);
    this.#squares = grown(this.#squares, lastSlot(x) + 2);
    this.#move(0, gradient);
    for (let i = 0; i < x.n; i++) this.#move((x.slots[i] ?? 0) + 1, gradient * (x.values[i] ?? 0));
  }

  #move(at: number, g: number): void {
    if (g === 0) return;
    const square = (this.#squares[at] ?? 0) + g * g;
    // A gradient too small to be squared is too small to step by.
    if (square === 0) return;
    this.#squares[at] = square;
    this.#weights[at] = (this.#weights[at] ?? 0) - (this.#rate * g) / Math.sqrt(square);
  }

  write(out: StateWriter): void {
    out.section('adagrad', 1);
    writeSparse(out, this.#weights);
    writeSparse(out, this.#squares);
  }

  read(input: StateReader): void {
    input.section('adagrad', 1);
    this.#weights = readSparse(input, widest);
    this.#squares = readSparse(input, widest);
  }
}

export interface FtrlOptions {
  /** Step size α; default .1. */
  readonly alpha?: number;
  /** β, which slows the first steps; default 1. */
  readonly beta?: number;
  /** Strength of the L1 penalty: weights below it are exactly 0; default 0. */
  readonly l1?: number;
  /** Strength of the L2 penalty; default 0. */
  readonly l2?: number;
}

/**
 * FTRL-proximal with per-coordinate steps: sparse weights at AdaGrad's regret.
 * McMahan et al., "Ad click prediction: a view from the trenches" (KDD 2013), algorithm 1. The intercept is not penalised.
 */
export class Ftrl implements Optimiser {
  readonly #options: Required<FtrlOptions>;
  #weights = new Float64Array(16);
  #z = new Float64Array(16);
  #n = new Float64Array(16);

  constructor(options: FtrlOptions = {}) {
    this.#options = { alpha: 0.1, beta: 1, l1: 0, l2: 0, ...options };
  }

  score(x: Encoded): number {
    return dot(this.#weights, x);
  }

  step(x: Encoded, gradient: number): void {
    const width = lastSlot(x) + 2;
    this.#weights = grown(this.#weights, width);
    this.#z = grown(this.#z, width);
    this.#n = grown(this.#n, width);
    this.#move(0, gradient, 0, 0);
    const { l1, l2 } = this.#options;
    for (let i = 0; i < x.n; i++) this.#move((x.slots[i] ?? 0) + 1, gradient * (x.values[i] ?? 0), l1, l2);
  }

  #move(at: number, g: number, l1: number, l2: number): void {
    if (g === 0) return;
    const { alpha } = this.#options;
    const before = this.#n[at] ?? 0;
    const after = before + g * g;
    const sigma = (Math.sqrt(after) - Math.sqrt(before)) / alpha;
    this.#n[at] = after;
    this.#z[at] = (this.#z[at] ?? 0) + g - sigma * (this.#weights[at] ?? 0);
    this.#weights[at] = this.#solution(at, l1, l2);
  }

  #solution(at: number, l1: number, l2: number): number {
    const { alpha, beta } = this.#options;
    const z = this.#z[at] ?? 0;
    if (Math.abs(z) <= l1) return 0;
    return -(z - Math.sign(z) * l1) / ((beta + Math.sqrt(this.#n[at] ?? 0)) / alpha + l2);
  }

  write(out: StateWriter): void {
    out.section('ftrl', 1);
    writeSparse(out, this.#z);
    writeSparse(out, this.#n);
  }

  read(input: StateReader): void {
    input.section('ftrl', 1);
    const { l1, l2 } = this.#options;
    this.#z = readSparse(input, widest);
    this.#n = grown(readSparse(input, widest), this.#z.length);
    this.#weights = Float64Array.from(this.#z, (_, at) =>
      at === 0 ? this.#solution(0, 0, 0) : this.#solution(at, l1, l2),
    );
    // As `step` leaves them: a slot with gradients always has its sum of squares.
    this.#z = grown(this.#z, this.#n.length);
    this.#weights = grown(this.#weights, this.#n.length);
  }
}
