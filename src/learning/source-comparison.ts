/**
 * One source's outcomes against others' told shortly before AND shortly after, with an interval that is valid at every look.
 * It exists because sources change when the stream does: others' outcomes of another time say nothing about a source.
 * Invariant: bounded; each outcome of another source is used once; the error is shared by all restarts of its place.
 *
 * An outcome waits for a later one of another source on its level, and is compared with the mean of that and of an earlier
 * one, each at most `reach` outcomes away. Where sources do not overlap in time nothing is compared. While the difficulty of
 * a level changes slowly, at a steady rate, the difference of two sources that are alike has the mean 0. An uninterrupted
 * row of outcomes of one source often has a luck of its own (one session, one hard file), so the mean of eight of its
 * differences is one bet: fewer bets would find a source that works in sessions too late, more would accuse it of luck. Sessions that run at the same time and have such luck still look like many bets: what a verdict
 * says is that outcomes are worse than their neighbours', not why.
 *
 * It starts anew after some hundred bets, so that a source that turns bad after an honest year is told as soon as a new
 * one. Of the running comparison and the one before it, the lower upper bound is shown: both hold at once.
 */
import { BettingInterval } from './betting-interval.js';
import { evenShare } from './error-budget.js';
import { type MatchedOutcomes, type Outcome, reach } from './matched-outcomes.js';
import type { StateReader, StateWriter } from './state-codec.js';

/** Longest row of one source that comes about by chance among a few. */
const short = 3;
/** Bets after which a comparison starts anew. */
const epochBets = 256;

interface Stretch {
  readonly alpha: number;
  readonly bets: BettingInterval;
}

/** An outcome that waits for its second neighbour. */
interface Waiting {
  readonly level: number;
  readonly value: number;
  readonly before: number;
  readonly burst: number;
  readonly serial: number;
}

interface Burst {
  readonly burst: number;
  /** Outcomes told in it. */
  told: number;
  /** Those that wait, and the differences of those that do no more. */
  waiting: number;
  readonly found: number[];
}

export interface Compared {
  /** Mean difference from the others; null before the first bet. */
  readonly difference: number | null;
  readonly interval: readonly [number, number] | null;
}

export class SourceComparison {
  readonly #alpha: number;
  readonly #owner: number;
  #epoch: number;
  #now: Stretch;
  #before: Stretch | null = null;
  #waiting: Waiting[] = [];
  #bursts: Burst[] = [];
  /** Serials of others' outcomes within reach that were compared with. */
  #used: number[] = [];
  /** Worked out when asked for. */
  #below: boolean | undefined;

  /** @param alpha error of all stretches together @param epoch how often its place was given away, from 1 */
  constructor(alpha: number, { owner, epoch }: { readonly owner: number; readonly epoch: number }) {
    this.#alpha = alpha;
    this.#owner = owner;
    this.#epoch = epoch;
    this.#now = this.#stretch();
  }

  #stretch(): Stretch {
    return { alpha: this.#alpha * evenShare(this.#epoch), bets: new BettingInterval() };
  }

  /** Stretches begun. */
  get epoch(): number {
    return this.#epoch;
  }

