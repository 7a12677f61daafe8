/**
 * How the selective answers came out that a learner gave while it was replayed.
 * It exists so that coverage is counted on what was really said, restarts of the learner's promise included.
 * Invariant: an event without an answer counts against the coverage, and against nothing else.
 */
import { wilson } from '../learning/index.js';
import type { SelectiveCoverage, SureOfSize } from './result.js';

export class SureAnswers {
  readonly #target: number;
  readonly #sizes: { readonly size: number; answered: number; right: number }[];
  #n = 0;

  /** @param target accuracy that the answers promise @param sizes how many labels an answer may have */
  constructor(target: number, sizes: readonly number[]) {
    this.#target = target;
    this.#sizes = sizes.map((size) => ({ size, answered: 0, right: 0 }));
  }

  /** @param answer the labels said to hold the truth; null: none was said */
  observe(answer: readonly string[] | null, truth: string): void {
    this.#n++;
    const size = this.#sizes.find((it) => it.size === answer?.length);
    if (!size) return;
    size.answered++;
    if (answer?.includes(truth)) size.right++;
  }

  report(): SelectiveCoverage {
    const sizes = this.#sizes.map(
      ({ size, answered, right }): SureOfSize => ({
        size,
        answered,
        right,
        coverage: this.#n === 0 ? 0 : answered / this.#n,
        accuracy: answered === 0 ? null : right / answered,
        lower: wilson(right, answered)?.[0] ?? null,
      }),
    );
    const single = sizes.find(({ size }) => size === 1);
    const { coverage = 0, accuracy = null, answered = 0, lower = null } = single ?? {};
    return { target: this.#target, coverage, accuracy, answered, lower, sizes };
  }
}
