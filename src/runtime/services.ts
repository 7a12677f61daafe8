/**
 * What a server's tools and adapters may ask of the runtime: their workspace, its learners, its journal, the other servers.
 * It exists so that domain code never sees a thread, a socket or a file of ours.
 * Invariant: learners change only by events the journal hands back; handlers read them and append events.
 */
import type { CompactReport, EventInit } from '../journal/index.js';
import type { AnyLearner, Mode } from '../learning/index.js';
import type { Payload } from '../proto/index.js';
import type { RememberedBackup } from './backups.js';
import type { StateMap } from './state-map.js';

export type { EventInit };

/** What a served prediction's receipt says beyond what the runtime fills in (id, offset, expiry, weight). */
export interface ReceiptInit {
  readonly task: string;
  readonly model: string;
  readonly subject?: string;
  readonly question?: readonly string[];
  /** A ranking, best first. */
  readonly ranked?: readonly string[];
  /** label → probability. */
  readonly distribution?: Readonly<Record<string, number>>;
  readonly baseline?: Readonly<Record<string, number>>;
  readonly values?: Readonly<Record<string, number>>;
  readonly mode: Mode;
  /** How long an outcome may take to arrive, in milliseconds. */
  readonly expiresInMs: number;
}

/** What session context may be: plain, small, and never changed once it is in. */
export type StateValue = string | number | readonly (string | number)[];

/** Where something was done. */
export interface DoneAt {
  /** Absolute root of the working tree; null: in none, not given: the workspace's own. */
  readonly root?: string | null | undefined;
  /** Absolute folder. */
  readonly cwd?: string | undefined;
}

/** What is known of something that was done and that the capture budget keeps. */
export interface Captured {
  /** Checked out there within the last two seconds; empty: a detached head, or none to be read. */
  readonly branch: string;
  /** Folder relative to the root; empty: the root itself, outside of it, or not known. */
  readonly cwd: string;
  /** How many events this one stands for, at least 1. */
  readonly sampleWeight: number;
}

/** One workspace (a repository) as a server thread sees it. */
export interface Workspace {
  readonly id: string;
  /** Absolute root of the working tree, or null when none is attached. */
  readonly root: string | null;
  /** The learner of that task in this thread, folded up to `offset`. */
  learner<L extends AnyLearner>(task: string): L;
  /** Sequence of the last event the learners have folded. */
  readonly offset: number;
  /** True while a first import of history is still running. */
  readonly learning: { readonly done: number; readonly total: number | null } | null;
  /**
   * Waits until what the adapters found at opening is learned, at most so many milliseconds; false when it was not enough.
   * A question asked right after a start is better answered late than from nothing.
   */
  ready(atMost: number, signal: AbortSignal): Promise<boolean>;
  /** Whether it is learned already: spares a call the wait and its signal. */
  readonly isReady: boolean;
  /** Appends and resolves with the last sequence after fdatasync. */
  append(events: readonly EventInit[]): Promise<number>;
  /** Appends without waiting: telemetry. */
  note(event: EventInit): void;
  /**
   * Notes what was done at a place, within the capture budget: above it a sample is kept and the rest is counted.
   * @param describe makes the event; called at once, and only for what is kept
   * @returns whether it was kept
   */
  capture(at: DoneAt, describe: (captured: Captured) => EventInit): boolean;
  /** Waits until the learners of this thread have folded `sequence`. @throws LMCP_CANCELLED when the signal ends the wait */
  folded(sequence: number, signal?: AbortSignal): Promise<void>;
  /** The receipt of that id, whatever server wrote it; null when there is none. */
  findReceipt(prediction: string): Promise<Payload<'predictionMade'> | null>;
  /** Context of sessions, by keys such as "SESSION/what": bounded, with versions and expiry, gone with the thread. */
  readonly state: StateMap<StateValue>;
  /** Writes a receipt within the capture budget; null when it was sampled out. */
  receipt(receipt: ReceiptInit): string | null;
}

export interface Services {
  readonly workspace: Workspace;
  /** Absolute: what is kept, the daemon's address and its token; out of reach of whatever a server runs. */
  readonly dataFolder: string;
  /** Asks another server's thread: one of its named queries. */
  ask(server: string, query: string, argument: unknown): Promise<unknown>;
  /** Asks every server the same query: server → its answer. A server that fails is left out and logged. */
  askAll(query: string, argument: unknown): Promise<Readonly<Record<string, unknown>>>;
  /** Runs slow work in the pool; resolves with what the job, exported by the module under that name, returned. */
  job(module: URL, name: string, argument: unknown): Promise<unknown>;
  /** Takes forgotten events of this workspace off the disk. */
  compact(): Promise<CompactReport>;
  /** Backups taken of the data folder, newest first. */
  backups(): Promise<readonly RememberedBackup[]>;
  /** Says that a list, or the resource of that URI, is not what it was: clients that listen are told. */
  changed(what: 'tools' | 'prompts' | 'resources'): void;
  changed(what: 'resource', uri: string): void;
  /** Wall clock, milliseconds. Tools read time here and nowhere else. */
  now(): number;
}
