/**
 * Which calls are timed: all of them, until there are so many that reading the clock twice for each would be felt; then a sample.
 * It exists because two clock reads are half of what watching a call costs, and percentiles of thousands need no more.
 * Invariant: the weights of the timed calls add up to the calls that began (but for the last few); below `full` a second each is timed.
 */

export interface PaceOptions {
  /** Calls a second up to which every one is timed. */
  readonly full: number;
  /** At most one in so many is left to stand for the others. */
  readonly longest: number;
  /** Monotonic clock, milliseconds. */
  readonly now: () => number;
  /** Uniform in [0, 1): breaks the step with callers that repeat themselves. */
  readonly random: () => number;
}

/** The rate is taken over at least so many milliseconds: a short burst is timed whole. */
const windowMs = 50;

export class Pace {
  readonly #options: PaceOptions;
  #since: number;
  #inWindow = 0;
  #stride = 1;
  /** Calls until the next timed one, and since the last. */
  #left = 1;
  #gap = 0;

  constructor(options: PaceOptions) {
    this.#options = options;
    this.#since = options.now();
  }

  /** For one call that begins: how many calls it stands for when it is to be timed, else 0. */
  next(): number {
    this.#gap += 1;
    this.#left -= 1;
    if (this.#left > 0) return 0;
    const weight = this.#gap;
    this.#gap = 0;
    this.#inWindow += weight;
    this.#adjust();
    this.#left = this.#stride === 1 ? 1 : 1 + Math.floor(this.#options.random() * (2 * this.#stride - 1));
    return weight;
  }

  #adjust(): void {
    const { full, longest, now } = this.#options;
    const at = now();
    const elapsed = at - this.#since;
    if (elapsed < windowMs) return;
    const perSecond = (this.#inWindow * 1000) / elapsed;
    this.#stride = Math.min(longest, Math.max(1, Math.round(perSecond / full)));
    this.#since = at;
    this.#inWindow = 0;
  }
}
