/**
 * An inverted index over requests: BM25, and cosine of TF-IDF over words and their neighbours.
 * It exists to find the requests that were asked in nearly these words.
 * Invariant: an index is built once and then only read; equal documents in equal order give equal scores.
 */

export interface RetrievalOptions {
  /** Saturation and length normalisation of BM25; default 1.2 and 0.75. */
  readonly k1?: number;
  readonly b?: number;
}

interface Posting {
  readonly documents: number[];
  readonly counts: number[];
}

/** BM25 (Robertson and Zaragoza 2009) over the words as given. */
export class Bm25 {
  readonly #postings = new Map<string, Posting>();
  readonly #lengths: number[] = [];
  readonly #average: number;
  readonly #k1: number;
  readonly #b: number;

  constructor(documents: readonly (readonly string[])[], { k1 = 1.2, b = 0.75 }: RetrievalOptions = {}) {
    this.#k1 = k1;
    this.#b = b;
    documents.forEach((words, document) => {
      this.#lengths.push(words.length);
      const counts = new Map<string, number>();
      for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
      for (const [word, count] of counts) {
        const posting = this.#postings.get(word) ?? { documents: [], counts: [] };
        posting.documents.push(document);
        posting.counts.push(count);
        this.#postings.set(word, posting);
      }
    });
    this.#average = this.#lengths.reduce((a, n) => a + n, 0) / Math.max(1, this.#lengths.length);
  }

  /** The score of every document; 0 where no word is shared. */
  scores(words: readonly string[]): Float64Array {
    const scores = new Float64Array(this.#lengths.length);
    const total = this.#lengths.length;
    for (const word of new Set(words)) {
      const posting = this.#postings.get(word);
      if (!posting) continue;
      const n = posting.documents.length;
      const weight = Math.log(1 + (total - n + 0.5) / (n + 0.5));
      posting.documents.forEach((document, i) => {
        const count = posting.counts[i] ?? 0;
        const length = 1 - this.#b + (this.#b * (this.#lengths[document] ?? 0)) / this.#average;
        scores[document] =
          (scores[document] ?? 0) + (weight * count * (this.#k1 + 1)) / (count + this.#k1 * length);
      });
    }
    return scores;
  }
}

/** Cosine similarity of TF-IDF vectors over distinct features. */
export class Cosine {
  readonly #postings = new Map<string, number[]>();
  readonly #norms: Float64Array;
  readonly #total: number;

  constructor(documents: readonly (readonly string[])[]) {
    this.#total = documents.length;
    documents.forEach((features, document) => {
      for (const feature of features) {
        const posting = this.#postings.get(feature);
        if (posting) posting.push(document);
        else this.#postings.set(feature, [document]);
      }
    });
    this.#norms = Float64Array.from(documents, (features) => Math.sqrt(this.#squared(features)) || 1);
  }

  #weight(feature: string): number {
    const n = this.#postings.get(feature)?.length ?? 0;
    return Math.log((this.#total + 1) / (n + 0.5));
  }

  #squared(features: readonly string[]): number {
    return features.reduce((sum, feature) => sum + this.#weight(feature) ** 2, 0);
  }

  /** Between 0 and 1 for every document. */
  scores(features: readonly string[]): Float64Array {
    const scores = new Float64Array(this.#total);
    for (const feature of features) {
      const posting = this.#postings.get(feature);
      if (!posting) continue;
      const squared = this.#weight(feature) ** 2;
      for (const document of posting) scores[document] = (scores[document] ?? 0) + squared;
    }
    const norm = Math.sqrt(this.#squared(features)) || 1;
    for (let i = 0; i < scores.length; i++) scores[i] = (scores[i] ?? 0) / (norm * (this.#norms[i] ?? 1));
    return scores;
  }
}
