/**
 * Keeps a workspace's learners folded up to the end of its journal: snapshot, then tail, then whatever comes.
 * It exists so that state is a function of the journal's prefix and of nothing else.
 * Invariant: each learner sees each event it consumes exactly once and in sequence; settling comes before learning.
 */
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { describeError, LmcpError } from '../errors/index.js';
import type { AnyLearner, Settled } from '../learning/index.js';
import type { StoredEvent } from '../proto/index.js';
import type { FoldStatus } from './fold-status.js';
import type { JournalClient } from './journal-client.js';
import type { Slowly } from './pulse.js';
import { Slices } from './slices.js';

/** After a failed read the fold tries again, ever more patiently. */
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 30_000;
/** So many folded events make a new snapshot worth its bytes, but not more often than this many milliseconds. */
const SNAPSHOT_AFTER = 2_000;
const SNAPSHOT_EVERY_MS = 30_000;
/** Nor may snapshots, which hold the thread, take more than this share of its time. */
const SNAPSHOT_SHARE = 0.01;
/** Outcomes kept for those who ask right after. */
const SETTLED_KEPT = 1_000;

interface Seat {
  readonly make: () => AnyLearner;
  learner: AnyLearner;
  offset: number;
  restoredAt: number;
  snapshot: { id: string; offset: number } | undefined;
}

export interface LearnerHostOptions {
  readonly workspace: string;
  readonly journal: JournalClient;
  readonly learners: readonly (() => AnyLearner)[];
  readonly now: () => number;
  readonly log: (level: 'info' | 'warn' | 'error', text: string) => void;
  /** Announces that a snapshot is taken: a large one holds the thread. */
  readonly slowly: Slowly;
}

export class LearnerHost {
  readonly #options: LearnerHostOptions;
  readonly #seats: Seat[];
  readonly #stop = new AbortController();
  #offset = 0;
  #target = 0;
  #waiters: { sequence: number; resolve: () => void }[] = [];
  readonly #settled = new Map<string, { readonly settled: Settled; readonly by: number }>();
  #loop: Promise<void> | undefined;
  /** The time of the last snapshot and a pause, on the monotonic clock. */
  #keepAfter = 0;

  constructor(options: LearnerHostOptions) {
    this.#options = options;
    this.#seats = options.learners.map((make) => seat(make));
  }

