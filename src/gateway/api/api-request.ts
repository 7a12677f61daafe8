/**
 * What a route of the API is given: the daemon's parts and one authorised request.
 * It exists so that routes are functions of plain arguments.
 * Invariant: a route sees a request only after access was checked.
 */
import type { IncomingHttpHeaders } from 'node:http';
import type { Threads } from '../../runtime/index.js';
import type { Workspaces } from '../workspaces.js';

export interface ApiOptions {
  readonly token: string;
  /** What an answer for a person needs beside `token`. */
  readonly approvalToken: string;
  readonly version: string;
  readonly workspaces: Workspaces;
  readonly threads: Threads;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** Whether the daemon is on its way down. */
  stopping(): boolean;
  stop(): void;
}

/** An answer that is no JSON. */
export class TextAnswer {
  constructor(
    readonly text: string,
    readonly contentType: string,
  ) {}
}

/** One request of the API, authorised. */
export interface ApiRequest {
  readonly options: ApiOptions;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly signal: AbortSignal;
  /** Sends one line of an ndjson stream. */
  line(value: unknown): void;
}
