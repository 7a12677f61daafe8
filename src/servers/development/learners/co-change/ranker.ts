/**
 * The online ranker: a listwise logistic model over binned features, learned with AdaGrad one question at a time.
 * It exists to weigh what history, names and time say in this repository, starting from plain decayed confidence.
 * Invariant: pure arithmetic in a fixed order; the same questions in the same order give the same weights, bit for bit.
 *
 * Loss: cross-entropy between the softmax over a question's candidates and a target over the files that did change:
 * uniform (ListNet's top-one form: Cao et al., "Learning to rank: from pairwise approach to listwise approach", ICML 2007),
 * or as the model itself spreads its mass over them (then it is −log of the probability that the first is any of them),
 * or between: `own` is the share of the latter.
 * Steps: AdaGrad (Duchi, Hazan, Singer, JMLR 2011).
 */
import type { StateReader, StateWriter } from '../../../../learning/index.js';
import { type Featured, groupCount, slotCount } from './features.js';

const rate = 0.03;
const initialSquares = 1;
/** Gradients below this are noise of the tail and not worth a pass. */
const smallest = 1e-4;

export interface Scored extends Featured {
  /** Higher is better; comparable within one question only. */
  readonly score: number;
}

export class Ranker {
  readonly #weights: Float64Array;
  readonly #squares: Float64Array;

  readonly #own: number;
  readonly #groups: number;

  /** `own`: see the loss. `slots` and `groups`: the layout of the features it is given. */
  constructor(own: number, slots = slotCount, groups = groupCount) {
    this.#own = own;
    this.#groups = groups;
    this.#weights = new Float64Array(slots);
    this.#squares = new Float64Array(slots).fill(initialSquares);
  }

  score(featured: readonly Featured[]): Scored[] {
    return featured.map((each) => {
      let score = each.prior;
      const { candidate, prior, slots, from } = each;
      for (let at = from; at < from + this.#groups; at++) score += this.#weights[slots[at] ?? 0] ?? 0;
      return { candidate, prior, slots, from, score };
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
    let mass = 0;
    for (const { candidate, score } of scored) {
      const share = Math.exp(score - best);
      sum += share;
      if (changed.has(candidate.id)) mass += share;
    }
    for (const { candidate, score, slots, from } of scored) {
      const share = Math.exp(score - best);
      const target = changed.has(candidate.id) ? (1 - this.#own) / positives + (this.#own * share) / mass : 0;
      const gradient = target - share / sum;
      if (Math.abs(gradient) < smallest) continue;
      for (let at = from; at < from + this.#groups; at++) {
        const slot = slots[at] ?? 0;
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
