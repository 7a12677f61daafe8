/**
 * What a server thread answers about the versions of its learners, and how a head is moved.
 * It exists as the one place where the journal's word, stored snapshots and serving seats meet.
 * Invariant: a head moves only by an event on disk that the fold then meets; moves of one learner go one after another.
 */
import { describeError, LmcpError } from '../../errors/index.js';
import type { LearnerHost } from '../learner-host.js';
import { forgottenOf } from './build-version.js';
import { VersionGraph } from './graph.js';
import type { Seat } from './seat.js';
import type { VersionSource } from './version-source.js';

export class VersionControl {
  readonly source: VersionSource;
  readonly host: LearnerHost;
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(source: VersionSource, host: LearnerHost) {
    this.source = source;
    this.host = host;
  }

  /** @throws LMCP_UNKNOWN_LEARNER */
  seat(learner: string): Seat {
    const seat = this.host.seat(learner);
    if (seat) return seat;
    const known = this.host.seats.map(({ task }) => task).join(', ') || 'none';
    throw new LmcpError(
      'LMCP_UNKNOWN_LEARNER',
      `No learner "${learner.slice(0, 100)}" is in this server, which has ${known}.`,
    );
  }

  /** A learner's versions up to the journal's end, once the fold has reached it. */
  async graph(seat: Seat): Promise<VersionGraph> {
    const { last } = await this.source.journal.open(this.source.workspace);
    await this.host.folded(last);
    return this.graphUpTo(seat, last);
  }

  /** A learner's versions as far as it has come. */
  async graphUpTo(seat: Seat, last = seat.offset): Promise<VersionGraph> {
    const { journal, workspace } = this.source;
    const { history } = this.host;
    const snapshots = await journal.snapshots(workspace, seat.task);
    return new VersionGraph(history.of(seat.task), snapshots, {
      forgotten: forgottenOf(seat, history),
      last,
    });
  }

  /** Does something for a learner after what is asked now; nobody waits for it but who asks next, and `idle`. */
  afterwards(seat: Seat, work: () => Promise<unknown>): void {
    this.inTurn(seat, work).catch((error: unknown) =>
      this.source.log('warn', `${seat.task}: no snapshot taken (${describeError(error).message}).`),
    );
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    await Promise.allSettled([...this.#turns.values()]);
  }

  /** Runs work when what was asked before for this learner is done. */
  inTurn<T>(seat: Seat, work: () => Promise<T>): Promise<T> {
    const done = (this.#turns.get(seat.task) ?? Promise.resolve()).then(work, work);
    this.#turns.set(
      seat.task,
      done.catch(() => undefined),
    );
    return done;
  }
}
