/**
 * What the load generator is told to do, and what it tells back: plain data between two processes.
 * It exists so that load runs apart from the servers and from the bench.
 * Invariant: everything that was asked for is answered for: right, wrong by reason, or never answered.
 */
import type { Latency } from './samples.js';
import type { Template } from './template.js';

interface Common {
  readonly port: number;
  /** The server's process, for its CPU time in the same window. */
  readonly pid: number;
  readonly connections: number;
  /** Sent in turn. */
  readonly templates: readonly Template[];
}

/** Each connection sends its next request when the last was answered. */
export interface ClosedJob extends Common {
  readonly kind: 'closed';
  readonly warmUpSeconds: number;
  readonly seconds: number;
}

/** Requests start when the clock says, whether or not earlier ones were answered; latency counts from then. */
export interface PacedJob extends Common {
  readonly kind: 'paced';
  readonly phases: readonly { readonly rate: number; readonly seconds: number }[];
  /** How the generator waits: `spin` needs a core of its own, `sleep` adds up to about 0.1 ms to every latency. */
  readonly wait: 'spin' | 'sleep';
}

export type Job = ClosedJob | PacedJob;

export interface Phase {
  readonly seconds: number;
  readonly answers: number;
  /** Reason → count. */
  readonly failures: Readonly<Record<string, number>>;
  /** Right answers a second. */
  readonly rate: number;
  /** Milliseconds. */
  readonly latency: Latency;
  /** CPU seconds of the server's process (all threads) and of the generator. */
  readonly serverCpu: number;
  /** Of it, the first thread: where a server reads and writes its connections. */
  readonly mainCpu: number;
  readonly loadCpu: number;
}

export type Answer = { readonly phases: readonly Phase[] } | { readonly error: string };
