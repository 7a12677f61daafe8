/**
 * An inverted index over documents of words, scored by BM25.
 * It exists as the baseline of generation, and to find own lines that hold the words of a request.
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
