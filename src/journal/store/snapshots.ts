/**
 * Snapshots of learners: a fold's state at a place in the journal, named by its content, with parents, as git names commits.
 * They exist so that a restart replays a tail and a rollback is a pointer; losing them costs a replay, nothing else.
 * Invariant: a state is returned only when its hash is the one in its name.
 *
 * Rows: `snapshot/<id>` says what and where (snapshot-row.ts), `state/<id>/<offset>` holds the bytes, `of/<learner>/<id>` lists them.
 */
import { createHash } from 'node:crypto';
import { LmcpError } from '../../errors/index.js';
import type { SequenceSet } from '../sequence-set.js';
import {
  decodeRow,
  encodeRow,
  NewerRow,
  newestFirst,
  type Place,
  type Ranges,
  type SnapshotRow,
  withPlace,
} from './snapshot-row.js';
import type { Store, StoreOperation } from './store.js';

/** One state at one place; a state that several lineages came to is told once for each. */
export interface SnapshotInfo extends Place {
  /** SHA-256 (hex) of learner, model version and state. */
  readonly id: string;
  readonly learner: string;
  readonly modelVersion: string;
  /** Bytes of the state. */
  readonly size: number;
}

export interface Snapshot extends SnapshotInfo {
  readonly state: Uint8Array;
}

/** What the caller gives; the id follows from it. */
export type SnapshotInit = Omit<SnapshotInfo, 'id' | 'size' | 'scorecard'> & {
  readonly scorecard?: unknown;
  readonly state: Uint8Array;
  /** Types of events that the learner consumes; absent: any. */
  readonly consumes?: readonly string[] | undefined;
};

/** What is not pruned for a snapshot that is stored. */
export interface Protected {
  readonly ids?: ReadonlySet<string>;
  /** What the places of tags and branches have folded: an equal state further along does not take theirs. */
  readonly places?: readonly Ranges[];
}

/** What `eventsForgotten` events after one of that number name, of those that concern a learner of these types. */
export type ForgottenAfter = (sequence: number, consumes: readonly string[] | undefined) => SequenceSet;

export interface KeepPolicy {
  /** The newest so many are kept. */
  readonly newest: number;
  /** Of those before, the last of each day (UTC), for so many days that have one. */
  readonly days: number;
  /** Bytes of states a learner may keep in all; the oldest go first, the two newest and protected ones never. */
  readonly bytes: number;
}

/** With it a learner keeps at most 35 snapshots and 128 MiB, and those it protects; LMDB uses the pages of removed ones again. */
const defaultKeep: KeepPolicy = { newest: 5, days: 30, bytes: 128 * 1024 * 1024 };
/** So many of the newest stay whatever they weigh: one may turn out damaged. */
const leastKept = 2;
const chunkBytes = 4 * 1024 * 1024;

export class Snapshots {
  constructor(
    readonly store: Store,
    private readonly keep: KeepPolicy = defaultKeep,
  ) {}

  /** The id that a state has. */
  static id({ learner, modelVersion, state }: Pick<Snapshot, 'learner' | 'modelVersion' | 'state'>): string {
    const named = createHash('sha256');
    for (const part of [learner, modelVersion]) named.update(`${Buffer.byteLength(part)}:`).update(part);
    return named.update(state).digest('hex');
  }

