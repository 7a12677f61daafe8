/**
 * States of work trees, asked of git once at a time for each, and a few times a second.
 * It exists so that a flood of destructive commands does not become a flood of processes.
 * Invariant: a state was read after it was asked for: a file that was made a moment before is in it.
 */
import type { GitState } from '../analysis/index.js';
import { gitState } from './git-state.js';

/** A process that nobody waits for any longer is ended after this. */
const LONGEST_MS = 1_000;
/** Whatever else may keep an answer back: a lane is free again after this. */
const GIVEN_UP_MS = 2 * LONGEST_MS;
/**
 * Processes a second for a tree, and at once after a rest: starting one holds this thread up for milliseconds. Questions beyond
 * are answered without git: the worst is assumed.
 */
const A_SECOND = 1;
const AT_ONCE = 16;
const ROOTS_KEPT = 64;

type State = Promise<GitState | undefined>;

interface Lane {
  running: State | undefined;
  /** Begins when `running` has ended; shared by all who ask meanwhile. */
  next: State | undefined;
  /** Processes that may still be started now. */
  left: number;
  filledAt: number;
}

export class GitStates {
  readonly #lanes = new Map<string, Lane>();
  readonly #now: () => number;

  /** @param now monotonic, milliseconds */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** @returns undefined when git did not answer within the budget, in milliseconds, or was asked too often. */
  of(root: string, budgetMs: number): Promise<GitState | undefined> {
    return budgetMs > 0 ? within(this.#ask(root), budgetMs) : Promise.resolve(undefined);
  }

  #ask(root: string): State {
    const lane = this.#lane(root);
    if (lane.next !== undefined) return lane.next;
    if (!this.#mayStart(lane)) return Promise.resolve(undefined);
    if (lane.running === undefined) {
      lane.running = stateOf(root);
      follow(lane);
      return lane.running;
    }
    lane.next = lane.running.then(() => stateOf(root));
    return lane.next;
  }

  #lane(root: string): Lane {
    const known = this.#lanes.get(root);
    if (known !== undefined) return known;
    const [oldest] = this.#lanes.keys();
    if (this.#lanes.size >= ROOTS_KEPT && oldest !== undefined) this.#lanes.delete(oldest);
    const lane = { running: undefined, next: undefined, left: AT_ONCE, filledAt: this.#now() };
    this.#lanes.set(root, lane);
    return lane;
  }

  #mayStart(lane: Lane): boolean {
    const now = this.#now();
    lane.left = Math.min(AT_ONCE, lane.left + ((now - lane.filledAt) * A_SECOND) / 1_000);
    lane.filledAt = now;
    if (lane.left < 1) return false;
    lane.left -= 1;
    return true;
  }
}

function follow(lane: Lane): void {
  void lane.running?.then(() => {
    lane.running = lane.next;
    lane.next = undefined;
    follow(lane);
  });
}

/** Never rejects: what cannot be known is assumed to be the worst. */
const stateOf = (root: string): State =>
  within(
    gitState(root, LONGEST_MS).catch(() => undefined),
    GIVEN_UP_MS,
  );

function within<Value>(promise: Promise<Value>, ms: number): Promise<Value | undefined> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms, undefined);
    void promise.then((value) => {
      clearTimeout(timer);
      resolve(value);
    });
  });
}
