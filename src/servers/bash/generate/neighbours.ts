/**
 * An inverted index over the vectors of known requests: how near each is to a new one.
 * It exists to find the requests that were asked in nearly these words.
 * Invariant: built once, then only read; a request has cosine 1 with itself.
 */
import type { SparseVector } from './vocabulary.js';

export interface NeighbourArrays {
  /** First posting of each feature, and the end of the last. */
  readonly starts: Uint32Array;
  /** Document numbers by feature; at most 65,536 documents. */
  readonly documents: Uint16Array;
  /** One over the length of each document's vector. */
  readonly norms: Float32Array;
}

export class Neighbours {
  readonly arrays: NeighbourArrays;
  readonly #weights: Float32Array;

  /** @param weights of the features, as in the vocabulary. */
  constructor(arrays: NeighbourArrays, weights: Float32Array) {
    this.arrays = arrays;
    this.#weights = weights;
  }

  static of(vectors: readonly SparseVector[], weights: Float32Array): Neighbours {
    const starts = new Uint32Array(weights.length + 1);
    for (const { ids } of vectors) for (const id of ids) starts[id + 1] = (starts[id + 1] ?? 0) + 1;
    for (let i = 1; i < starts.length; i++) starts[i] = (starts[i] ?? 0) + (starts[i - 1] ?? 0);
    const documents = new Uint16Array(starts.at(-1) ?? 0);
    const next = starts.slice();
    const norms = new Float32Array(vectors.length);
    vectors.forEach(({ ids }, document) => {
      let squared = 0;
      for (const id of ids) {
        const place = next[id] ?? 0;
        documents[place] = document;
        next[id] = place + 1;
        squared += (weights[id] ?? 0) ** 2;
      }
      norms[document] = 1 / (Math.sqrt(squared) || 1);
    });
    return new Neighbours({ starts, documents, norms }, weights);
  }

  /** The documents that hold a feature. */
  holding(id: number): Uint16Array {
    const { starts, documents } = this.arrays;
    return documents.subarray(starts[id] ?? 0, starts[id + 1] ?? 0);
  }

  /** Cosine with every document, between 0 and 1. */
  similarities({ ids, values }: SparseVector): Float32Array {
    const { starts, documents, norms } = this.arrays;
    const sums = new Float32Array(norms.length);
    for (let k = 0; k < ids.length; k++) {
      const id = ids[k] ?? 0;
      const share = (values[k] ?? 0) * (this.#weights[id] ?? 0);
      const end = starts[id + 1] ?? 0;
      for (let i = starts[id] ?? 0; i < end; i++) {
        const document = documents[i] ?? 0;
        sums[document] = (sums[document] ?? 0) + share;
      }
    }
    for (let i = 0; i < sums.length; i++) sums[i] = (sums[i] ?? 0) * (norms[i] ?? 0);
    return sums;
  }
}
