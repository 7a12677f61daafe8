/**
 * Multinomial naive Bayes over hashed features: counts of words (or other events) by label, with additive smoothing.
 * It exists for text-like features with an open vocabulary: log lines, paths, commands.
 * Invariant: fixed size a label; additive, so two branches can be merged exactly.
 *
 * McCallum and Nigam, "A comparison of event models for naive Bayes text classification" (AAAI workshop 1998);
 * hashing: Weinberger et al. (ICML 2009), without signs because counts are not negative.
 */
import { LmcpError } from '../../../errors/index.js';
import type { Distribution } from '../../distribution.js';
import type { StateReader, StateWriter } from '../../state-codec.js';
import { type Classifier, checkExample, checkFeatures, type Features, type Label } from '../classifier.js';
import { HashedSlots } from '../statistics/feature-slots.js';
import { LabelSlots } from '../statistics/label-slots.js';
import { likeliest, toDistribution } from '../statistics/log-scores.js';
import { readSparse, writeSparse } from '../statistics/sparse-state.js';

export interface MultinomialOptions {
  /** Additive smoothing (Lidstone), > 0; default 1. */
  readonly smoothing?: number;
  /** log2 of the hash buckets; default 12 (32 KiB a label). */
  readonly bits?: number;
  /** Most labels held; default 64, the rarest giving way. */
  readonly labels?: number;
}

interface Row {
  counts: Float64Array;
  total: number;
}

export class MultinomialNaiveBayes implements Classifier {
  readonly #options: Required<MultinomialOptions>;
  readonly #encoder: HashedSlots;
  readonly #labels: LabelSlots;
  readonly #rows: Row[] = [];
  /** 1 for each bucket that was ever used: how many there are is the vocabulary's size. */
  #used: Float64Array;
  #terms = 0;

  constructor(options: MultinomialOptions = {}) {
    this.#options = { smoothing: 1, bits: 12, labels: 64, ...options };
    this.#encoder = new HashedSlots(this.#options.bits, false);
    this.#labels = new LabelSlots(this.#options.labels);
    this.#used = new Float64Array(this.#encoder.size);
  }

  get size(): number {
    return this.#labels.size;
  }

  /** @throws LMCP_BAD_FEATURES by `checkExample`, and when a count is negative */
  learnOne(x: Features, y: Label, weight = 1): void {
    const label = checkExample(x, y, weight);
    notNegative(x);
    const { n, slots, values } = this.#encoder.meet(x);
    const row = this.#row(label, weight);
    for (let i = 0; i < n; i++) {
      const slot = slots[i] ?? 0;
      const count = weight * (values[i] ?? 0);
      row.counts[slot] = (row.counts[slot] ?? 0) + count;
      row.total += count;
      this.#use(slot);
    }
  }

  #use(slot: number): void {
    if (this.#used[slot] === 1) return;
    this.#used[slot] = 1;
    this.#terms++;
  }

  #row(label: string, weight: number): Row {
    const slot = this.#labels.meet(label, weight, (fresh) => {
      this.#rows[fresh] = { counts: new Float64Array(this.#encoder.size), total: 0 };
    });
    const row = this.#rows[slot] ?? { counts: new Float64Array(this.#encoder.size), total: 0 };
    this.#rows[slot] = row;
    return row;
  }

  /** @throws LMCP_BAD_FEATURES by `checkFeatures`, and when a count is negative */
  predictProbaOne(x: Features): Distribution {
    return toDistribution(this.#labels, this.#scores(x));
  }

  /** @throws as `predictProbaOne` */
  predictOne(x: Features): string | undefined {
    return likeliest(this.#labels, this.#scores(x));
  }

  #scores(x: Features): number[] {
    checkFeatures(x);
    notNegative(x);
    const { smoothing } = this.#options;
    const { n, slots, values } = this.#encoder.look(x);
    return this.#rows.map(({ counts, total }, k) => {
      const whole = Math.log(total + smoothing * Math.max(1, this.#terms));
      let score = Math.log(this.#labels.weight(k) / this.#labels.total);
      // Words that come once, most of them, share a logarithm.
      let product = 1;
      for (let i = 0; i < n; i++) {
        const times = values[i] ?? 0;
        const count = (counts[slots[i] ?? 0] ?? 0) + smoothing;
        if (times !== 1 || !(count > 1e-100 && count < 1e100)) score += times * (Math.log(count) - whole);
        else {
          product *= count;
          score -= whole;
          if (product < 1e100 && product > 1e-100) continue;
          score += Math.log(product);
          product = 1;
        }
      }
      return score + Math.log(product);
    });
  }

  /**
   * What a and b know together, what both have from their common ancestor counted once; exact for whole counts.
   * @param base the state both grew from; an empty model when they share nothing
   */
  static merge(
    a: MultinomialNaiveBayes,
    b: MultinomialNaiveBayes,
    base: MultinomialNaiveBayes,
  ): MultinomialNaiveBayes {
    const made = new MultinomialNaiveBayes(a.#options);
    for (const label of new Set([...a.#labels.labels, ...b.#labels.labels])) {
      const of = (model: MultinomialNaiveBayes) => {
        const slot = model.#labels.slot(label) ?? -1;
        return { weight: model.#labels.weight(slot), row: model.#rows[slot] };
      };
      const [mine, theirs, common] = [of(a), of(b), of(base)];
      const row = made.#row(label, mine.weight + theirs.weight - common.weight);
      const sum = (pick: (from: Row | undefined) => number) =>
        pick(mine.row) + pick(theirs.row) - pick(common.row);
      for (let slot = 0; slot < row.counts.length; slot++)
        row.counts[slot] = sum((from) => from?.counts[slot] ?? 0);
      row.total = sum((from) => from?.total ?? 0);
    }
    for (let slot = 0; slot < made.#used.length; slot++)
      if (a.#used[slot] === 1 || b.#used[slot] === 1) made.#use(slot);
    return made;
  }

  write(out: StateWriter): void {
    out.section('multinomial-naive-bayes', 1);
    this.#labels.write(out);
    this.#encoder.write(out);
    writeSparse(out, this.#used);
    for (const { counts, total } of this.#rows) {
      out.f64(total);
      writeSparse(out, counts);
    }
  }

  read(input: StateReader): void {
    input.section('multinomial-naive-bayes', 1);
    this.#labels.read(input);
    this.#encoder.read(input);
    const width = this.#encoder.size;
    const table = () => {
      const values = new Float64Array(width);
      values.set(readSparse(input, width).subarray(0, width));
      return values;
    };
    this.#used = table();
    this.#terms = this.#used.reduce((sum, used) => sum + used, 0);
    this.#rows.length = 0;
    for (let k = 0; k < this.#labels.size; k++) {
      const total = input.f64();
      this.#rows.push({ total, counts: table() });
    }
  }
}

function notNegative(x: Features): void {
  for (const name of Object.keys(x))
    if ((x[name] ?? 0) < 0) throw new LmcpError('LMCP_BAD_FEATURES', `Feature ${name} is a negative count.`);
}
