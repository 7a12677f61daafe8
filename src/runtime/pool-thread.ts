/**
 * Entry of a pool thread: runs one slow job at a time (mining history, parsing a tree).
 * It exists so that no thread that answers ever does slow work; native parsers live and die here.
 * Invariant: a job writes only by appending events, and stops when its signal says so.
 */
import { randomBytes } from 'node:crypto';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { createRedactor, loadHashKey, nodeFiles } from '../journal/index.js';
import type { EventType, StoredEvent } from '../proto/index.js';
import { JournalClient } from './journal-client.js';
import { memoryKeeper } from './memory-keeper.js';
import type { JournalMethods, NoMethods, PoolMethods, Progress } from './messages.js';
import { type ThreadMetrics, watchThread } from './metrics/index.js';
import { answer, Peer } from './peer.js';
import { portLink } from './port-link.js';
import { Pulse } from './pulse.js';
import { type RingEnd, ringLink, spinHere } from './ring-link.js';
import type { EventInit } from './services.js';

/** What a job gets. */
export interface JobContext {
  readonly workspace: string;
  /** Appends and resolves with the last sequence once it is on disk: a job's back-pressure. */
  append(events: readonly EventInit[]): Promise<number>;
  /** What the journal already holds of some types. */
  read(types: readonly EventType[]): AsyncIterable<StoredEvent>;
  /** Keyed hash for what must only be compared, such as authors. */
  hash(text: string): string;
  progress(progress: Progress): void;
  readonly signal: AbortSignal;
  readonly now: () => number;
}

/** A slow piece of work, exported by the module a JobRequest names. Its result is plain data. */
export type Job = (argument: unknown, context: JobContext) => Promise<unknown>;

export interface PoolThreadData {
  readonly line: RingEnd;
  readonly pulse: SharedArrayBuffer;
  readonly limitBytes: number;
  readonly journal: MessagePort;
  /** File of the key that hashes identities. */
  readonly keyFile: string;
  readonly metrics: ThreadMetrics;
}

const data = workerData as PoolThreadData;
if (!parentPort) throw new Error('pool-thread runs as a worker only');
watchThread(data.metrics);
const line = new Peer<JournalMethods, NoMethods>(portLink(data.journal), {});
const journal = new JournalClient(() => line);
const random = (size: number) => new Uint8Array(randomBytes(size));
const redactor = createRedactor({ key: await loadHashKey(nodeFiles, data.keyFile, random) });

const beat = memoryKeeper({
  pulse: new Pulse(data.pulse),
  limitBytes: data.limitBytes,
  letGo: async () => undefined,
});

new Peer<NoMethods, PoolMethods>(ringLink(data.line, { keepAlive: true, spin: spinHere }), {
  beat: () => {
    beat();
    return answer(null);
  },
  run: async ({ module, name, workspace, argument }, { signal, note }) => {
    const exported = (await import(module)) as Record<string, Job>;
    const job = exported[name];
    if (!job) throw new Error(`${module} exports no job "${name}"`);
    const context: JobContext = {
      workspace,
      append: (events) => journal.append(workspace, events),
      read: (types) => journal.readTypes(workspace, types),
      hash: (text) => redactor.keyedHash(text),
      progress: (progress) => note(progress),
      signal,
      now: () => Date.now(),
    };
    return answer(await job(argument, context));
  },
});