  /** Takes up an outcome of whatever source, which `among` holds already. */
  meet(outcome: Outcome, among: MatchedOutcomes): void {
    const far = outcome.serial - reach;
    if ((this.#used[0] ?? Number.POSITIVE_INFINITY) < far) this.#used = this.#used.filter((it) => it >= far);
    if (outcome.owner === this.#owner) this.#own(outcome, among);
    else this.#other(outcome);
    this.#close(outcome.burst, far);
  }

  #own(outcome: Outcome, among: MatchedOutcomes): void {
    const { level, value, burst, serial } = outcome;
    let current = this.#bursts.at(-1);
    if (current?.burst !== burst) {
      current = { burst, told: 0, waiting: 0, found: [] };
      this.#bursts.push(current);
    }
    current.told++;
    const before = among.before(outcome, this.#used);
    if (!before) return;
    this.#use(before.serial);
    current.waiting++;
    this.#waiting.push({ level, value, before: before.value, burst, serial });
  }

  /** The first that waits on that level has found its second neighbour. */
  #other({ level, value, serial }: Outcome): void {
    const at = this.#waiting.findIndex((it) => it.level === level);
    const own = this.#waiting[at];
    if (!own) return;
    this.#waiting.splice(at, 1);
    this.#use(serial);
    const burst = this.#bursts.find((it) => it.burst === own.burst);
    if (!burst) return;
    burst.found.push(own.value - (own.before + value) / 2);
    burst.waiting--;
  }

  /** Keeps the serials in order: the first is the oldest. */
  #use(serial: number): void {
    let at = this.#used.length;
    while (at > 0 && (this.#used[at - 1] ?? 0) > serial) at--;
    this.#used.splice(at, 0, serial);
  }

  /** Gives up what waited too long, and bets on the bursts that nothing waits for. */
  #close(current: number, far: number): void {
    while ((this.#waiting[0]?.serial ?? far) < far) {
      const late = this.#waiting.shift();
      const burst = this.#bursts.find((it) => it.burst === late?.burst);
      if (burst) burst.waiting--;
    }
    if (!this.#bursts.some((it) => it.waiting === 0 && it.burst !== current)) return;
    this.#bursts = this.#bursts.filter((it) => {
      if (it.waiting > 0 || it.burst === current) return true;
      this.#bet(it);
      return false;
    });
  }

  #bet({ told, found }: Burst): void {
    if (told <= short) for (const difference of found) this.#observe(difference);
    else if (found.length > 0) this.#observe(found.reduce((a, b) => a + b) / found.length);
  }

  #observe(difference: number): void {
    if (this.#now.bets.n >= epochBets) {
      this.#before = this.#now;
      this.#epoch++;
      this.#now = this.#stretch();
    }
    this.#now.bets.observe(difference);
    this.#below = undefined;
  }

  /** Whether the interval lies below 0. */
  get below(): boolean {
    this.#below ??= [this.#now, this.#before].some((it) => it?.bets.negative(it.alpha) ?? false);
    return this.#below;
  }

  report(): Compared {
    return [this.#now, ...(this.#before ? [this.#before] : [])]
      .map(({ alpha, bets }) => ({ difference: bets.mean, interval: bets.interval(alpha) }))
      .reduce((a, b) => ((b.interval?.[1] ?? 1) < (a.interval?.[1] ?? 1) ? b : a));
  }

  write(out: StateWriter): void {
    const stretch = ({ alpha, bets }: Stretch) => {
      out.f64(alpha);
      bets.write(out);
    };
    out.section('source-comparison', 1).f64(this.#alpha).uint(this.#owner).uint(this.#epoch);
    stretch(this.#now);
    out.bool(this.#before !== null);
    if (this.#before) stretch(this.#before);
    out.list(this.#waiting, ({ level, value, before, burst, serial }) => {
      out.uint(level).f64(value).f64(before).uint(burst).uint(serial);
    });
    out.list(this.#bursts, ({ burst, told, waiting, found }) => {
      out.uint(burst).uint(told).uint(waiting).f64s(found);
    });
    out.list(this.#used, (serial) => out.uint(serial));
  }

  static read(input: StateReader): SourceComparison {
    const stretch = (): Stretch => ({ alpha: input.f64(), bets: BettingInterval.read(input) });
    input.section('source-comparison', 1);
    const made = new SourceComparison(input.f64(), { owner: input.uint(), epoch: input.uint() });
    made.#now = stretch();
    if (input.bool()) made.#before = stretch();
    made.#waiting = input.list(() => ({
      level: input.uint(),
      value: input.f64(),
      before: input.f64(),
      burst: input.uint(),
      serial: input.uint(),
    }));
    made.#bursts = input.list(() => ({
      burst: input.uint(),
      told: input.uint(),
      waiting: input.uint(),
      found: [...input.f64s()],
    }));
    made.#used = input.list(() => input.uint());
    return made;
  }
}
