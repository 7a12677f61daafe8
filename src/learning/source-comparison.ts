/**
 * One source's outcomes against others', match by match, with an interval that is valid at every look.
 * It exists apart from the table of sources because each row holds two: where the model was as sure, and in all.
 * Invariant: the error is shared by all restarts, so it holds over the whole life of the place it was made for.
 *
 * It starts anew after some hundred matches, so that a source that turns bad after an honest year is told as soon as a new
 * one. Of the running comparison and the one before it, the lower upper bound is shown: both hold at once.
 */
import { BettingInterval } from './betting-interval.js';
import { errorShare } from './error-budget.js';
import type { MatchedOutcomes } from './matched-outcomes.js';
import type { StateReader, StateWriter } from './state-codec.js';

/** Matches after which a comparison starts anew. */
const epochMatches = 256;

interface Stretch {
  readonly alpha: number;
  readonly matches: BettingInterval;
}

export interface Compared {
  /** Mean difference from the others; null before the first match. */
  readonly difference: number | null;
  readonly interval: readonly [number, number] | null;
}

export class SourceComparison {
  readonly #alpha: number;
  readonly #used: number[];
  #epoch: number;
  #now: Stretch;
  #before: Stretch | null = null;
  /** Worked out when asked for. */
  #below: boolean | undefined;

  /** @param alpha error of all stretches together @param epoch how often its place was given away, from 1 */
  constructor(alpha: number, { levels, epoch }: { readonly levels: number; readonly epoch: number }) {
    this.#alpha = alpha;
    this.#epoch = epoch;
    this.#used = Array.from({ length: levels }, () => 0);
    this.#now = this.#stretch();
  }

  #stretch(): Stretch {
    return { alpha: this.#alpha * errorShare(this.#epoch), matches: new BettingInterval() };
  }

  /** Stretches begun. */
  get epoch(): number {
    return this.#epoch;
  }

  /** Compares an outcome with others' of that level, where there are any left to compare with. */
  observe(
    value: number,
    { among, owner, level }: { among: MatchedOutcomes; owner: number; level: number },
  ): void {
    const others = among.match(owner, level, this.#used);
    if (others === null) return;
    if (this.#now.matches.n >= epochMatches) {
      this.#before = this.#now;
      this.#epoch++;
      this.#now = this.#stretch();
    }
    this.#now.matches.observe(value - others);
    this.#below = undefined;
  }

  /** Whether the interval lies below 0. */
  get below(): boolean {
    this.#below ??= [this.#now, this.#before].some((it) => it?.matches.negative(it.alpha) ?? false);
    return this.#below;
  }

  report(): Compared {
    return [this.#now, ...(this.#before ? [this.#before] : [])]
      .map(({ alpha, matches }) => ({ difference: matches.mean, interval: matches.interval(alpha) }))
      .reduce((a, b) => ((b.interval?.[1] ?? 1) < (a.interval?.[1] ?? 1) ? b : a));
  }

  write(out: StateWriter): void {
    const stretch = ({ alpha, matches }: Stretch) => {
      out.f64(alpha);
      matches.write(out);
    };
    out.uint(this.#epoch).list(this.#used, (serial) => out.uint(serial));
    stretch(this.#now);
    out.bool(this.#before !== null);
    if (this.#before) stretch(this.#before);
  }

  static read(input: StateReader, alpha: number): SourceComparison {
    const stretch = (): Stretch => ({ alpha: input.f64(), matches: BettingInterval.read(input) });
    const epoch = input.uint();
    const used = input.list(() => input.uint());
    const made = new SourceComparison(alpha, { levels: used.length, epoch });
    for (const [level, serial] of used.entries()) made.#used[level] = serial;
    made.#now = stretch();
    if (input.bool()) made.#before = stretch();
    return made;
  }
}
