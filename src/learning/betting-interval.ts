/**
 * An always-valid interval for the mean of bounded differences, by betting: it is tight after few values.
 * It exists for questions that must be settled within some dozen events, where the sequence of the gate is still wide.
 * Invariant: P(for all n: the interval holds the mean) ≥ 1 − alpha; a fixed number of counts, whatever the stream's length.
 *
 * Waudby-Smith and Ramdas, "Estimating means of bounded random variables by betting" (JRSS B 2024): against each candidate
 * mean a gambler stakes a fixed share of the capital on the values lying below it, another on their lying above; a mean is
 * out when a gambler's capital has reached 2 / alpha (Ville's inequality). Capital is the average over a few stakes, so it
 * follows from counts alone. Values are counted in steps of 1/60, which is exact for differences of hits from means of 1 to
 * 6 hits, and rounds others.
 */
import { LmcpError } from '../errors/index.js';
import type { StateReader, StateWriter } from './state-codec.js';

const steps = 60;
const stakes = [0.1, 0.25, 0.5, 0.9] as const;

export class BettingInterval {
  readonly #counts = new Float64Array(2 * steps + 1);
  #n = 0;

  get n(): number {
    return this.#n;
  }

  /** @param difference in [-1, 1] @throws LMCP_INTERNAL */
  observe(difference: number): void {
    if (!(Math.abs(difference) <= 1))
      throw new LmcpError('LMCP_INTERNAL', `A difference must lie in [-1, 1]: ${difference}`);
    const cell = Math.round(difference * steps) + steps;
    this.#counts[cell] = (this.#counts[cell] ?? 0) + 1;
    this.#n++;
  }

  get mean(): number | null {
    if (this.#n === 0) return null;
    return this.#counts.reduce((sum, count, cell) => sum + (count * (cell - steps)) / steps, 0) / this.#n;
  }

  /** Log capital of the gambler whose bets win when values lie below `mean` (side 1) or above it (side -1). */
  #logCapital(mean: number, side: 1 | -1): number {
    // As large a stake as cannot be lost whole, given how far a value can lie on the losing side.
    const most = Math.min(1, 1 / (1 - side * mean));
    const logs = stakes.map((stake) => {
      let log = 0;
      for (let cell = 0; cell <= 2 * steps; cell++) {
        const count = this.#counts[cell] ?? 0;
        if (count > 0) log += count * Math.log1p(-stake * most * side * ((cell - steps) / steps - mean));
      }
      return log;
    });
    const best = Math.max(...logs);
    return best + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - best), 0) / stakes.length);
  }

  /** Whether the upper bound at that error lies below 0: one evaluation. */
  negative(alpha: number): boolean {
    return this.#logCapital(0, 1) >= Math.log(2 / alpha);
  }

  /** Two-sided interval at that error over all time; null before the first value. */
  interval(alpha: number): readonly [number, number] | null {
    if (this.#n === 0) return null;
    return [-this.#reach(-1, alpha), this.#reach(1, alpha)];
  }

  /** How far candidate means are still in, on the side of `side`: capital grows with the distance. */
  #reach(side: 1 | -1, alpha: number): number {
    const target = Math.log(2 / alpha);
    if (this.#logCapital(side, side) < target) return 1;
    let low = -1;
    let high = 1;
    while (high - low > 1e-6) {
      const middle = (low + high) / 2;
      if (this.#logCapital(side * middle, side) < target) low = middle;
      else high = middle;
    }
    return high;
  }

  write(out: StateWriter): void {
    const cells = [...this.#counts.keys()].filter((cell) => (this.#counts[cell] ?? 0) > 0);
    out.section('betting-interval', 1).list(cells, (cell) => {
      out.uint(cell).uint(this.#counts[cell] ?? 0);
    });
  }

  static read(input: StateReader): BettingInterval {
    input.section('betting-interval', 1);
    const made = new BettingInterval();
    input.list(() => {
      const cell = input.uint();
      const count = input.uint();
      if (cell > 2 * steps) throw new LmcpError('LMCP_BAD_STATE', `There is no cell ${cell}.`);
      made.#counts[cell] = count;
      made.#n += count;
    });
    return made;
  }
}
