/**
 * Gaussian naive Bayes: a normal distribution for each feature of each label, features taken as independent.
 * It exists because it learns from few examples, needs no tuning, and is the yardstick of River's table.
 * Invariant: additive; the state is counts, means and squared deviations, so two branches can be merged exactly.
 *
 * John and Langley, "Estimating continuous distributions in Bayesian classifiers" (UAI 1995); moments by Welford (1962).
 */
import type { Distribution } from '../../distribution.js';
import type { StateReader, StateWriter } from '../../state-codec.js';
import { type Classifier, checkExample, checkFeatures, type Features, type Label } from '../classifier.js';
import { grown, NamedSlots } from '../statistics/feature-slots.js';
import { LabelSlots } from '../statistics/label-slots.js';
import { likeliest, toDistribution } from '../statistics/log-scores.js';
import { joined, type Moments, without } from '../statistics/welford.js';

/** Added to every density, so that one feature far from everything cannot decide alone. */
const floor = 1e-9;

export interface GaussianOptions {
  /** Most labels held; default 64, the rarest giving way. */
  readonly labels?: number;
  /** Most features held; default 1,024. Later ones are left out. */
  readonly features?: number;
}

/** Moments of one label's features by slot. */
class Row {
  n = new Float64Array(0);
  mean = new Float64Array(0);
  m2 = new Float64Array(0);
  /** By slot −2 × variance and the density's height at the mean; 0 where there is no spread. Worked out when asked. */
  #curves = new Float64Array(0);
  #stale = true;

  learned(): void {
    this.#stale = true;
  }

  get curves(): Float64Array {
    if (this.#stale) this.#draw();
    return this.#curves;
  }

  #draw(): void {
    this.#curves = grown(this.#curves, 2 * this.n.length);
    for (let slot = 0; slot < this.n.length; slot++) {
      const count = this.n[slot] ?? 0;
      const variance = count > 1 ? (this.m2[slot] ?? 0) / (count - 1) : 0;
      this.#curves[2 * slot] = variance > 0 ? -2 * variance : 0;
      this.#curves[2 * slot + 1] = variance > 0 ? 1 / Math.sqrt(2 * Math.PI * variance) : 0;
    }
    this.#stale = false;
  }

  reserve(width: number): void {
    this.n = grown(this.n, width);
    this.mean = grown(this.mean, width);
    this.m2 = grown(this.m2, width);
  }

  moments(slot: number): Moments {
    return { n: this.n[slot] ?? 0, mean: this.mean[slot] ?? 0, m2: this.m2[slot] ?? 0 };
  }

  set(slot: number, { n, mean, m2 }: Moments): void {
    this.reserve(slot + 1);
    this.n[slot] = n;
    this.mean[slot] = mean;
    this.m2[slot] = m2;
    this.#stale = true;
  }
}

export class GaussianNaiveBayes implements Classifier {
  readonly #options: GaussianOptions;
  readonly #encoder: NamedSlots;
  readonly #labels: LabelSlots;
  readonly #rows: Row[] = [];

  constructor(options: GaussianOptions = {}) {
    this.#options = options;
    this.#encoder = new NamedSlots(options.features);
    this.#labels = new LabelSlots(options.labels);
  }

  get size(): number {
    return this.#encoder.size + this.#labels.size;
  }

