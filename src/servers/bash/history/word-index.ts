/**
 * Which lines hold which words, and how telling that is: BM25 over lines of commands.
 * It exists so that a search of tens of thousands of lines looks at those alone that hold one of its words.
 * Invariant: lines are numbered as they are added; a line counts a word once, since commands repeat words without meaning more.
 *
 * Robertson and Zaragoza, "The probabilistic relevance framework: BM25 and beyond" (2009), with each term frequency 1.
 */

/** BM25's own: how soon a word says no more, and how much long lines are held against them. */
const k1 = 1.2;
const b = 0.5;
/** A word that only begins like the one asked for. */
const begins = 0.4;
/** Words that begin alike are looked up by their first letters. */
const startLength = 3;
/** Longer words that are tried for one that was asked for. */
const mostLonger = 24;
/** Words of a line that are indexed, and characters of a word. */
const mostWords = 48;
const longestWord = 40;

/** The distinct words of a text, lower-case: runs of letters and digits, of any script. */
export function wordsOf(text: string): string[] {
  const found = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return [...new Set(found.map((word) => word.slice(0, longestWord)))].slice(0, mostWords);
}

/** What a search gathers: of each line its score, and how many of the words it holds. */
export interface Gathered {
  /** Lines met, in no order. */
  readonly lines: Iterable<number>;
  score(line: number): number;
  /** Words of the query that the line holds, those that only begin alike included. */
  held(line: number): number;
}

export class WordIndex {
  /** Lines of a word; of the many words that one line alone holds, its number. */
  readonly #postings = new Map<string, number | number[]>();
  readonly #byStart = new Map<string, string[]>();
  readonly #lengths: number[] = [];
  #total = 0;

  /** Lines indexed; the next gets this number. */
  get size(): number {
    return this.#lengths.length;
  }

  add(line: string): void {
    const words = wordsOf(line);
    const number = this.#lengths.push(words.length) - 1;
    this.#total += words.length;
    for (const word of words) {
      const known = this.#postings.get(word);
      if (known !== undefined) {
        if (typeof known === 'number') this.#postings.set(word, [known, number]);
        else known.push(number);
        continue;
      }
      this.#postings.set(word, number);
      const start = word.slice(0, startLength);
      const alike = this.#byStart.get(start);
      if (alike) alike.push(word);
      else this.#byStart.set(start, [word]);
    }
  }

  /** @param words as `wordsOf` gives them */
  gather(words: readonly string[]): Gathered {
    const n = this.#lengths.length;
    const average = n === 0 ? 1 : this.#total / n;
    const scores = new Float32Array(n);
    const held = new Uint8Array(n);
    /** The last word that a line was counted for, from 1. */
    const counted = new Uint8Array(n);
    const lines: number[] = [];
    const count = (postings: readonly number[], turn: number, share: number) => {
      const rarity = share * Math.log(1 + (n - postings.length + 0.5) / (postings.length + 0.5));
      for (const line of postings) {
        if (counted[line] === turn) continue;
        counted[line] = turn;
        if (held[line] === 0) lines.push(line);
        held[line] = (held[line] ?? 0) + 1;
        const length = (this.#lengths[line] ?? 0) / average;
        scores[line] = (scores[line] ?? 0) + (rarity * (k1 + 1)) / (1 + k1 * (1 - b + b * length));
      }
    };
    for (const [at, word] of words.slice(0, mostWords).entries()) {
      count(this.#linesOf(word), at + 1, 1);
      for (const longer of this.#longer(word)) count(this.#linesOf(longer), at + 1, begins);
    }
    return { lines, score: (line) => scores[line] ?? 0, held: (line) => held[line] ?? 0 };
  }

  #linesOf(word: string): readonly number[] {
    const known = this.#postings.get(word) ?? [];
    return typeof known === 'number' ? [known] : known;
  }

  /** Known words that begin with this one, in the order they were met. */
  #longer(word: string): string[] {
    if (word.length < startLength) return [];
    const found: string[] = [];
    for (const other of this.#byStart.get(word.slice(0, startLength)) ?? []) {
      if (other.length <= word.length || !other.startsWith(word)) continue;
      if (found.push(other) === mostLonger) break;
    }
    return found;
  }
}
