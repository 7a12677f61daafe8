/**
 * Questions that wait for their outcome, by id, bounded: the oldest give way.
 * It exists because outcomes come late or never, and what waits for them must not fill the memory.
 * Invariant: at most `count` questions of at most `weight` in all; what stays depends on the calls alone.
 */
export interface OpenQuestionsOptions {
  /** Most questions; default 65,536. */
  readonly count?: number;
  /** Most weight in all, in whatever unit the caller weighs questions; default 2^20. */
  readonly weight?: number;
}

export class OpenQuestions<T> {
  readonly #most: Required<OpenQuestionsOptions>;
  readonly #open = new Map<string, { readonly question: T; readonly weight: number }>();
  #weight = 0;
  #expired = 0;

  constructor(options: OpenQuestionsOptions = {}) {
    this.#most = { count: 65_536, weight: 2 ** 20, ...options };
  }

  get size(): number {
    return this.#open.size;
  }

  /** Questions that gave way before their outcome came. */
  get expired(): number {
    return this.#expired;
  }

  has(id: string): boolean {
    return this.#open.has(id);
  }

  /** @param weight what it takes of the room, ≥ 0, e.g. its number of features */
  open(id: string, question: T, weight: number): void {
    this.take(id);
    this.#open.set(id, { question, weight });
    this.#weight += weight;
    for (const oldest of this.#open.keys()) {
      if (this.#open.size <= this.#most.count && this.#weight <= this.#most.weight) return;
      this.take(oldest);
      this.#expired++;
    }
  }

  /** The question, open no longer; undefined when it is not. */
  take(id: string): T | undefined {
    const found = this.#open.get(id);
    if (!found) return undefined;
    this.#open.delete(id);
    this.#weight -= found.weight;
    return found.question;
  }
}
