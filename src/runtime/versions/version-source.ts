/**
 * Where versions of one workspace's learners come from: its journal, its stored snapshots, and how long work is told.
 * It exists so that restoring, preparing and comparing versions are given the same few things.
 * Invariant: nothing here but what is passed in; a stored snapshot is a cache of what the journal holds.
 */
import type { JournalClient } from '../journal-client.js';
import type { Slowly } from '../pulse.js';

export interface VersionSource {
  readonly workspace: string;
  readonly journal: JournalClient;
  /** Wall clock, milliseconds. */
  readonly now: () => number;
  readonly log: (level: 'info' | 'warn' | 'error', text: string) => void;
  /** Announces what may hold the thread: taking and reading a large state. */
  readonly slowly: Slowly;
}
