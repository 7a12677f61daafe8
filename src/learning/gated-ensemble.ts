/**
 * An ensemble that listens to its members by how well each has foretold the stream so far.
 * It exists because which model suits a stream is only known by watching, and may change.
 * Invariant: every member is asked before each outcome and learns all of them; a member far behind the best is not heard.
 *
 * Progressive scores fade exponentially (prequential evaluation with a fading factor: Gama, Sebastião, Rodrigues, "On
 * evaluating stream learning algorithms", Machine Learning 2013); members are mixed by Hedge (Freund and Schapire 1997).
 */
import type { Distribution } from './distribution.js';
import {
  type Classifier,
  checkExample,
  checkFeatures,
  type Features,
  type Label,
  mostProbable,
} from './models/classifier.js';
import type { StateReader, StateWriter } from './state-codec.js';

export interface GatedEnsembleOptions {
  /** What remains of old scores after each outcome, (0, 1); default .998. */
  readonly memory?: number;
  /** How far, in accuracy, a member may lie behind the best and still be heard; default .01. */
  readonly margin?: number;
  /** How sharply members are weighted by their score: weight e^(sharpness · score); default 60. */
  readonly sharpness?: number;
}

/** How a member has done. */
export interface MemberScore {
  readonly name: string;
  /** Faded share of the outcomes it foretold, in [0, 1]; null before the first. */
  readonly accuracy: number | null;
  /** Its weight in the next answer, in [0, 1]; 0 when it is not heard. */
  readonly weight: number;
}

export class GatedEnsemble implements Classifier {
  readonly #members: readonly (readonly [name: string, model: Classifier])[];
  readonly #options: Required<GatedEnsembleOptions>;
  #hits: Float64Array;
  #seen = 0;

  /** @param members by name; the order is part of the state */
  constructor(members: Readonly<Record<string, Classifier>>, options: GatedEnsembleOptions = {}) {
    this.#members = Object.entries(members);
    this.#options = { memory: 0.998, margin: 0.01, sharpness: 60, ...options };
    this.#hits = new Float64Array(this.#members.length);
  }

  get size(): number {
    return this.#members.reduce((sum, [, { size }]) => sum + size, this.#members.length);
  }

  #weights(): number[] {
    const { margin, sharpness } = this.#options;
    const best = Math.max(...this.#hits);
    const raw = Array.from(this.#hits, (hits) => {
      const behind = this.#seen > 0 ? (best - hits) / this.#seen : 0;
      return behind > margin ? 0 : Math.exp(-sharpness * behind);
    });
    const sum = raw.reduce((a, b) => a + b, 0);
    return raw.map((weight) => weight / sum);
  }

  scores(): MemberScore[] {
    const weights = this.#weights();
    return this.#members.map(([name], i) => ({
      name,
      accuracy: this.#seen > 0 ? (this.#hits[i] ?? 0) / this.#seen : null,
      weight: weights[i] ?? 0,
    }));
  }

  learnOne(x: Features, y: Label, weight = 1): void {
    const label = checkExample(x, y, weight);
    const { memory } = this.#options;
    // All are asked before any learns: members may share parts.
    const said = this.#members.map(([, model]) => model.predictOne(x));
    this.#seen = this.#seen * memory + 1;
    for (const [i, guess] of said.entries())
      this.#hits[i] = (this.#hits[i] ?? 0) * memory + (guess === label ? 1 : 0);
    for (const [, model] of this.#members) model.learnOne(x, y, weight);
  }

  predictProbaOne(x: Features): Distribution {
    checkFeatures(x);
    const weights = this.#weights();
    const p = new Map<string, number>();
    let other = 0;
    for (const [i, [, model]] of this.#members.entries()) {
      const weight = weights[i] ?? 0;
      if (weight === 0) continue;
      const said = model.predictProbaOne(x);
      for (const [label, value] of said.p) p.set(label, (p.get(label) ?? 0) + weight * value);
      other += weight * said.other;
    }
    return { p, other };
  }

  predictOne(x: Features): string | undefined {
    return mostProbable(this.predictProbaOne(x));
  }

  write(out: StateWriter): void {
    out.section('gated-ensemble', 1).f64(this.#seen).f64s(this.#hits);
    for (const [, model] of this.#members) model.write(out);
  }

  read(input: StateReader): void {
    input.section('gated-ensemble', 1);
    this.#seen = input.f64();
    this.#hits = Float64Array.from(input.f64s());
    for (const [, model] of this.#members) model.read(input);
  }
}
