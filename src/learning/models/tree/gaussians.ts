/**
 * One feature at one leaf: a normal distribution of its values for each class, in one flat array.
 * It exists for both uses a leaf has of it: densities for naive Bayes, and how a cut would divide each class.
 * Invariant: values of magnitude up to 1e100 with finite weights keep every field finite.
 *
 * Numeric attributes by normal approximation: Pfahringer, Holmes, Kirkby 2008, Handling Numeric Attributes in Hoeffding
 * Trees. Weighted variance: West 1979.
 */

/** Fields of one class: weight, mean, sum of squared deviations, least and greatest value. */
export const fields = 5;

/** Least log density taken from one feature: about that of the smallest positive number. */
const faintest = -700;

/** Φ(z) to 1.5e-7 (Abramowitz and Stegun 7.1.26). */
function normalCdf(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * x);
  const poly =
    t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const tail = (poly * Math.exp(-x * x)) / 2;
  return z < 0 ? tail : 1 - tail;
}

/** Kept beside them: twice the variance, and half the log of 2π the variance: all that a density needs besides the mean. */
const stride = fields + 2;

/** In place of twice the variance: it is to be worked out; the class says nothing. */
const stale = -1;
const silent = 0;

export class Gaussians {
  #data: Float64Array;

  /** @param data as the getter gives it */
  constructor(data: Float64Array = new Float64Array(0)) {
    this.#data = new Float64Array((data.length / fields) * stride);
    for (let y = 0; y < this.classes; y++) {
      this.#data.set(data.subarray(y * fields, (y + 1) * fields), y * stride);
      this.#data[y * stride + fields] = stale;
    }
  }

  /** The fields of all classes as one flat array, for snapshots. */
  get data(): Float64Array {
    const data = new Float64Array(this.classes * fields);
    for (let y = 0; y < this.classes; y++)
      data.set(this.#data.subarray(y * stride, y * stride + fields), y * fields);
    return data;
  }

  /** Classes there is room for: the unit in which a tree's memory is counted. */
  get classes(): number {
    return this.#data.length / stride;
  }

  add(y: number, value: number, weight: number): void {
    const at = y * stride;
    if (at >= this.#data.length) {
      const grown = new Float64Array(at + stride);
      grown.set(this.#data);
      this.#data = grown;
    }
    const d = this.#data;
    const before = d[at] ?? 0;
    const n = before + weight;
    const gap = value - (d[at + 1] ?? 0);
    const mean = (d[at + 1] ?? 0) + (gap * weight) / n;
    d[at] = n;
    d[at + 1] = mean;
    d[at + 2] = (d[at + 2] ?? 0) + weight * gap * (value - mean);
    if (before === 0 || value < (d[at + 3] ?? 0)) d[at + 3] = value;
    if (before === 0 || value > (d[at + 4] ?? 0)) d[at + 4] = value;
    d[at + fields] = stale;
  }

  /** Log density of a value in a class; 0 (says nothing) while the class has no spread here. */
  logDensity(y: number, value: number): number {
    const d = this.#data;
    const at = y * stride;
    if (d[at + fields] === stale) {
      const n = d[at] ?? 0;
      const variance = n > 1 ? (d[at + 2] ?? 0) / (n - 1) : 0;
      d[at + fields] = variance > 0 ? 2 * variance : silent;
      d[at + fields + 1] = variance > 0 ? 0.5 * Math.log(2 * Math.PI * variance) : 0;
    }
    const twice = d[at + fields] ?? silent;
    if (twice === silent) return 0;
    const gap = value - (d[at + 1] ?? 0);
    return Math.max(faintest, -(gap * gap) / twice - (d[at + fields + 1] ?? 0));
  }

  /** Least and greatest value of any class; undefined before the first. */
  range(): readonly [number, number] | undefined {
    let least = Infinity;
    let greatest = -Infinity;
    const d = this.#data;
    for (let at = 0; at < d.length; at += stride) {
      if (d[at] === 0) continue;
      least = Math.min(least, d[at + 3] ?? least);
      greatest = Math.max(greatest, d[at + 4] ?? greatest);
    }
    return least <= greatest ? [least, greatest] : undefined;
  }

  /** Weight of each class at or below the cut into `low`, the rest into `high`; both of `classes` entries. */
  divide(cut: number, low: Float64Array, high: Float64Array): void {
    const d = this.#data;
    for (let y = 0, at = 0; at < d.length; y++, at += stride) {
      const n = d[at] ?? 0;
      let below = 0;
      if (n > 0 && cut >= (d[at + 4] ?? 0)) below = n;
      else if (n > 0 && cut >= (d[at + 3] ?? 0)) {
        const deviation = n > 1 ? Math.sqrt((d[at + 2] ?? 0) / (n - 1)) : 0;
        below = deviation > 0 ? n * normalCdf((cut - (d[at + 1] ?? 0)) / deviation) : 0;
      }
      low[y] = below;
      high[y] = n - below;
    }
  }
}