  learnOne(x: Features, y: Label, weight = 1): void {
    const label = checkExample(x, y, weight);
    const { n, slots, values } = this.#encoder.meet(x);
    const row = this.#row(label, weight);
    row.reserve(this.#encoder.size);
    row.learned();
    for (let i = 0; i < n; i++) {
      const slot = slots[i] ?? 0;
      const count = (row.n[slot] ?? 0) + weight;
      const before = (values[i] ?? 0) - (row.mean[slot] ?? 0);
      const mean = (row.mean[slot] ?? 0) + (weight * before) / count;
      row.n[slot] = count;
      row.mean[slot] = mean;
      row.m2[slot] = (row.m2[slot] ?? 0) + weight * before * ((values[i] ?? 0) - mean);
    }
  }

  #row(label: string, weight: number): Row {
    const slot = this.#labels.meet(label, weight, (fresh) => {
      this.#rows[fresh] = new Row();
    });
    const row = this.#rows[slot] ?? new Row();
    this.#rows[slot] = row;
    return row;
  }

  predictProbaOne(x: Features): Distribution {
    return toDistribution(this.#labels, this.#scores(x));
  }

  predictOne(x: Features): string | undefined {
    return likeliest(this.#labels, this.#scores(x));
  }

  #scores(x: Features): number[] {
    checkFeatures(x);
    const { n, slots, values } = this.#encoder.look(x);
    return this.#rows.map(({ mean, curves }, k) => {
      let score = Math.log(this.#labels.weight(k) / this.#labels.total);
      // Densities are multiplied while that neither overflows nor vanishes: a logarithm each would be most of the work.
      let product = 1;
      for (let i = 0; i < n; i++) {
        const slot = slots[i] ?? 0;
        const off = (values[i] ?? 0) - (mean[slot] ?? 0);
        const width = curves[2 * slot] ?? 0;
        product *= width < 0 ? floor + Math.exp((off * off) / width) * (curves[2 * slot + 1] ?? 0) : floor;
        if (product > 1e100 || product < 1e-100) {
          score += Math.log(product);
          product = 1;
        }
      }
      return score + Math.log(product);
    });
  }

  /**
   * What a and b know together, what both have from their common ancestor counted once.
   * Counts are exact while none of the three ran out of labels or features; moments agree to rounding.
   * @param base the state both grew from; an empty model when they share nothing
   */
  static merge(a: GaussianNaiveBayes, b: GaussianNaiveBayes, base: GaussianNaiveBayes): GaussianNaiveBayes {
    const made = new GaussianNaiveBayes(a.#options);
    for (const name of [...a.#encoder.names(), ...b.#encoder.names()]) made.#encoder.meet({ [name]: 0 });
    for (const label of new Set([...a.#labels.labels, ...b.#labels.labels])) {
      const [weightA, weightB, weightBase] = [a, b, base].map((model) => model.#weight(label));
      const row = made.#row(label, (weightA ?? 0) + (weightB ?? 0) - (weightBase ?? 0));
      for (const [slot, name] of made.#encoder.names().entries()) {
        const both = joined(a.#moments(label, name), b.#moments(label, name));
        row.set(slot, without(both, base.#moments(label, name)));
      }
    }
    return made;
  }

  #weight(label: string): number {
    const slot = this.#labels.slot(label);
    return slot === undefined ? 0 : this.#labels.weight(slot);
  }

  #moments(label: string, name: string): Moments {
    const slot = this.#encoder.slot(name) ?? -1;
    return this.#rows[this.#labels.slot(label) ?? -1]?.moments(slot) ?? { n: 0, mean: 0, m2: 0 };
  }

  write(out: StateWriter): void {
    out.section('gaussian-naive-bayes', 1);
    this.#labels.write(out);
    this.#encoder.write(out);
    const width = this.#encoder.size;
    for (const row of this.#rows) {
      row.reserve(width);
      for (const values of [row.n, row.mean, row.m2]) out.f64s(values.subarray(0, width));
    }
  }

  read(input: StateReader): void {
    input.section('gaussian-naive-bayes', 1);
    this.#labels.read(input);
    this.#encoder.read(input);
    this.#rows.length = 0;
    for (let k = 0; k < this.#labels.size; k++) {
      const row = new Row();
      row.n = Float64Array.from(input.f64s());
      row.mean = Float64Array.from(input.f64s());
      row.m2 = Float64Array.from(input.f64s());
      this.#rows.push(row);
    }
  }
}
