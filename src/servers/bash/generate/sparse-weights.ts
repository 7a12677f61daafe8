/**
 * The weights of a linear model with the small ones left out and the rest in one byte each.
 * It exists because a model of ten thousand pairs takes hundreds of megabytes as it is trained and a few as it is used.
 * Invariant: rows are features, sorted labels within; a score differs from the trained one only by what was left out.
 */
import type { DenseWeights } from './linear.js';
import type { SparseVector } from './vocabulary.js';

export interface SparseArrays {
  readonly bias: Float32Array;
  /** First entry of each row, and the end of the last. */
  readonly starts: Uint32Array;
  readonly labels: Uint16Array;
  readonly weights: Int8Array;
  /** What 1 in `weights` is worth, by row. */
  readonly scales: Float32Array;
}

export class SparseWeights {
  readonly arrays: SparseArrays;

  constructor(arrays: SparseArrays) {
    this.arrays = arrays;
  }

  /** @param least absolute weight from which an entry is kept. */
  static from({ weights, bias }: DenseWeights, least: number): SparseWeights {
    const width = bias.length;
    const rows = weights.length / Math.max(1, width);
    const starts = new Uint32Array(rows + 1);
    const scales = new Float32Array(rows);
    let kept = 0;
    for (let i = 0; i < weights.length; i++) if (Math.abs(weights[i] ?? 0) >= least) kept++;
    const labels = new Uint16Array(kept);
    const bytes = new Int8Array(kept);
    let at = 0;
    for (let row = 0; row < rows; row++) {
      starts[row] = at;
      const values = weights.subarray(row * width, (row + 1) * width);
      let most = 0;
      for (const value of values) most = Math.max(most, Math.abs(value));
      const scale = most / 127 || 1;
      scales[row] = scale;
      for (let label = 0; label < width; label++) {
        const value = values[label] ?? 0;
        if (Math.abs(value) < least) continue;
        labels[at] = label;
        bytes[at++] = Math.round(value / scale);
      }
    }
    starts[rows] = at;
    return new SparseWeights({ bias, starts, labels, weights: bytes, scales });
  }

  /** Log-odds of every label. */
  scores({ ids, values }: SparseVector): Float32Array {
    const { bias, starts, labels, weights, scales } = this.arrays;
    const scores = Float32Array.from(bias);
    for (let k = 0; k < ids.length; k++) {
      const row = ids[k] ?? 0;
      const value = (values[k] ?? 0) * (scales[row] ?? 0);
      const end = starts[row + 1] ?? 0;
      for (let i = starts[row] ?? 0; i < end; i++) {
        const label = labels[i] ?? 0;
        scores[label] = (scores[label] ?? 0) + value * (weights[i] ?? 0);
      }
    }
    return scores;
  }
}
