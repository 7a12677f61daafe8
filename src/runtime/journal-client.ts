/**
 * The journal as any other thread sees it: append, read on, snapshots, receipts.
 * It exists so that server and pool threads never open a journal file.
 * Invariant: `append` resolves after the event is on disk; `note` never waits; both are bounded (journal-lane.ts); reading is in sequence.
 */
import { type CompactReport, decodeBatch, type JournalPrefix, LazyBatch } from '../journal/index.js';
import type { EventType, StoredEvent } from '../proto/index.js';
import { JournalLane } from './journal-lane.js';
import type { JournalMethods, NoMethods, SnapshotInfo, SnapshotPlace } from './messages.js';
import type { Peer } from './peer.js';
import type { EventInit } from './services.js';

export class JournalClient {
  readonly #line: () => Peer<JournalMethods, NoMethods>;
  readonly #lanes = new Map<string, JournalLane>();

  /** @param line the way to the journal thread as it is now: the gateway's changes when that thread was started anew. */
  constructor(line: () => Peer<JournalMethods, NoMethods>) {
    this.#line = line;
  }

  /** Opens (or creates) a workspace's journal. `cut` tells of an unacknowledged tail that a crash left and opening removed. */
  async open(workspace: string): Promise<{ last: number; cut: string | null }> {
    return (await this.#line().request('open', { workspace })).meta;
  }

  /**
   * Resolves with the last sequence once all of it is on disk. While more than a few MiB of this thread wait for the disk it waits
   * its turn, so a writer that awaits its appends never outruns the disk.
   */
  append(workspace: string, events: readonly EventInit[]): Promise<number> {
    if (events.length === 0) return this.open(workspace).then(({ last }) => last);
    return this.#lane(workspace).append(events);
  }

  /** Telemetry: nobody waits for the disk. What finds no room is dropped, and counted into a `captureDropped` event. */
  note(workspace: string, events: readonly EventInit[]): void {
    this.#lane(workspace).note(events);
  }

  /** Telemetry that nobody asks for at once: some milliseconds of it go together. */
  noteLater(workspace: string, events: readonly EventInit[]): void {
    this.#lane(workspace).note(events, false);
  }

  /** Sends what `noteLater` gathered. */
  flush(workspace: string): void {
    this.#lane(workspace).flush();
  }

  /** How much this thread has under way to the journal, in bytes, and how many notes it left out for want of room. */
  get load(): { readonly bytes: number; readonly dropped: number } {
    const lanes = [...this.#lanes.values()];
    return {
      bytes: lanes.reduce((sum, lane) => sum + lane.bytes, 0),
      dropped: lanes.reduce((sum, lane) => sum + lane.dropped, 0),
    };
  }

  /** The next events from `from` on: a bounded batch; empty when there are none and `wait` is not asked. */
  async read(
    workspace: string,
    from: number,
    options: { wait: boolean; signal?: AbortSignal },
  ): Promise<LazyBatch> {
    const { signal } = options;
    const reply = await this.#line().request(
      'read',
      { workspace, from, wait: options.wait },
      signal ? { signal } : {},
    );
    return new LazyBatch(reply.meta.count === 0 ? undefined : reply.body);
  }

  /** All events of some types, in sequence, read in bounded batches. No types: all events, also those whose payload is gone. */
  async *readTypes(workspace: string, types: readonly EventType[], from = 1): AsyncGenerator<StoredEvent> {
    for (let next = from; ; ) {
      const { meta, body } = await this.#line().request('readTypes', {
        workspace,
        from: next,
        types: [...types],
      });
      const last = meta.sequences.at(-1);
      if (last === undefined) return;
      for (const [i, { event }] of decodeBatch(body).entries())
        yield { sequence: meta.sequences[i] ?? last, event };
      next = last + 1;
    }
  }

  async event(workspace: string, id: string): Promise<StoredEvent | undefined> {
    const reply = await this.#line().request('event', { workspace, id });
    return reply.meta.sequence === null ? undefined : decodeBatch(reply.body)[0];
  }

  /** The predictionMade event of that receipt. */
  async receipt(workspace: string, prediction: string): Promise<StoredEvent | undefined> {
    const reply = await this.#line().request('receipt', { workspace, prediction });
    return reply.meta.sequence === null ? undefined : decodeBatch(reply.body)[0];
  }

  /** All snapshots of a learner, newest first; a state that several lineages came to is listed once for each. */
  async snapshots(workspace: string, learner: string): Promise<SnapshotInfo[]> {
    return (await this.#line().request('snapshots', { workspace, learner })).meta;
  }

  /**
   * A snapshot at its newest place; undefined when it is not there, or was damaged.
   * @throws LMCP_BAD_STATE when a newer version wrote it
   */
  async snapshot(
    workspace: string,
    id: string,
  ): Promise<(SnapshotInfo & { readonly state: Uint8Array }) | undefined> {
    const reply = await this.#line().request('snapshot', { workspace, id });
    return reply.meta === null ? undefined : { ...reply.meta, state: reply.body };
  }

  /** Copies what the journal is indexed by into a folder, and tells what the segments hold: at least what the copy knows of. */
  async backUp(workspace: string, views: string): Promise<JournalPrefix> {
    return (await this.#line().request('backUp', { workspace, views })).meta;
  }

  /**
   * Takes forgotten events off the disk: their payloads, their index rows, snapshots that had folded them. Others append and read
   * meanwhile; for the last step the workspace's journal is closed and opened, and they wait. Learners are their server's to rebuild.
   * @throws LMCP_DISK_FULL, LMCP_DISK, LMCP_JOURNAL_CORRUPT; what was done before stays done, and a retry goes on
   */
  async compact(workspace: string): Promise<CompactReport> {
    return (await this.#line().request('compact', { workspace })).meta;
  }

  /**
   * Keeps a state durably; resolves with its id. `keep`: ids that must not be pruned for it; `places`: what places that an equal state
   * must not take have folded; `consumes`: types of events that its learner consumes, absent: any.
   * @throws LMCP_STALE_STATE when it has folded what was forgotten since
   */
  async putSnapshot(
    workspace: string,
    snapshot: SnapshotPlace & {
      readonly keep: readonly string[];
      readonly places?: readonly SnapshotPlace['folded'][];
      readonly consumes?: Iterable<EventType>;
      readonly state: Uint8Array;
    },
  ): Promise<string> {
    const { state, keep, places = [], consumes, ...place } = snapshot;
    const types = consumes && { consumes: [...consumes] };
    const ask = { workspace, ...place, keep: [...keep], places: [...places], ...types };
    return (await this.#line().request('putSnapshot', ask, { body: state })).meta.id;
  }

  async dropSnapshots(workspace: string, ids: readonly string[]): Promise<void> {
    await this.#line().request('dropSnapshots', { workspace, ids: [...ids] });
  }

  #lane(workspace: string): JournalLane {
    let lane = this.#lanes.get(workspace);
    if (!lane) {
      lane = new JournalLane(workspace, this.#line);
      this.#lanes.set(workspace, lane);
    }
    return lane;
  }
}
