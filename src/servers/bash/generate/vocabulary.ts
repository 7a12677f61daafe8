/**
 * Which features are known, and how telling each is (inverse document frequency).
 * It exists to turn a request into a sparse vector of length 1 without keeping a string for each feature.
 * Invariant: built once, then only read; equal documents give equal numbers.
 */
import { hashOf } from './features.js';

/** Distinct feature numbers with their weights; the squares of the weights sum to 1. */
export interface SparseVector {
  readonly ids: Uint32Array;
  readonly values: Float32Array;
}

export interface VocabularyArrays {
  /** Hashes of the features, ascending: a feature's number is its place. */
  readonly hashes: Uint32Array;
  readonly weights: Float32Array;
}

export class Vocabulary {
  readonly arrays: VocabularyArrays;

  constructor(arrays: VocabularyArrays) {
    this.arrays = arrays;
  }

  /** @param minimum documents in which a feature must occur to be known. */
  static of(documents: readonly (readonly string[])[], minimum = 2): Vocabulary {
    const counts = new Map<number, number>();
    for (const features of documents)
      for (const hash of new Set(features.map(hashOf))) counts.set(hash, (counts.get(hash) ?? 0) + 1);
    const hashes = Uint32Array.from([...counts].filter(([, n]) => n >= minimum).map(([hash]) => hash)).sort();
    const weights = Float32Array.from(hashes, (hash) =>
      Math.log((documents.length + 1) / ((counts.get(hash) ?? 0) + 0.5)),
    );
    return new Vocabulary({ hashes, weights });
  }

  get size(): number {
    return this.arrays.hashes.length;
  }

  #find(hash: number): number {
    const { hashes } = this.arrays;
    let [low, high] = [0, hashes.length - 1];
    while (low <= high) {
      const middle = (low + high) >> 1;
      const at = hashes[middle] ?? 0;
      if (at === hash) return middle;
      if (at < hash) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }

  /** The weight of a feature; that of one that occurs nowhere when it is not known. */
  weight(feature: string, documents: number): { readonly weight: number; readonly known: boolean } {
    const id = this.#find(hashOf(feature));
    return id < 0
      ? { weight: Math.log((documents + 1) / 0.5), known: false }
      : { weight: this.arrays.weights[id] ?? 0, known: true };
  }

  vector(features: readonly string[]): SparseVector {
    const ids: number[] = [];
    const seen = new Set<number>();
    for (const feature of features) {
      const id = this.#find(hashOf(feature));
      if (id < 0 || seen.has(id)) continue;
      seen.add(id);
      ids.push(id);
    }
    const values = Float32Array.from(ids, (id) => this.arrays.weights[id] ?? 0);
    let squared = 0;
    for (const value of values) squared += value * value;
    const norm = Math.sqrt(squared) || 1;
    return { ids: Uint32Array.from(ids), values: values.map((value) => value / norm) };
  }
}