  /**
   * Stores a snapshot durably and prunes older ones of its learner (never protected ones: heads of branches, tags). An equal state
   * further along the same lineage moves to the later place; one of another lineage gets a place beside it, under the same id.
   */
  async put(init: SnapshotInit, { ids, places: kept = [] }: Protected = {}): Promise<SnapshotInfo> {
    const { state, learner, modelVersion, consumes, scorecard = null, ...given } = init;
    const id = Snapshots.id(init);
    const place: Place = { ...given, scorecard, parents: given.parents.filter((parent) => parent !== id) };
    const places = withPlace(this.#row(id)?.places ?? [], place, kept);
    const row: SnapshotRow = { learner, modelVersion, size: state.length, consumes, places };
    const operations: StoreOperation[] = [
      ...this.#outdated(),
      { put: `snapshot/${id}`, value: encodeRow(row) },
      { put: listKey(learner, id), value: new Uint8Array(0) },
    ];
    for (let at = 0; at < state.length; at += chunkBytes)
      operations.push({ put: stateKey(id, at), value: state.subarray(at, at + chunkBytes) });
    await this.store.write(operations);
    await this.prune(learner, new Set([...(ids ?? []), id]));
    await this.store.flushed();
    return { id, learner, modelVersion, size: state.length, ...place };
  }

  /** What is known of a snapshot at its newest place, without its state. */
  info(id: string): SnapshotInfo | undefined {
    const row = this.#row(id);
    return row && infosOf(id, row)[0];
  }

  /** @throws LMCP_BAD_STATE when its bytes are not those it was named for, or a newer version wrote it. */
  get(id: string): Snapshot | undefined {
    const bytes = this.store.get(`snapshot/${id}`);
    const row = bytes && decodeRow(bytes, id);
    const info = row && infosOf(id, row)[0];
    if (!info) return undefined;
    const state = new Uint8Array(
      Buffer.concat([...this.store.range(statesOf(id))].map(({ value }) => value)),
    );
    if (Snapshots.id({ ...info, state }) !== id)
      throw new LmcpError('LMCP_BAD_STATE', `Snapshot ${id.slice(0, 12)} of ${info.learner} is damaged.`);
    return { ...info, state };
  }

  /** As `get`, but one that is damaged is removed and undefined. @throws LMCP_BAD_STATE when a newer version wrote it */
  async sound(id: string): Promise<Snapshot | undefined> {
    try {
      return this.get(id);
    } catch (error) {
      if (!(error instanceof LmcpError) || error instanceof NewerRow) throw error;
      await this.drop([id]);
      return undefined;
    }
  }

  /** All snapshots of a learner, newest (highest offset) first; those of other versions of the rows are passed over. */
  list(learner: string): SnapshotInfo[] {
    return this.#ids(learner)
      .flatMap((id) => {
        const row = this.#row(id);
        return row ? infosOf(id, row) : [];
      })
      .sort(newestFirst);
  }

  /** Removes what the keep policy does not hold; returns the ids that went. */
  async prune(learner: string, protectedIds: ReadonlySet<string> = new Set()): Promise<string[]> {
    const days = new Set<string>();
    const seen = new Set<string>();
    let bytes = 0;
    const newest = this.list(learner).filter(({ id }) => !seen.has(id) && seen.add(id));
    const gone = newest.filter((info, position) => {
      const stays = protectedIds.has(info.id);
      if (!stays && position >= leastKept && bytes + info.size > this.keep.bytes) return true;
      bytes += info.size;
      if (stays || position < this.keep.newest) return false;
      const day = new Date(info.at).toISOString().slice(0, 10);
      if (days.has(day) || days.size >= this.keep.days) return true;
      days.add(day);
      return false;
    });
    const ids = gone.map(({ id }) => id);
    await this.drop(ids);
    return ids;
  }

  /** Removes snapshots; ids that are not there are passed over. */
  async drop(ids: readonly string[]): Promise<void> {
    const operations = ids.flatMap((id) => this.#removal(id));
    if (operations.length > 0) await this.store.write(operations);
  }

  /**
   * Removes whatever may hold something of events that were forgotten: places that had folded one and did not know that it is,
   * states that are left without a place, and rows that this version cannot read. Returns how many states went.
   */
  async forget(forgottenAfter: ForgottenAfter): Promise<number> {
    const operations = this.#outdated();
    let gone = 0;
    for (const key of keysOf(this.store, 'snapshot')) {
      const id = key.slice('snapshot/'.length);
      const row = this.#row(id);
      const places = row?.places.filter(
        ({ folded, forgotten }) => !forgottenAfter(forgotten, row.consumes).meets(folded),
      );
      if (!row || !places || places.length === 0) {
        operations.push(...this.#removal(id));
        gone += 1;
      } else if (places.length < row.places.length)
        operations.push({ put: `snapshot/${id}`, value: encodeRow({ ...row, places }) });
    }
    if (operations.length > 0) await this.store.write(operations);
    return gone;
  }

  /** The row, if this version reads it. */
  #row(id: string): SnapshotRow | undefined {
    try {
      const bytes = this.store.get(`snapshot/${id}`);
      return bytes && decodeRow(bytes, id);
    } catch (error) {
      if (error instanceof LmcpError) return undefined;
      throw error;
    }
  }

  #ids(learner: string): string[] {
    const prefix = `of/${encodeURIComponent(learner)}`;
    return keysOf(this.store, prefix).map((key) => key.slice(prefix.length + 1));
  }

  /** Removes what versions that knew no lineages left: rows listed by offset. */
  #outdated(): StoreOperation[] {
    return [...this.store.range({ start: 'order/', end: 'order0' })].flatMap(({ key, value }) => {
      const id = Buffer.from(value).toString('latin1');
      return [{ remove: key }, ...(this.#row(id) ? [] : this.#removal(id))];
    });
  }

  #removal(id: string): StoreOperation[] {
    const row = this.#row(id);
    const lists = row
      ? [listKey(row.learner, id)]
      : keysOf(this.store, 'of').filter((key) => key.endsWith(`/${id}`));
    const states = row
      ? Array.from({ length: Math.ceil(row.size / chunkBytes) }, (_, i) => stateKey(id, i * chunkBytes))
      : [...this.store.range(statesOf(id))].map(({ key }) => key);
    return [`snapshot/${id}`, ...lists, ...states].map((remove) => ({ remove }));
  }
}

/** One for each place, newest first. */
function infosOf(id: string, { places, consumes: _, ...row }: SnapshotRow): SnapshotInfo[] {
  return places.map((place) => ({ id, ...row, ...place }));
}

function keysOf(store: Store, prefix: string): string[] {
  return [...store.range({ start: `${prefix}/`, end: `${prefix}0` })].map(({ key }) => key);
}

function listKey(learner: string, id: string): string {
  return `of/${encodeURIComponent(learner)}/${id}`;
}

function stateKey(id: string, at: number): string {
  return `state/${id}/${at.toString(36).padStart(11, '0')}`;
}

function statesOf(id: string): { readonly start: string; readonly end: string } {
  return { start: `state/${id}/`, end: `state/${id}0` };
}
