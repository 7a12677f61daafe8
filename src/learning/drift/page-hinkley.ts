/**
 * Page-Hinkley: the classic test for a change of the mean, by how far the sum of deviations has moved from its extreme.
 * It exists as the cheap detector: a few numbers of state and a look at every step; its threshold is the caller's to set.
 * Invariant: constant memory; after a change it starts anew.
 *
 * Page 1954, Continuous Inspection Schemes, Biometrika 41; Hinkley 1971. With forgetting as in Mouss et al. 2004.
 */
import { LmcpError } from '../../errors/index.js';
import type { StateReader, StateWriter } from '../state-codec.js';
import type { Change, DriftDetector } from './detector.js';

export interface PageHinkleyOptions {
  /** Fewest numbers before a change is stated; default 30. */
  readonly atLeast?: number;
  /** Changes of the mean smaller than this are let pass; default .005. */
  readonly delta?: number;
  /** How far the sum of deviations may move; default 50. Larger: fewer false alarms, later answers. */
  readonly threshold?: number;
  /** Factor on the sums at each step; default .9999. */
  readonly forget?: number;
}

export class PageHinkley implements DriftDetector {
  readonly #atLeast: number;
  readonly #delta: number;
  readonly #threshold: number;
  readonly #forget: number;
  #n = 0;
  #mean = 0;
  #up = 0;
  #down = 0;

  constructor({ atLeast = 30, delta = 0.005, threshold = 50, forget = 0.9999 }: PageHinkleyOptions = {}) {
    this.#atLeast = atLeast;
    this.#delta = delta;
    this.#threshold = threshold;
    this.#forget = forget;
  }

  get width(): number {
    return this.#n;
  }

  get mean(): number {
    return this.#mean;
  }

  get size(): number {
    return 1;
  }

  /** @param value finite, of magnitude up to 1e100 */
  update(value: number): Change {
    if (!(Math.abs(value) <= 1e100))
      throw new LmcpError('LMCP_BAD_FEATURES', `Page-Hinkley was given ${value}.`);
    this.#n++;
    this.#mean += (value - this.#mean) / this.#n;
    const deviation = value - this.#mean;
    this.#up = Math.max(0, this.#forget * this.#up + deviation - this.#delta);
    this.#down = Math.max(0, this.#forget * this.#down - deviation - this.#delta);
    if (this.#n < this.#atLeast || Math.max(this.#up, this.#down) < this.#threshold) return 'none';
    const change = this.#up > this.#down ? 'rise' : 'fall';
    this.#n = 0;
    this.#mean = 0;
    this.#up = 0;
    this.#down = 0;
    return change;
  }

  write(out: StateWriter): void {
    out.section('page-hinkley', 1).uint(this.#n).f64(this.#mean).f64(this.#up).f64(this.#down);
  }

  read(input: StateReader): void {
    input.section('page-hinkley', 1);
    this.#n = input.uint();
    this.#mean = input.f64();
    this.#up = input.f64();
    this.#down = input.f64();
  }
}
