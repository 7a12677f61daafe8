/**
 * The journal as any other thread sees it: append, read on, snapshots, receipts.
 * It exists so that server and pool threads never open a journal file.
 * Invariant: `append` resolves after the event is on disk; `note` never waits; reading is in sequence.
 */
import { create, toBinary } from '@bufbuild/protobuf';
import { decodeBatch, encodeBatch } from '../journal/index.js';
import { EventSchema, type EventType, type StoredEvent } from '../proto/index.js';
import { noBytes } from './frame.js';
import type { JournalMethods, NoMethods } from './messages.js';
import type { Peer } from './peer.js';
import type { EventInit } from './services.js';

export interface SnapshotHandle {
  readonly id: string;
  readonly offset: number;
  readonly state: Uint8Array;
}

export class JournalClient {
  readonly #line: () => Peer<JournalMethods, NoMethods>;

  /** @param line the way to the journal thread as it is now: the gateway's changes when that thread was started anew. */
  constructor(line: () => Peer<JournalMethods, NoMethods>) {
    this.#line = line;
  }

  /** Opens (or creates) a workspace's journal. `cut` tells of an unacknowledged tail that a crash left and opening removed. */
  async open(workspace: string): Promise<{ last: number; cut: string | null }> {
    return (await this.#line().request('open', { workspace })).meta;
  }

  /** Resolves with the last sequence once all of it is on disk. */
  async append(workspace: string, events: readonly EventInit[]): Promise<number> {
    const body = encode(workspace, events);
    return (await this.#line().request('append', { workspace, durable: true }, { body })).meta.last;
  }

  /** Telemetry: in order, but nobody waits for the disk. */
  note(workspace: string, events: readonly EventInit[]): void {
    this.#line().cast('append', { workspace, durable: false }, encode(workspace, events));
  }

  /** The next events from `from` on: a bounded batch; empty when there are none and `wait` is not asked. */
  async read(
    workspace: string,
    from: number,
    options: { wait: boolean; signal?: AbortSignal },
  ): Promise<StoredEvent[]> {
    const { signal } = options;
    const reply = await this.#line().request(
      'read',
      { workspace, from, wait: options.wait },
      signal ? { signal } : {},
    );
    return reply.meta.count === 0 ? [] : decodeBatch(reply.body);
  }

  /** All events of some types, in sequence, read in bounded batches. */
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

  async latestSnapshot(workspace: string, learner: string): Promise<SnapshotHandle | undefined> {
    const reply = await this.#line().request('latestSnapshot', { workspace, learner });
    return reply.meta === null ? undefined : { ...reply.meta, state: reply.body };
  }

  async putSnapshot(
    workspace: string,
    snapshot: { learner: string; offset: number; parents: string[]; at: number; state: Uint8Array },
  ): Promise<string> {
    const { state, ...rest } = snapshot;
    return (await this.#line().request('putSnapshot', { workspace, ...rest }, { body: state })).meta.id;
  }
}

function encode(workspace: string, events: readonly EventInit[]): Uint8Array {
  if (events.length === 0) return noBytes;
  return encodeBatch(
    0,
    events.map((event) => toBinary(EventSchema, create(EventSchema, { ...event, workspace } as EventInit))),
  );
}
