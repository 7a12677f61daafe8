/**
 * Selective answers as small sets: one label where that is proven safe, two where two are, then three, five, else silence.
 * It exists because on open-ended work one label is hardly ever sure, while "one of these few" often is; all are told apart.
 * Invariant: each answer is decided before its outcome is counted; a size learns only from what no smaller size answered.
 *
 * Each size is a SelectiveAnswering over the mass of its labels, with an equal share of the error: so P(ever to speak, by any
 * size, above a threshold whose answers so far were expected to be right less often than the target) ≤ error.
 */
import { LmcpError } from '../errors/index.js';
import { wilson } from './interval.js';
import { SelectiveAnswering, type SelectiveOptions } from './selective.js';
import type { StateReader, StateWriter } from './state-codec.js';

export interface SelectiveSize {
  /** Labels in an answer. */
  readonly size: number;
  readonly answered: number;
  readonly right: number;
}

export interface SelectiveSetsReport {
  /** Share of answers that should hold the truth. */
  readonly target: number;
  /** Share of the questions that were answered, by any size. */
  readonly coverage: number;
  /** Share of the answers that held the truth; null when there was none. */
  readonly accuracy: number | null;
  readonly answered: number;
  /** Lower end of Wilson's 95 % interval of the accuracy; null when there was no answer. */
  readonly lower: number | null;
  readonly sizes: readonly SelectiveSize[];
}

export interface SelectiveSetsOptions extends SelectiveOptions {
  /** Most labels in an answer, 1 … 5; default 5. */
  readonly largest?: number;
}

export class SelectiveSets {
  /** Sizes of answers, the smallest that is safe first. */
  static readonly sizes: readonly number[] = [1, 2, 3, 5];
  readonly target: number;
  readonly #gates: readonly { readonly size: number; readonly gate: SelectiveAnswering }[];
  #counts: { answered: number; right: number }[];
  #n = 0;

  constructor({ largest = 5, precision = 0.95, error = 0.05 }: SelectiveSetsOptions = {}) {
    const allowed = SelectiveSets.sizes.filter((size) => size <= largest);
    const options = { precision, error: error / allowed.length };
    this.#gates = allowed.map((size) => ({ size, gate: new SelectiveAnswering(options) }));
    this.#counts = this.#gates.map(() => ({ answered: 0, right: 0 }));
    this.target = precision;
  }

  /**
   * How many of the best labels are to be answered; 0: none, it is not sure enough.
   * @param probabilities stated, best first
   */
  decide(probabilities: readonly number[]): number {
    let mass = 0;
    let summed = 0;
    for (const { size, gate } of this.#gates) {
      if (probabilities.length < size) return 0;
      for (; summed < size; summed++) mass = Math.min(1, mass + (probabilities[summed] ?? 0));
      if (gate.speaks(mass)) return size;
    }
    return 0;
  }

  /** @param rank place of the truth among the labels, from 0; -1 when it is not among them */
  observe(probabilities: readonly number[], rank: number): void {
    const decided = this.decide(probabilities);
    this.#n++;
    let mass = 0;
    let summed = 0;
    for (const [i, { size, gate }] of this.#gates.entries()) {
      for (; summed < size; summed++) mass = Math.min(1, mass + (probabilities[summed] ?? 0));
      const right = rank >= 0 && rank < size;
      gate.observe(mass, right);
      if (decided !== size) continue;
      const count = this.#counts[i];
      if (count) {
        count.answered++;
        if (right) count.right++;
      }
      return;
    }
  }

  report(): SelectiveSetsReport {
    const bySize = this.#counts.map((count, i) => ({ size: this.#gates[i]?.size ?? 0, ...count }));
    const answered = bySize.reduce((sum, row) => sum + row.answered, 0);
    const right = bySize.reduce((sum, row) => sum + row.right, 0);
    return {
      target: this.target,
      coverage: this.#n === 0 ? 0 : answered / this.#n,
      accuracy: answered === 0 ? null : right / answered,
      answered,
      lower: wilson(right, answered)?.[0] ?? null,
      sizes: bySize,
    };
  }

  write(out: StateWriter): void {
    out.section('selective-sets', 1).uint(this.#n);
    out.list(this.#counts, ({ answered, right }) => out.uint(answered).uint(right));
    for (const { gate } of this.#gates) gate.write(out);
  }

  /** @throws LMCP_BAD_STATE on another number of sizes */
  read(input: StateReader): void {
    input.section('selective-sets', 1);
    this.#n = input.uint();
    const counts = input.list(() => ({ answered: input.uint(), right: input.uint() }));
    if (counts.length !== this.#gates.length)
      throw new LmcpError('LMCP_BAD_STATE', 'The snapshot answers with sets of another size.');
    this.#counts = counts;
    for (const { gate } of this.#gates) gate.read(input);
  }
}
