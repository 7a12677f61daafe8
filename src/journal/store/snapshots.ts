/**
 * Snapshots of learners: a fold's state at an offset, named by its content, with parents, as git names commits.
 * They exist so that a restart replays a tail and a rollback is a pointer; losing them costs a replay, nothing else.
 * Invariant: a state is returned only when its hash is the one in its name.
 */
import { createHash } from 'node:crypto';
import { LmcpError } from '../../errors/index.js';
import type { Store, StoreOperation } from './store.js';

export interface SnapshotInfo {
  /** SHA-256 (hex) of learner, model version and state. */
  readonly id: string;
  readonly learner: string;
  readonly modelVersion: string;
  /** Last journal sequence folded into the state. */
  readonly offset: number;
  readonly parents: readonly string[];
  /** When it was taken, milliseconds since the epoch. */
  readonly at: number;
  /** Bytes of the state. */
  readonly size: number;
  /** The scorecard at that time, any JSON; null when there was none. */
  readonly scorecard: unknown;
}

export interface Snapshot extends SnapshotInfo {
  readonly state: Uint8Array;
}

/** What the caller gives; the id follows from it. */
export type SnapshotInit = Omit<SnapshotInfo, 'id' | 'size' | 'scorecard'> & {
  readonly scorecard?: unknown;
  readonly state: Uint8Array;
};

export interface KeepPolicy {
  /** The newest so many are kept. */
  readonly newest: number;
  /** Of those before, the last of each day (UTC), for so many days that have one. */
  readonly days: number;
  /** Bytes of states a learner may keep in all; the oldest go first, the two newest and protected ones never. */
  readonly bytes: number;
}

/** With it a learner keeps at most 35 snapshots and 128 MiB; LMDB uses the pages of removed ones again. */
const defaultKeep: KeepPolicy = { newest: 5, days: 30, bytes: 128 * 1024 * 1024 };
/** So many of the newest stay whatever they weigh: one may turn out damaged. */
const leastKept = 2;
const chunkBytes = 4 * 1024 * 1024;

export class Snapshots {
  constructor(
    private readonly store: Store,
    private readonly keep: KeepPolicy = defaultKeep,
  ) {}

  /** The id that a state has. */
  static id({ learner, modelVersion, state }: Pick<Snapshot, 'learner' | 'modelVersion' | 'state'>): string {
    const named = createHash('sha256');
    for (const part of [learner, modelVersion]) named.update(`${Buffer.byteLength(part)}:`).update(part);
    return named.update(state).digest('hex');
  }

  /**
   * Stores a snapshot durably and prunes older ones of its learner (never `protectedIds`, e.g. tagged heads).
   * An equal state at a later offset keeps its id and moves to the later offset.
   */
  async put(init: SnapshotInit, protectedIds: ReadonlySet<string> = new Set()): Promise<SnapshotInfo> {
    const { state, scorecard = null, ...rest } = init;
    const id = Snapshots.id(init);
    const before = this.info(id);
    const info: SnapshotInfo = {
      ...rest,
      parents: init.parents.filter((parent) => parent !== id),
      id,
      size: state.length,
      scorecard,
    };
    const operations: StoreOperation[] = [
      { put: `snapshot/${id}`, value: Buffer.from(JSON.stringify(info)) },
    ];
    if (before && before.offset !== info.offset) operations.push({ remove: orderKey(before) });
    operations.push({ put: orderKey(info), value: Buffer.from(id) });
    for (let at = 0; at < state.length; at += chunkBytes)
      operations.push({ put: stateKey(id, at), value: state.subarray(at, at + chunkBytes) });
    await this.store.write(operations);
    await this.prune(init.learner, protectedIds);
    await this.store.flushed();
    return info;
  }

  /** What is known of a snapshot, without its state. */
  info(id: string): SnapshotInfo | undefined {
    try {
      const bytes = this.store.get(`snapshot/${id}`);
      return bytes && (JSON.parse(Buffer.from(bytes).toString('utf8')) as SnapshotInfo);
    } catch {
      return undefined;
    }
  }

  /** @throws LMCP_BAD_STATE when its bytes are not those it was named for. */
  get(id: string): Snapshot | undefined {
    const info = this.info(id);
    if (!info) return undefined;
    const parts = [...this.store.range({ start: `state/${id}/`, end: `state/${id}0` })].map(
      ({ value }) => value,
    );
    const state = new Uint8Array(Buffer.concat(parts));
    if (Snapshots.id({ ...info, state }) !== id)
      throw new LmcpError('LMCP_BAD_STATE', `Snapshot ${id.slice(0, 12)} of ${info.learner} is damaged.`);
    return { ...info, state };
  }

  /** The newest sound snapshot of a learner at or before an offset; damaged ones are passed over. */
  latest(
    learner: string,
    options: { readonly modelVersion?: string; readonly atOrBefore?: number } = {},
  ): Snapshot | undefined {
    const { modelVersion, atOrBefore = Number.MAX_SAFE_INTEGER } = options;
    for (const info of this.#newestFirst(learner)) {
      if (info.offset > atOrBefore || (modelVersion !== undefined && info.modelVersion !== modelVersion))
        continue;
      try {
        return this.get(info.id);
      } catch (error) {
        if (!(error instanceof LmcpError)) throw error;
      }
    }
    return undefined;
  }

  /** All snapshots of a learner, newest (highest offset) first. */
  list(learner: string): SnapshotInfo[] {
    return [...this.#newestFirst(learner)];
  }

  /** Removes what the keep policy does not hold; returns the ids that went. */
  async prune(learner: string, protectedIds: ReadonlySet<string> = new Set()): Promise<string[]> {
    const days = new Set<string>();
    let bytes = 0;
    const gone = this.list(learner).filter((info, position) => {
      if (protectedIds.has(info.id)) return false;
      if (position >= leastKept && bytes + info.size > this.keep.bytes) return true;
      bytes += info.size;
      if (position < this.keep.newest) return false;
      const day = new Date(info.at).toISOString().slice(0, 10);
      if (days.has(day) || days.size >= this.keep.days) return true;
      days.add(day);
      return false;
    });
    if (gone.length > 0) await this.store.write(gone.flatMap((info) => removal(info)));
    return gone.map(({ id }) => id);
  }

  *#newestFirst(learner: string): Generator<SnapshotInfo> {
    const prefix = `order/${encodeURIComponent(learner)}`;
    for (const { value } of [
      ...this.store.range({ start: `${prefix}/`, end: `${prefix}0`, reverse: true }),
    ]) {
      const info = this.info(Buffer.from(value).toString('latin1'));
      if (info) yield info;
    }
  }
}

function orderKey({ learner, offset, id }: SnapshotInfo): string {
  return `order/${encodeURIComponent(learner)}/${offset.toString(36).padStart(11, '0')}/${id}`;
}

function stateKey(id: string, at: number): string {
  return `state/${id}/${at.toString(36).padStart(11, '0')}`;
}

function removal(info: SnapshotInfo): StoreOperation[] {
  const chunks = Math.ceil(info.size / chunkBytes);
  return [
    { remove: `snapshot/${info.id}` },
    { remove: orderKey(info) },
    ...Array.from({ length: chunks }, (_, i) => ({ remove: stateKey(info.id, i * chunkBytes) })),
  ];
}
