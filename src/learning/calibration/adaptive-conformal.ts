/**
 * Adaptive conformal prediction: sets of labels that hold the truth as often as asked, whatever the stream does.
 * It exists because "one of these three" with a promise is more use than one guess without.
 * Invariant: over any stream the miss rate is within (1 + rate) / (rate · n) of the one asked for; fixed size.
 *
 * Gibbs and Candès, "Adaptive conformal inference under distribution shift" (NeurIPS 2021): the working level moves by
 * `rate` × (asked − missed) after each outcome. Score of a label: the mass of labels at least as likely (Romano, Sesia,
 * Candès 2020, without randomisation); past scores fade, in equal bins.
 */
import { LmcpError } from '../../errors/index.js';
import type { Distribution } from '../distribution.js';
import { byProbability } from '../ranking.js';
import type { StateReader, StateWriter } from '../state-codec.js';

export interface ConformalOptions {
  /** Share of outcomes that may lie outside the set, (0, 1); default .1. */
  readonly miss?: number;
  /** How fast the working level follows; default .01. */
  readonly rate?: number;
  /** What remains of old scores after each new one; default .999. */
  readonly memory?: number;
}

export interface LabelSet {
  /** Most probable first. */
  readonly labels: readonly string[];
  /** Whether the set also holds every label that the distribution does not list. */
  readonly open: boolean;
}

const bins = 200;

export class AdaptiveConformal {
  readonly #miss: number;
  readonly #rate: number;
  readonly #memory: number;
  #level: number;
  #scores = new Float64Array(bins);
  #n = 0;
  #missed = 0;
  #sizes = 0;

  constructor({ miss = 0.1, rate = 0.01, memory = 0.999 }: ConformalOptions = {}) {
    if (!(miss > 0 && miss < 1)) throw new LmcpError('LMCP_INTERNAL', `Not a share in (0, 1): ${miss}.`);
    this.#miss = miss;
    this.#rate = rate;
    this.#memory = memory;
    this.#level = miss;
  }

  /** Largest score that is let in: the (1 − level) quantile of past scores; above 1 lets everything in. */
  #threshold(): number {
    if (this.#level <= 0) return Infinity;
    if (this.#level >= 1) return -Infinity;
    let total = 0;
    for (const weight of this.#scores) total += weight;
    // The new score counts as the largest: without a past everything is let in.
    const wanted = (1 - this.#level) * (total + 1);
    let below = 0;
    for (let i = 0; i < bins; i++) {
      below += this.#scores[i] ?? 0;
      if (below >= wanted) return (i + 1) / bins;
    }
    return Infinity;
  }

  /** The set for what a model says now. Changes nothing. */
  predictOne(said: Distribution): LabelSet {
    const threshold = this.#threshold();
    const labels: string[] = [];
    let mass = 0;
    for (const { label, p } of ranked(said)) {
      if (mass > threshold) return { labels, open: false };
      mass += p;
      if (mass <= threshold) labels.push(label);
    }
    return { labels, open: threshold >= 1 };
  }

  /**
   * @param said what the model said before @param truth what came true; scored against the set that was offered
   * @throws LMCP_BAD_FEATURES when what was said are no probabilities
   */
  learnOne(said: Distribution, truth: string): void {
    const offered = this.predictOne(said);
    const listed = said.p.has(truth);
    const missed = !(listed ? offered.labels.includes(truth) : offered.open);
    let score = 0;
    for (const { label, p } of ranked(said)) {
      score += p;
      if (label === truth) break;
    }
    if (!(score >= 0 && score <= 1 + 1e-6))
      throw new LmcpError('LMCP_BAD_FEATURES', `No probabilities: their sum came to ${score}.`);
    if (!listed) score = 1;
    for (let i = 0; i < bins; i++) this.#scores[i] = (this.#scores[i] ?? 0) * this.#memory;
    const bin = Math.min(bins - 1, Math.max(0, Math.ceil(score * bins) - 1));
    this.#scores[bin] = (this.#scores[bin] ?? 0) + 1;
    this.#level += this.#rate * (this.#miss - (missed ? 1 : 0));
    this.#n++;
    this.#sizes += offered.labels.length;
    if (missed) this.#missed++;
  }

  /** Share of outcomes outside the sets offered, and their mean size; null before the first. */
  report(): { readonly n: number; readonly missed: number; readonly size: number } | null {
    return this.#n === 0 ? null : { n: this.#n, missed: this.#missed / this.#n, size: this.#sizes / this.#n };
  }

  write(out: StateWriter): void {
    out.section('adaptive-conformal', 1).f64(this.#level).f64s(this.#scores);
    out.uint(this.#n).uint(this.#missed).uint(this.#sizes);
  }

  read(input: StateReader): void {
    input.section('adaptive-conformal', 1);
    this.#level = input.f64();
    const scores = input.f64s();
    if (scores.length !== bins)
      throw new LmcpError('LMCP_BAD_STATE', `The snapshot has ${scores.length} bins.`);
    this.#scores = Float64Array.from(scores);
    this.#n = input.uint();
    this.#missed = input.uint();
    this.#sizes = input.uint();
  }
}

function ranked({ p }: Distribution): { label: string; p: number }[] {
  return [...p].map(([label, value]) => ({ label, p: value })).sort(byProbability);
}
