/**
 * Every message that crosses threads, by who answers it. Bytes (bodies, batches, states) travel beside these data.
 * It exists so that one page shows how the threads talk.
 * Invariant: plain JSON data only; whatever is large or opaque is the frame's body.
 */

import type { CompactReport, JournalPrefix } from '../journal/index.js';
import type { EventType } from '../proto/index.js';
import type { CallContext, CallRequest } from '../protocol/index.js';
import type { backupsOf } from './backups.js';
import type { FoldStatus } from './fold-status.js';

/** Answered by the journal thread. */
export type JournalMethods = {
  open: { ask: { workspace: string }; answer: { last: number; cut: string | null } };
  /**
   * Body: an encoded batch (sequence numbers in it are ignored). Answers after fdatasync when durable, else when it was taken.
   * `dropped`: telemetry that its sender left out for want of room since it last said so.
   */
  append: {
    ask: { workspace: string; durable: boolean; dropped: number };
    answer: { first: number; last: number };
  };
  /** Answers with an encoded batch that begins at or after `from`; with `wait`, not before there is one. */
  read: { ask: { workspace: string; from: number; wait: boolean }; answer: { count: number; last: number } };
  /**
   * Events of some types from `from` on, a bounded batch; `sequences` are theirs, for the batch's own run on. No types: all events,
   * also those whose payload is gone.
   */
  readTypes: {
    ask: { workspace: string; from: number; types: EventType[] };
    answer: { sequences: number[] };
  };
  event: { ask: { workspace: string; id: string }; answer: { sequence: number | null } };
  receipt: { ask: { workspace: string; prediction: string }; answer: { sequence: number | null } };
  /** All of a learner, newest first; a state that several lineages came to is listed once for each. */
  snapshots: { ask: { workspace: string; learner: string }; answer: SnapshotInfo[] };
  /** Answer's body: the state. Null when there is none, or it was damaged (it is removed then). */
  snapshot: { ask: { workspace: string; id: string }; answer: SnapshotInfo | null };
  /**
   * Body: the state. `keep`: ids that must not be pruned; `places`: what places that must stay have folded; `consumes`: the types of
   * events that the learner consumes, absent: any.
   */
  putSnapshot: {
    ask: { workspace: string; keep: string[]; places?: Ranges[]; consumes?: EventType[] } & SnapshotPlace;
    answer: { id: string };
  };
  dropSnapshots: { ask: { workspace: string; ids: string[] }; answer: null };
  /** Copies the store into the folder `views`; answers with what the segments held after that. */
  backUp: { ask: { workspace: string; views: string }; answer: JournalPrefix };
  /** Takes forgotten payloads off the disk: out of the segments, the index and its free pages, and snapshots that had folded them. */
  compact: { ask: { workspace: string }; answer: CompactReport };
  status: { ask: null; answer: JournalStatus };
  close: { ask: null; answer: null };
};

/** Closed ranges of sequences. */
type Ranges = readonly (readonly [from: number, to: number])[];

/** Where a learner has a state. */
export interface SnapshotPlace {
  readonly learner: string;
  /** Last journal sequence it has seen. */
  readonly offset: number;
  /** Closed ranges of sequences that it has folded. */
  readonly folded: Ranges;
  /** Sequence of the last `eventsForgotten` it knows of; 0 for none. */
  readonly forgotten: number;
  readonly parents: readonly string[];
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Any JSON; null when there is none. */
  readonly scorecard: unknown;
}

export interface SnapshotInfo extends SnapshotPlace {
  /** SHA-256 (hex) of the learner's name and the state: equal states have one id. */
  readonly id: string;
  /** Bytes of the state. */
  readonly size: number;
}

export interface JournalStatus {
  readonly heapBytes: number;
  readonly workspaces: readonly {
    readonly id: string;
    readonly last: number;
    readonly readOnly: string | null;
  }[];
}

/** Answered by a server thread. */
export type ServerMethods = {
  /** Body: the client's JSON-RPC request. Answer's body: the JSON-RPC response. Notes: notifications. */
  call: { ask: Omit<CallRequest, 'body'>; answer: null };
  query: { ask: { workspace: string; query: string; argument: unknown }; answer: unknown };
  status: { ask: null; answer: ServerReport };
  /** Opens a workspace before it is asked for. */
  open: { ask: { workspace: string; root?: string }; answer: null };
  /** The supervisor's question whether the event loop runs; the answer is in shared memory (pulse.ts). */
  beat: { ask: null; answer: null };
  /** Takes snapshots and lets go of everything. */
  stop: { ask: null; answer: null };
};

export interface ServerStatus extends ServerReport {
  /** As last measured; `externalBytes`: ArrayBuffers, Buffers, WebAssembly. The limit is of their sum. */
  readonly memory: {
    readonly heapBytes: number;
    readonly externalBytes: number;
    readonly limitBytes: number;
  };
  readonly restarts: number;
  /** `at`: milliseconds since the epoch. */
  readonly lastDeath: { readonly at: number; readonly reason: string } | null;
}

export interface ServerReport {
  readonly heapBytes: number;
  readonly workspaces: readonly {
    readonly id: string;
    readonly fold: FoldStatus;
    readonly learning: Progress | null;
  }[];
}

/** How far a long piece of work is; `total` is null while it is not known. */
export interface Progress {
  readonly what: string;
  readonly done: number;
  readonly total: number | null;
}

/** Answered by the gateway thread to a server thread. */
export type GatewayMethods = {
  /** Runs an exported function of a module in the pool. Notes: Progress. */
  job: { ask: JobRequest; answer: unknown };
  ask: { ask: { server: string; workspace: string; query: string; argument: unknown }; answer: unknown };
  askAll: { ask: { workspace: string; query: string; argument: unknown }; answer: Record<string, unknown> };
  workspace: { ask: { id: string }; answer: { root: string | null } };
  /** Backups taken of the data folder, newest first. */
  backups: { ask: null; answer: ReturnType<typeof backupsOf> };
  /** A list, or one resource, is not what it was. */
  changed: { ask: Changed; answer: null };
  log: { ask: { level: 'info' | 'warn' | 'error'; text: string }; answer: null };
};

/** What a server's client may have to read again. */
export interface Changed {
  readonly workspace: string;
  readonly what: 'tools' | 'prompts' | 'resources' | 'resource';
  /** Of a resource. */
  readonly uri?: string;
}

/** Slow work for the pool: `name` is exported by `module` (a file URL) as a `Job`. */
export interface JobRequest {
  readonly module: string;
  readonly name: string;
  readonly workspace: string;
  readonly argument: unknown;
}

/** Answered by a pool thread. */
export type PoolMethods = {
  run: { ask: JobRequest; answer: unknown };
  beat: { ask: null; answer: null };
};

export type NoMethods = Record<never, never>;
export type { CallContext };
