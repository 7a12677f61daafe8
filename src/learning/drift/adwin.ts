/**
 * ADWIN: a window over a stream that grows while the mean stays, and drops its older part when the mean has changed.
 * It exists as the detector with a proven bound: at each look the chance of a false alarm is at most delta.
 * Invariant: O(log width) memory in an exponential histogram; at most `perRow` + 1 buckets of each size 2^i.
 *
 * Bifet and Gavaldà 2007, Learning from Time-Changing Data with Adaptive Windowing, ADWIN2 with the normal bound of
 * their section 3.2; bucket variances after Babcock, Datar, Motwani, O'Callaghan 2003.
 */
import { LmcpError } from '../../errors/index.js';
import type { StateReader, StateWriter } from '../state-codec.js';
import type { Change, DriftDetector } from './detector.js';

export interface AdwinOptions {
  /** Bound on the chance of a false alarm at one look; default .002. */
  readonly delta?: number;
  /** Looks once in this many numbers; default 32. */
  readonly clock?: number;
  /** Fewest numbers on each side of a cut; default 5. */
  readonly side?: number;
}

/** Buckets of one size before two of them become one of the next size: M of the paper. */
const perRow = 5;

/** Buckets of 2^row numbers each, oldest first. */
interface Row {
  readonly sums: number[];
  /** Sums of squared deviations from the bucket's mean. */
  readonly squares: number[];
}

/** Gain of a split, in variances, above which a window is taken to hold two means. */
const surelyMixed = 8;

/** Count, sum, and sum of squared deviations of a part of the window. */
export interface Part {
  n: number;
  sum: number;
  square: number;
}

function join(part: Part, n: number, sum: number, square: number): void {
  if (part.n > 0) {
    const gap = part.sum / part.n - sum / n;
    part.square += (part.n * n * gap * gap) / (part.n + n);
  }
  part.square += square;
  part.n += n;
  part.sum += sum;
}

export class Adwin implements DriftDetector {
  readonly #delta: number;
  readonly #clock: number;
  readonly #side: number;
  #rows: Row[] = [];
  #width = 0;
  #sum = 0;
  #tick = 0;

  constructor({ delta = 0.002, clock = 32, side = 5 }: AdwinOptions = {}) {
    this.#delta = delta;
    this.#clock = clock;
    this.#side = side;
  }

  get width(): number {
    return this.#width;
  }

  get mean(): number {
    return this.#width === 0 ? 0 : this.#sum / this.#width;
  }

  /**
   * What came since the change: right after one was found the window may still hold some of what was before, so it is split
   * where that is most likely (Hinkley 1970), if anywhere.
   */
  get recent(): Readonly<Part> {
    const { whole } = this;
    const younger: Part = { n: 0, sum: 0, square: 0 };
    let best: Readonly<Part> = whole;
    let most = surelyMixed * (whole.square / Math.max(1, whole.n));
    for (const { sums, squares, size } of this.#newestFirst()) {
      for (let i = sums.length - 1; i >= 0; i--) {
        join(younger, size, sums[i] ?? 0, squares[i] ?? 0);
        const rest = whole.n - younger.n;
        if (younger.n < this.#side || rest < this.#side) continue;
        const gap = younger.sum / younger.n - (whole.sum - younger.sum) / rest;
        const gain = (gap * gap * younger.n * rest) / whole.n;
        if (gain <= most) continue;
        most = gain;
        best = { ...younger };
      }
    }
    return best;
  }

  #newestFirst(): (Row & { readonly size: number })[] {
    return this.#rows.map((row, at) => ({ ...row, size: 2 ** at }));
  }

  get size(): number {
    return this.#rows.reduce((sum, row) => sum + row.sums.length, 0);
  }

  /** @param value in [0, 1]: the bound holds for no other range */
  update(value: number): Change {
    if (!(value >= 0 && value <= 1)) throw new LmcpError('LMCP_BAD_FEATURES', `ADWIN was given ${value}.`);
    this.#insert(value);
    this.#tick = (this.#tick + 1) % this.#clock;
    if (this.#tick !== 0 || this.#width < 2 * this.#side) return 'none';
    const before = this.mean;
    let cut = false;
    while (this.#differs()) {
      this.#dropOldest();
      cut = true;
    }
    return !cut ? 'none' : this.mean > before ? 'rise' : 'fall';
  }

  #insert(value: number): void {
    this.#width++;
    this.#sum += value;
    let sum = value;
    let square = 0;
    for (let at = 0; ; at++) {
      let row = this.#rows[at];
      if (!row) {
        row = { sums: [], squares: [] };
        this.#rows.push(row);
      }
      const { sums, squares } = row;
      sums.push(sum);
      squares.push(square);
      if (sums.length <= perRow) return;
      const n = 2 ** at;
      const first = sums.shift() ?? 0;
      const second = sums.shift() ?? 0;
      const gap = first / n - second / n;
      square = (squares.shift() ?? 0) + (n * n * gap * gap) / (n + n) + (squares.shift() ?? 0);
      sum = first + second;
    }
  }

  #dropOldest(): void {
    const row = this.#rows.at(-1);
    if (!row) return;
    this.#width -= 2 ** (this.#rows.length - 1);
    row.sums.shift();
    row.squares.shift();
    while (this.#rows.length > 0 && this.#rows.at(-1)?.sums.length === 0) this.#rows.pop();
    // Summed anew, so that rounding does not pile up over the life of a window.
    this.#sum = this.#rows.reduce((sum, { sums }) => sums.reduce((a, b) => a + b, sum), 0);
  }

  /** All of the window. */
  get whole(): Readonly<Part> {
    const whole: Part = { n: 0, sum: 0, square: 0 };
    for (const [at, { sums, squares }] of this.#rows.entries())
      for (let i = 0; i < sums.length; i++) join(whole, 2 ** at, sums[i] ?? 0, squares[i] ?? 0);
    return whole;
  }

  /** Whether some cut shows an older and a younger part with different means. */
  #differs(): boolean {
    const { whole } = this;
    const variance = whole.square / whole.n;
    const log = Math.log((2 * Math.log(whole.n)) / this.#delta);
    let n = 0;
    let sum = 0;
    for (let at = this.#rows.length - 1; at >= 0; at--) {
      for (const bucket of this.#rows[at]?.sums ?? []) {
        n += 2 ** at;
        sum += bucket;
        const rest = whole.n - n;
        if (rest < this.#side) return false;
        if (n < this.#side) continue;
        const inverse = 1 / n + 1 / rest;
        const bound = Math.sqrt(2 * inverse * variance * log) + (2 / 3) * inverse * log;
        if (Math.abs(sum / n - (whole.sum - sum) / rest) > bound) return true;
      }
    }
    return false;
  }

  write(out: StateWriter): void {
    out.section('adwin', 1).uint(this.#tick);
    out.list(this.#rows, ({ sums, squares }) => out.f64s(sums).f64s(squares));
  }

  read(input: StateReader): void {
    input.section('adwin', 1);
    this.#tick = input.uint();
    this.#rows = input.list(() => ({ sums: input.f64s(), squares: input.f64s() }));
    this.#width = this.#rows.reduce((n, { sums }, at) => n + sums.length * 2 ** at, 0);
    this.#sum = this.#rows.reduce((sum, { sums }) => sums.reduce((a, b) => a + b, sum), 0);
  }
}
