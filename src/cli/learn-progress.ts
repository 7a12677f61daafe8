/**
 * Follows the daemon while it learns a repository, and tells the end.
 * It exists because start and learn show the same work.
 * Invariant: the last event returned is the daemon's own `done`.
 */
import type { DaemonFile } from '../gateway/daemon-file.js';
import type { ScorecardReport } from '../learning/index.js';
import { lines } from './daemon-client.js';
import type { Bar } from './progress.js';

export interface Learned {
  readonly seconds: number;
  readonly workspace: { readonly id: string; readonly root: string };
  readonly state: { readonly offset: number };
  readonly digests: {
    readonly learners: readonly {
      readonly task: string;
      readonly restoredAt: number;
      readonly digest: string;
    }[];
  };
  readonly scorecards: readonly ScorecardReport[];
  /** A file worth asking about, if there is one. */
  readonly example: string | null;
}

interface ProgressLine {
  readonly learning: { readonly what: string; readonly done: number; readonly total: number | null } | null;
  readonly offset: number;
  readonly target: number;
}

/** @param path absolute folder inside the repository. */
export async function followLearning(daemon: DaemonFile, path: string, bar: Bar): Promise<Learned> {
  let workspace: Learned['workspace'] | undefined;
  for await (const line of lines(daemon, { method: 'POST', path: '/api/learn', query: { path } })) {
    if ('workspace' in line) workspace = line.workspace as Learned['workspace'];
    else if (line.done === true && workspace) return { ...(line as unknown as Learned), workspace };
    else show(line as unknown as ProgressLine, bar);
  }
  throw new Error('the daemon ended the stream before learning was done');
}

/** Has the daemon open a repository and begin to learn it, without waiting for the end. @throws what the daemon refuses it with. */
export async function joinRepository(daemon: DaemonFile, path: string): Promise<void> {
  for await (const line of lines(daemon, { method: 'POST', path: '/api/learn', query: { path } }))
    if ('workspace' in line) return;
}

function show({ learning, offset, target }: ProgressLine, bar: Bar): void {
  if (learning) bar.at(learning.done, learning.total, learning.what);
  else if (target > offset) bar.at(offset, target, 'learning from the journal');
}
