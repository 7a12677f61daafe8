/**
 * The online ranker: a listwise logistic model over binned features, learned with AdaGrad one question at a time.
 * It exists to weigh what history, names and time say in this repository, starting from plain decayed confidence.
 * Invariant: pure arithmetic in a fixed order; the same questions in the same order give the same weights, bit for bit.
 *
 * Loss: cross-entropy between the softmax over a question's candidates and the uniform distribution over the files that
 * did change (ListNet's top-one form: Cao et al., "Learning to rank: from pairwise approach to listwise approach", ICML 2007).
 * Steps: AdaGrad (Duchi, Hazan, Singer, JMLR 2011).
 */
import type { StateReader, StateWriter } from '../../../../learning/index.js';
import { type Featured, slotCount } from './features.js';

const rate = 0.04;
const initialSquares = 4;
/** Gradients below this are noise of the tail and not worth a pass. */
const smallest = 1e-4;

export interface Scored extends Featured {
  /** Higher is better; comparable within one question only. */
  readonly score: number;
}

export class Ranker {
  readonly #weights: Float64Array;
  readonly #squares: Float64Array;

  constructor(slots = slotCount) {
    this.#weights = new Float64Array(slots);
    this.#squares = new Float64Array(slots).fill(initialSquares);
  }

  score(featured: readonly Featured[]): Scored[] {
    return featured.map((each) => {
      let score = each.prior;
      for (const slot of each.slots) score += this.#weights[slot] ?? 0;
      return { ...each, score };
    });
  }

  /** Learns from one question: which of its candidates did change. */
  learnOne(scored: readonly Scored[], changed: ReadonlySet<number>): void {
    let positives = 0;
    let best = -Infinity;
    for (const { candidate, score } of scored) {
      if (changed.has(candidate.id)) positives += 1;
      if (score > best) best = score;
    }
    if (positives === 0) return;
    let sum = 0;
    for (const { score } of scored) sum += Math.exp(score - best);
    for (const { candidate, score, slots } of scored) {
      const target = changed.has(candidate.id) ? 1 / positives : 0;
      const gradient = target - Math.exp(score - best) / sum;
      if (Math.abs(gradient) < smallest) continue;
      for (const slot of slots) {
        const squares = (this.#squares[slot] ?? 0) + gradient * gradient;
        this.#squares[slot] = squares;
        this.#weights[slot] = (this.#weights[slot] ?? 0) + (rate * gradient) / Math.sqrt(squares);
      }
    }
  }

  /** Only slots that were ever moved are written. */
  write(out: StateWriter): void {
    const moved = [...this.#squares.keys()].filter((slot) => this.#squares[slot] !== initialSquares);
    out.section('co-change-ranker', 1).list(moved, (slot) => {
      out
        .uint(slot)
        .f64(this.#weights[slot] ?? 0)
        .f64(this.#squares[slot] ?? 0);
    });
  }

  read(input: StateReader): void {
    input.section('co-change-ranker', 1);
    input.list(() => {
      const slot = input.uint();
      this.#weights[slot] = input.f64();
      this.#squares[slot] = input.f64();
    });
  }
}
