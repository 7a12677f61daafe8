/**
 * What the generator of lines is told to do, and what it tells back.
 * It exists so that load over the unix socket runs apart from the daemon and from the bench.
 * Invariant: every line that was sent is answered for: right, wrong by reason, or never answered.
 */
import type { Phase } from '../../http/load/job.js';

export interface LinesJob {
  /** Of the unix socket. */
  readonly path: string;
  /** First line of every connection. */
  readonly preface: string;
  /** The server's process, for its CPU time in the same window. */
  readonly pid: number;
  readonly connections: number;
  /** Requests with the id 100000000, sent in turn, each with an id of its own. */
  readonly lines: readonly string[];
  /** Requests under way at once on a connection; undefined: as the schedule says. */
  readonly depth?: number;
  /** Requests a second; undefined: as fast as answers come. */
  readonly rate?: number;
  readonly warmUpSeconds: number;
  readonly seconds: number;
}

export type LinesAnswer = { readonly phase: Phase } | { readonly error: string };
