/**
 * A set of sequences as ranges.
 * It exists because what is forgotten comes in long runs: a million numbers in a `Set` would take fifty megabytes of a thread.
 * Invariant: ranges ascend and do not touch; a question costs a bisection.
 */
export class SequenceSet {
  /** First and last of each range, flat. */
  readonly #bounds: readonly number[];

  /** @param sequences in any order, also repeated */
  constructor(sequences: Iterable<number>) {
    const bounds: number[] = [];
    const sorted = (
      sequences instanceof Float64Array ? sequences.slice() : Float64Array.from(sequences)
    ).sort();
    for (const sequence of sorted) {
      const last = bounds.length - 1;
      if (last > 0 && sequence <= (bounds[last] ?? 0) + 1) bounds[last] = sequence;
      else bounds.push(sequence, sequence);
    }
    this.#bounds = bounds;
  }

  get isEmpty(): boolean {
    return this.#bounds.length === 0;
  }

  has(sequence: number): boolean {
    return this.meets([[sequence, sequence]]);
  }

  /** Whether any of these ranges (both ends included) holds a sequence of the set. */
  meets(ranges: Iterable<readonly [from: number, to: number]>): boolean {
    for (const [from, to] of ranges) {
      const at = this.#firstEndingAt(from);
      if (at < this.#bounds.length && (this.#bounds[at] ?? 0) <= to) return true;
    }
    return false;
  }

  /** Index of the first range that ends at `sequence` or later. */
  #firstEndingAt(sequence: number): number {
    let low = 0;
    let high = this.#bounds.length / 2;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#bounds[middle * 2 + 1] ?? 0) < sequence) low = middle + 1;
      else high = middle;
    }
    return low * 2;
  }
}
