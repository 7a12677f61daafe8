/**
 * Commands that wait for a person's word, and what was said.
 * It exists so that an approval holds for one run of one command in one folder, as it was analysed when it was asked for.
 * Invariant: pure; granted by `approvalGranted` events only; used once; after its time it is nothing.
 */
import { LmcpError } from '../../../errors/index.js';
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
  /** Of the analysis: `analysisDigest`. */
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
  /** Why the level asks for it. */
  readonly reason: string;
  readonly analysis: Analysis;
  /** Milliseconds since the epoch. */
  readonly askedAt: number;
  readonly expiresAt: number;
}

/** As people see it: without what names the question to a client. */
export type WaitingCommand = Omit<Pending, 'secret' | 'digest'>;

export interface Grant {
  readonly request: string;
  readonly by: string;
  readonly channel: string;
}

interface Row {
  readonly pending: Pending;
  granted: { readonly by: string; readonly channel: Channel } | undefined;
}

const EXPIRES_IN_MS = 10 * 60_000;
/** More open questions than a person answers; the oldest gives way. */
const MOST = 256;

export class PendingApprovals {
  readonly #rows = new Map<string, Row>();
  readonly #expiresInMs: number;

  constructor({ expiresInMs = EXPIRES_IN_MS }: { expiresInMs?: number } = {}) {
    this.#expiresInMs = expiresInMs;
  }

  /** The same open question is asked once: repeated calls give the first request. */
  ask(question: Omit<Pending, 'askedAt' | 'expiresAt'>, now: number): Pending {
    this.#forget(now);
    for (const { pending, granted } of this.#rows.values())
      if (!granted && pending.workspace === question.workspace && mismatch(pending, question) === undefined)
        return pending;
    const pending = { ...question, askedAt: now, expiresAt: now + this.#expiresInMs };
    this.#rows.set(pending.request, { pending, granted: undefined });
    const [oldest] = this.#rows.keys();
    if (this.#rows.size > MOST && oldest !== undefined) this.#rows.delete(oldest);
    return pending;
  }

  /** What waits for an answer, oldest first. */
  open(now: number): Pending[] {
    this.#forget(now);
    return [...this.#rows.values()].filter(({ granted }) => !granted).map(({ pending }) => pending);
  }

  /** One that waits; undefined when it is unknown, answered or over. */
  find(request: string, now: number): Pending | undefined {
    return this.open(now).find((pending) => pending.request === request);
  }

  /** A person said no: it is over. False when it answers nothing that waits. */
  refuse(request: string, now: number): boolean {
    return this.find(request, now) !== undefined && this.#rows.delete(request);
  }

  /** Takes an `approvalGranted` event. False when it answers nothing that waits, or came by the model's own channel. */
  grant({ request, by, channel }: Grant, now: number): boolean {
    this.#forget(now);
    const row = this.#rows.get(request);
    const known = CHANNELS.find((name) => name === channel);
    if (!row || row.granted || !known) return false;
    row.granted = { by, channel: known };
    return true;
  }

  /**
   * Uses an approval up, right before the run. A mismatch uses it up as well: whoever tries another command with it asks anew.
   * @throws LMCP_APPROVAL
   */
  take(request: string, bound: Bound, now: number): { by: string; channel: Channel } {
    this.#forget(now);
    const row = this.#rows.get(request);
    if (!row) throw refused('is not known: it was used, has expired, or was never asked for');
    if (!row.granted) throw refused('was not granted yet');
    this.#rows.delete(request);
    const other = mismatch(row.pending, bound);
    if (other !== undefined) throw refused(`was given for another ${other}`);
    return row.granted;
  }

  #forget(now: number): void {
    for (const [request, { pending }] of this.#rows) if (pending.expiresAt <= now) this.#rows.delete(request);
  }
}

function mismatch(a: Bound, b: Bound): string | undefined {
  if (a.command !== b.command) return 'command';
  if (a.cwd !== b.cwd) return 'folder';
  if (a.network !== b.network) return 'access to the network';
  return a.digest === b.digest ? undefined : 'analysis of the command';
}

const refused = (why: string) => new LmcpError('LMCP_APPROVAL', `This approval ${why}; nothing was run.`);