  /** Restores the newest snapshots and begins to fold; resolves when folding has begun. */
  async start(): Promise<void> {
    const { journal, workspace } = this.#options;
    this.#target = (await journal.open(workspace)).last;
    for (const seat of this.#seats) await this.#restore(seat);
    this.#offset = this.#seats.length === 0 ? this.#target : Math.min(...this.#seats.map((s) => s.offset));
    this.#loop = this.#fold();
  }

  learner(task: string): AnyLearner | undefined {
    return this.#seats.find((seat) => seat.learner.task === task)?.learner;
  }

  all(): readonly AnyLearner[] {
    return this.#seats.map((seat) => seat.learner);
  }

  get offset(): number {
    return this.#offset;
  }

  /** Sequence the journal had reached when the host last looked. */
  get target(): number {
    return this.#target;
  }

  /** Resolves once `sequence` is folded. @throws LMCP_CANCELLED when the signal ends the wait */
  folded(sequence: number, signal?: AbortSignal): Promise<void> {
    if (this.#offset >= sequence) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const cancel = () => {
        this.#waiters = this.#waiters.filter((it) => it !== waiter);
        reject(new LmcpError('LMCP_CANCELLED', `Nobody waits for event ${sequence} any more.`));
      };
      const waiter = {
        sequence,
        resolve: () => {
          signal?.removeEventListener('abort', cancel);
          resolve();
        },
      };
      if (signal?.aborted) return cancel();
      this.#waiters.push(waiter);
      signal?.addEventListener('abort', cancel, { once: true });
    });
  }

  /** How a receipt came out, if it was settled lately; a view for answers, no part of any state. `by`: only if that event did it. */
  settledOf(prediction: string, by?: number): Settled | undefined {
    const found = this.#settled.get(prediction);
    return found && (by === undefined || found.by === by) ? found.settled : undefined;
  }

  status(digests: boolean): FoldStatus {
    return {
      offset: this.#offset,
      caughtUp: this.#offset >= this.#target,
      learners: this.#seats.map((seat) => ({
        task: seat.learner.task,
        restoredAt: seat.restoredAt,
        ...(digests ? { digest: digestOf(seat.learner) } : {}),
      })),
    };
  }

  /** Stops folding, then keeps what was learned as snapshots. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#loop;
    await this.#keep(1);
  }

  async #restore(seat: Seat): Promise<void> {
    const { journal, workspace, log } = this.#options;
    const found = await journal.latestSnapshot(workspace, seat.learner.task);
    if (!found || found.offset > this.#target) return;
    try {
      seat.learner.restore(found.state);
      seat.offset = found.offset;
      seat.restoredAt = found.offset;
      seat.snapshot = { id: found.id, offset: found.offset };
    } catch (error) {
      log(
        'warn',
        `${seat.learner.task}: snapshot ${found.id.slice(0, 12)} not used (${describeError(error).message}); learning from the journal.`,
      );
      seat.learner = seat.make();
    }
  }

  async #fold(): Promise<void> {
    const { journal, workspace, log } = this.#options;
    const { signal } = this.#stop;
    let pause = FIRST_PAUSE_MS;
    while (!signal.aborted) {
      let events: Iterable<StoredEvent> & { readonly length: number };
      try {
        const caughtUp = this.#offset >= this.#target;
        if (caughtUp && performance.now() > this.#keepAfter) await this.#keep(SNAPSHOT_AFTER);
        events = await journal.read(workspace, this.#offset + 1, { wait: caughtUp, signal });
      } catch (error) {
        if (signal.aborted) return;
        log('error', `learning waits: ${describeError(error).message}`);
        await sleep(pause, undefined, { signal }).catch(() => undefined);
        pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
        continue;
      }
      pause = FIRST_PAUSE_MS;
      if (events.length === 0) this.#target = this.#offset;
      await this.#learn(events);
    }
  }

  async #learn(events: Iterable<StoredEvent>): Promise<void> {
    const slices = new Slices();
    for (const stored of events) {
      for (const seat of this.#seats) {
        if (stored.sequence > seat.offset) {
          this.#learnOne(seat, stored);
          seat.offset = stored.sequence;
        }
      }
      this.#offset = stored.sequence;
      if (slices.over) {
        this.#wake();
        await slices.next();
      }
    }
    if (this.#offset > this.#target) this.#target = this.#offset;
    this.#wake();
  }

  #learnOne(seat: Seat, stored: StoredEvent): void {
    for (const settled of foldOne(seat.learner, stored, this.#options.log))
      this.#remember(settled, stored.sequence);
  }

  #remember(settled: Settled, by: number): void {
    this.#settled.set(settled.prediction, { settled, by });
    if (this.#settled.size <= SETTLED_KEPT) return;
    const oldest = this.#settled.keys().next();
    if (!oldest.done) this.#settled.delete(oldest.value);
  }

  #wake(): void {
    if (this.#waiters.length === 0) return;
    const due = this.#waiters.filter((waiter) => waiter.sequence <= this.#offset);
    this.#waiters = this.#waiters.filter((waiter) => waiter.sequence > this.#offset);
    for (const waiter of due) waiter.resolve();
  }

  async #keep(after: number): Promise<void> {
    const { journal, workspace, now, log, slowly } = this.#options;
    let took = 0;
    for (const seat of this.#seats) {
      if (seat.offset - (seat.snapshot?.offset ?? 0) < after) continue;
      try {
        const { offset } = seat;
        const began = performance.now();
        const state = await slowly(async () => seat.learner.snapshot());
        took += performance.now() - began;
        const parents = seat.snapshot ? [seat.snapshot.id] : [];
        const snapshot = { learner: seat.learner.task, offset, parents, at: now(), state };
        seat.snapshot = { id: await journal.putSnapshot(workspace, snapshot), offset };
      } catch (error) {
        log('warn', `${seat.learner.task}: no snapshot taken (${describeError(error).message}).`);
      }
    }
    if (took > 0) this.#keepAfter = performance.now() + pauseAfter(took);
  }
}

/** How long no snapshots are taken after some that held the thread for so long; milliseconds. */
export function pauseAfter(took: number): number {
  return Math.max(SNAPSHOT_EVERY_MS, took / SNAPSHOT_SHARE);
}

function seat(make: () => AnyLearner): Seat {
  const learner = make();
  return {
    make,
    learner,
    offset: 0,
    restoredAt: 0,
    snapshot: undefined,
  };
}

/**
 * Folds one event into one learner, settling before learning; what it does not consume is skipped.
 * A learner that fails on an event fails on it in every replay: it is said, and the fold goes on.
 */
export function foldOne(
  learner: AnyLearner,
  stored: StoredEvent,
  log: (level: 'error', text: string) => void,
): readonly Settled[] {
  const { case: type } = stored.event.data;
  if (!type || !learner.consumes.includes(type)) return [];
  try {
    const settled = learner.settle(stored);
    learner.learnOne(stored);
    return settled;
  } catch (error) {
    log(
      'error',
      `${learner.task}: event ${stored.sequence} (${type}) not learned: ${describeError(error).message}`,
    );
    return [];
  }
}

/** Hash of a learner's canonical state: equal for equal folds. */
export function digestOf(learner: AnyLearner): string {
  return createHash('sha256').update(learner.snapshot()).digest('hex');
}
