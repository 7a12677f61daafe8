/**
 * Selective answers as small sets: one label where that is proven safe, two where two are, else silence.
 * It exists because on open-ended work one label is hardly ever sure, while "one of these two" often is; both are told apart.
 * Invariant: each answer is decided before its outcome is counted; a size learns only from what no smaller size answered.
 *
 * Each size is a SelectiveAnswering over the mass of its labels, so its promise holds for the answers of that size.
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
  /** Most labels in an answer; default 2. */
  readonly largest?: number;
}

export class SelectiveSets {
  readonly target: number;
  readonly #gates: readonly SelectiveAnswering[];
  #counts: { answered: number; right: number }[];
  #n = 0;

  constructor({ largest = 2, ...options }: SelectiveSetsOptions = {}) {
    this.#gates = Array.from({ length: largest }, () => new SelectiveAnswering(options));
    this.#counts = this.#gates.map(() => ({ answered: 0, right: 0 }));
    this.target = this.#gates[0]?.target ?? 1;
  }

  /**
   * How many of the best labels are to be answered; 0: none, it is not sure enough.
   * @param probabilities stated, best first
   */
  decide(probabilities: readonly number[]): number {
    let mass = 0;
    for (const [i, gate] of this.#gates.entries()) {
      const p = probabilities[i];
      if (p === undefined) return 0;
      mass += p;
      if (gate.speaks(Math.min(1, mass))) return i + 1;
    }
    return 0;
  }

  /** @param rank place of the truth among the labels, from 0; -1 when it is not among them */
  observe(probabilities: readonly number[], rank: number): void {
    const decided = this.decide(probabilities);
    this.#n++;
    let mass = 0;
    for (const [i, gate] of this.#gates.entries()) {
      mass = Math.min(1, mass + (probabilities[i] ?? 0));
      const right = rank >= 0 && rank <= i;
      gate.observe(mass, right);
      if (decided !== i + 1) continue;
      const count = this.#counts[i];
      if (count) {
        count.answered++;
        if (right) count.right++;
      }
      return;
    }
  }

  report(): SelectiveSetsReport {
    const sizes = this.#counts.map((count, i) => ({ size: i + 1, ...count }));
    const answered = sizes.reduce((sum, size) => sum + size.answered, 0);
    const right = sizes.reduce((sum, size) => sum + size.right, 0);
    return {
      target: this.target,
      coverage: this.#n === 0 ? 0 : answered / this.#n,
      accuracy: answered === 0 ? null : right / answered,
      answered,
      lower: wilson(right, answered)?.[0] ?? null,
      sizes,
    };
  }

  write(out: StateWriter): void {
    out.section('selective-sets', 1).uint(this.#n);
    out.list(this.#counts, ({ answered, right }) => out.uint(answered).uint(right));
    for (const gate of this.#gates) gate.write(out);
  }

  /** @throws LMCP_BAD_STATE on another number of sizes */
  read(input: StateReader): void {
    input.section('selective-sets', 1);
    this.#n = input.uint();
    const counts = input.list(() => ({ answered: input.uint(), right: input.uint() }));
    if (counts.length !== this.#gates.length)
      throw new LmcpError('LMCP_BAD_STATE', 'The snapshot answers with sets of another size.');
    this.#counts = counts;
    for (const gate of this.#gates) gate.read(input);
  }
}
