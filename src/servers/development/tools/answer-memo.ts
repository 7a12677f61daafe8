/**
 * Answers that were just given, kept as long as nothing they rest on has changed.
 * It exists because many agents ask the same question within a second, and ranking a history costs half a millisecond.
 * Invariant: an answer is given again only at the same learner revision and within `maxAgeMs`, which bounds how long
 * the work tree may have moved on; each caller still gets a receipt of its own.
 */
export interface AnswerMemoOptions {
  /** Answers kept; the one computed longest ago goes first. */
  readonly capacity: number;
  readonly maxAgeMs: number;
  /** Clock, milliseconds; one that was set back ends what was kept. */
  readonly now: () => number;
}

interface Kept<Answer> {
  readonly answer: Answer;
  readonly revision: number;
  readonly at: number;
}

export class AnswerMemo<Answer> {
  readonly #options: AnswerMemoOptions;
  readonly #kept = new Map<string, Kept<Answer>>();

  constructor(options: AnswerMemoOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#kept.size;
  }

  /** The kept answer of that question at that revision, else the one that `compute` gives now. */
  get(question: string, revision: number, compute: () => Answer): Answer {
    const { capacity, maxAgeMs, now } = this.#options;
    const at = now();
    const found = this.#kept.get(question);
    if (found?.revision === revision && at >= found.at && at - found.at < maxAgeMs) return found.answer;
    const answer = compute();
    this.#kept.delete(question);
    this.#kept.set(question, { answer, revision, at });
    if (this.#kept.size > capacity) {
      const oldest = this.#kept.keys().next();
      if (!oldest.done) this.#kept.delete(oldest.value);
    }
    return answer;
  }
}
