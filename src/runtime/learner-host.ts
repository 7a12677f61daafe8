/**
 * Keeps a workspace's learners folded up to the end of its journal: snapshot, then tail, then whatever comes.
 * It exists so that state is a function of the journal's prefix and of nothing else.
 * Invariant: each learner sees each event of its lineage exactly once and in sequence; settling comes before learning.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { describeError, LmcpError } from '../errors/index.js';
import type { LazyBatch } from '../journal/index.js';
import type { AnyLearner, Settled } from '../learning/index.js';
import type { EventType, StoredEvent } from '../proto/index.js';
import type { FoldStatus } from './fold-status.js';
import type { JournalClient } from './journal-client.js';
import type { Slowly } from './pulse.js';
import { Slices } from './slices.js';
import { digestOf } from './versions/feed.js';
import { keepSnapshot } from './versions/keep-snapshot.js';
import { Seat } from './versions/seat.js';
import { type Prepared, seatOnCourse } from './versions/seat-on-course.js';
import { VersionHistory, versionEvents } from './versions/version-history.js';

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
  readonly #seats: readonly Seat[];
  readonly #history = new VersionHistory();
  /** Task → the state to which its head is about to move. */
  readonly #prepared = new Map<string, Prepared>();
  /** Types of events that are decoded. */
  readonly #wanted: ReadonlySet<EventType>;
  readonly #stop = new AbortController();
  #offset = 0;
  #target = 0;
  /** Whether a head may have moved, or something been forgotten, of which the seats do not know. */
  #unsettled = true;
  #waiters: { sequence: number; resolve: () => void }[] = [];
  readonly #settled = new Map<
    string,
    { readonly settled: Settled; readonly by: number; readonly seat: Seat }
  >();
  #loop: Promise<void> | undefined;
  /** The time of the last snapshot and a pause, on the monotonic clock. */
  #keepAfter = 0;

  constructor(options: LearnerHostOptions) {
    this.#options = options;
    this.#seats = options.learners.map((make) => new Seat(make));
    const consumed = this.#seats.flatMap((seat) => [...seat.consumes]);
    this.#wanted = new Set(this.#seats.length === 0 ? [] : [...versionEvents, ...consumed]);
  }

  /** Restores the newest snapshots and begins to fold; resolves when folding has begun. */
  async start(): Promise<void> {
    const { journal, workspace } = this.#options;
    this.#target = (await journal.open(workspace)).last;
    await this.#settleIn();
    this.#loop = this.#fold();
  }

  learner(task: string): AnyLearner | undefined {
    return this.seat(task)?.learner;
  }

  all(): readonly AnyLearner[] {
    return this.#seats.map((seat) => seat.learner);
  }

  get seats(): readonly Seat[] {
    return this.#seats;
  }

  seat(task: string): Seat | undefined {
    return this.#seats.find((seat) => seat.task === task);
  }

  /** What the journal says of versions, as far as it was folded. */
  get history(): VersionHistory {
    return this.#history;
  }

  get offset(): number {
    return this.#offset;
  }

  /** Sequence of the last event that a task's learner has folded; `offset` is the least of them. */
  offsetOf(task: string): number {
    return this.seat(task)?.offset ?? this.#offset;
  }

  /** Sequence the journal had reached when the host last looked. */
  get target(): number {
    return this.#target;
  }

  /** The state that a learner takes when its head moves to where that state fits; undefined: none any more. */
  prepare(task: string, state: Prepared | undefined): void {
    if (state) this.#prepared.set(task, state);
    else this.#prepared.delete(task);
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
      learners: this.#seats.map(({ task, learner, offset, restoredAt }) => ({
        task,
        offset,
        restoredAt,
        ...(digests ? { digest: digestOf(learner) } : {}),
      })),
    };
  }

  /** Stops folding, then keeps what was learned as snapshots. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#loop;
    await this.#keepAll(1);
  }

  async #fold(): Promise<void> {
    const { journal, workspace, log } = this.#options;
    const { signal } = this.#stop;
    let pause = FIRST_PAUSE_MS;
    while (!signal.aborted) {
      let events: LazyBatch;
      try {
        if (this.#unsettled) await this.#settleIn();
        const caughtUp = this.#offset >= this.#target;
        if (caughtUp && performance.now() > this.#keepAfter) await this.#keepAll(SNAPSHOT_AFTER);
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

  /** Puts every seat on the course that the journal now gives it; one whose state does not fit begins further back. */
  async #settleIn(): Promise<void> {
    const { journal, workspace } = this.#options;
    if (this.#seats.length > 0) await this.#history.readOn(journal, workspace);
    for (const seat of this.#seats) {
      const prepared = this.#prepared.get(seat.task);
      const { course } = seat;
      await seatOnCourse(this.#options, seat, { history: this.#history, prepared, last: this.#target });
      if (seat.course !== course) this.#unremember(seat);
    }
    this.#offset =
      this.#seats.length === 0 ? this.#target : Math.min(...this.#seats.map(({ offset }) => offset));
    this.#unsettled = false;
    this.#wake();
  }

  async #learn(events: LazyBatch): Promise<void> {
    const slices = new Slices();
    for (const stored of events.of(this.#wanted)) {
      if (stored.sequence > this.#history.through && isOfVersions(stored)) {
        this.#target = Math.max(this.#target, stored.sequence);
        this.#unsettled = true;
        return;
      }
      for (const seat of this.#seats) this.#take(seat, stored);
      this.#offset = stored.sequence;
      if (slices.over) {
        this.#wake();
        await slices.next();
      }
    }
    if (events.last !== undefined) this.#passBy(events.last);
    if (this.#offset > this.#target) this.#target = this.#offset;
    this.#wake();
  }

  /** No seat consumes what is left up to there. */
  #passBy(sequence: number): void {
    for (const seat of this.#seats) seat.passBy(sequence);
    this.#offset = sequence;
  }

  #take(seat: Seat, stored: StoredEvent): void {
    for (const settled of seat.take(stored, this.#options.log))
      this.#remember(seat, settled, stored.sequence);
  }

  #remember(seat: Seat, settled: Settled, by: number): void {
    this.#settled.set(settled.prediction, { settled, by, seat });
    if (this.#settled.size <= SETTLED_KEPT) return;
    const oldest = this.#settled.keys().next();
    if (!oldest.done) this.#settled.delete(oldest.value);
  }

  /** What it settled may have been undone, or forgotten. */
  #unremember(seat: Seat): void {
    for (const [prediction, known] of this.#settled)
      if (known.seat === seat) this.#settled.delete(prediction);
  }

  #wake(): void {
    if (this.#waiters.length === 0) return;
    const due = this.#waiters.filter((waiter) => waiter.sequence <= this.#offset);
    this.#waiters = this.#waiters.filter((waiter) => waiter.sequence > this.#offset);
    for (const waiter of due) waiter.resolve();
  }

  async #keepAll(after: number): Promise<void> {
    let took = 0;
    for (const seat of this.#seats) {
      if (seat.unkept < after) continue;
      try {
        took += (await keepSnapshot(this.#options, seat, this.#history.of(seat.task))).took;
      } catch (error) {
        this.#options.log('warn', `${seat.task}: no snapshot taken (${describeError(error).message}).`);
      }
    }
    if (took > 0) this.#keepAfter = performance.now() + pauseAfter(took);
  }
}

/** How long no snapshots are taken after some that held the thread for so long; milliseconds. */
export function pauseAfter(took: number): number {
  return Math.max(SNAPSHOT_EVERY_MS, took / SNAPSHOT_SHARE);
}

function isOfVersions({ event }: StoredEvent): boolean {
  return event.data.case !== undefined && versionEvents.includes(event.data.case);
}
