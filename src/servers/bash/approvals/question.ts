/**
 * A question to a person: may this command run once, and what would a yes be about.
 * It exists so that whoever asks, keeps, shows or answers speaks of the same fields.
 * Invariant: plain data; what a yes is bound to is all in `Bound`.
 */
import type { Analysis } from '../analysis/answer.js';

/** Ways outside the model's own channel. */
export const CHANNELS = ['terminal', 'dashboard', 'elicitation'] as const;
export type Channel = (typeof CHANNELS)[number];

/** What an approval is bound to: change one and it does not hold. */
export interface Bound {
  /** To the byte. */
  readonly command: string;
  /** Absolute, real. */
  readonly cwd: string;
  /** What the command may write to. Absolute, real. */
  readonly folder: string;
  /** Of the analysis and the scripts it runs: `analysisDigest`. */
  readonly digest: string;
  /** Whether it may reach the network. */
  readonly network: boolean;
}

export interface Pending extends Bound {
  /** Unguessable; given by the caller. The model is told it: it names the question and answers nothing. */
  readonly request: string;
  /** Unguessable and never shown to the model: names the question where a client asks its user. */
  readonly secret: string;
  /** The repository's id. */
  readonly workspace: string;
  /** Of the client that asked: what one session asks counts against it alone. */
  readonly session: string;
  /** Why the level asks for it. */
  readonly reason: string;
  readonly analysis: Analysis;
  /** Milliseconds since the epoch. */
  readonly askedAt: number;
  readonly expiresAt: number;
}

/** As people see it: without what names the question to a client. */
export type WaitingCommand = Omit<Pending, 'secret' | 'digest' | 'session'>;

/** What differs, in words; undefined when both are the same. */
export function mismatch(a: Bound, b: Bound): string | undefined {
  if (a.command !== b.command) return 'command';
  if (a.cwd !== b.cwd || a.folder !== b.folder) return 'folder';
  if (a.network !== b.network) return 'access to the network';
  return a.digest === b.digest ? undefined : 'analysis of the command';
}
