/**
 * Standard scaling: each feature minus its running mean, divided by its running standard deviation.
 * It exists because linear models and distances need features of one size, and nobody knows the sizes beforehand.
 * Invariant: what comes out lies in [−1e6, 1e6]; a feature that never varied comes out as 0; additive, so branches can be merged.
 *
 * Running moments by Welford's method (Technometrics 1962), divisor n.
 */
import type { StateReader, StateWriter } from '../../state-codec.js';
import { checkFeatures, type Features } from '../classifier.js';
import { grown, NamedSlots } from '../statistics/feature-slots.js';
import { joined, type Moments, without } from '../statistics/welford.js';

const farthest = 1e6;

export class StandardScaler {
  readonly #features: number;
  readonly #encoder: NamedSlots;
  #n = new Float64Array(16);
  #mean = new Float64Array(16);
  #m2 = new Float64Array(16);

  /** @param features most features that are scaled; default 1,024. Later ones come out as 0. */
  constructor(features = 1024) {
    this.#features = features;
    this.#encoder = new NamedSlots(features);
  }

  get size(): number {
    return this.#encoder.size;
  }

  /** @throws LMCP_BAD_FEATURES by `checkFeatures` */
  learnOne(x: Features, weight = 1): void {
    checkFeatures(x);
    const { n, slots, values } = this.#encoder.meet(x);
    const width = this.#encoder.size;
    this.#n = grown(this.#n, width);
    this.#mean = grown(this.#mean, width);
    this.#m2 = grown(this.#m2, width);
    for (let i = 0; i < n; i++) {
      const slot = slots[i] ?? 0;
      const count = (this.#n[slot] ?? 0) + weight;
      const before = (values[i] ?? 0) - (this.#mean[slot] ?? 0);
      const mean = (this.#mean[slot] ?? 0) + (weight * before) / count;
      this.#n[slot] = count;
      this.#mean[slot] = mean;
      this.#m2[slot] = (this.#m2[slot] ?? 0) + weight * before * ((values[i] ?? 0) - mean);
    }
  }

  /** The features scaled, under their names. @throws LMCP_BAD_FEATURES by `checkFeatures` */
  transformOne(x: Features): Features {
    checkFeatures(x);
    const scaled: Record<string, number> = {};
    for (const name of Object.keys(x)) {
      const slot = this.#encoder.slot(name);
      const deviation =
        slot === undefined ? 0 : Math.sqrt(Math.max(0, this.#m2[slot] ?? 0) / (this.#n[slot] ?? 1));
      const value = deviation > 0 ? ((x[name] ?? 0) - (this.#mean[slot ?? 0] ?? 0)) / deviation : 0;
      scaled[name] = value > farthest ? farthest : value < -farthest ? -farthest : value;
    }
    return scaled;
  }

  /** What was seen of a feature; nothing where it is not known. */
  moments(name: string): Moments {
    const slot = this.#encoder.slot(name) ?? -1;
    return { n: this.#n[slot] ?? 0, mean: this.#mean[slot] ?? 0, m2: this.#m2[slot] ?? 0 };
  }

  /**
   * What a and b saw together, what both have from their common ancestor once; counts are exact while there was room.
   * @param base the state both grew from; a fresh one when they share nothing
   */
  static merge(a: StandardScaler, b: StandardScaler, base: StandardScaler): StandardScaler {
    const made = new StandardScaler(a.#features);
    for (const name of [...a.#encoder.names(), ...b.#encoder.names()]) made.#encoder.meet({ [name]: 0 });
    const width = made.#encoder.size;
    made.#n = grown(made.#n, width);
    made.#mean = grown(made.#mean, width);
    made.#m2 = grown(made.#m2, width);
    for (const [slot, name] of made.#encoder.names().entries()) {
      const { n, mean, m2 } = without(joined(a.moments(name), b.moments(name)), base.moments(name));
      made.#n[slot] = n;
      made.#mean[slot] = mean;
      made.#m2[slot] = m2;
    }
    return made;
  }

  write(out: StateWriter): void {
    out.section('standard-scaler', 1);
    this.#encoder.write(out);
    const width = this.#encoder.size;
    for (const values of [this.#n, this.#mean, this.#m2]) out.f64s(values.subarray(0, width));
  }

  read(input: StateReader): void {
    input.section('standard-scaler', 1);
    this.#encoder.read(input);
    this.#n = Float64Array.from(input.f64s());
    this.#mean = Float64Array.from(input.f64s());
    this.#m2 = Float64Array.from(input.f64s());
  }
}
