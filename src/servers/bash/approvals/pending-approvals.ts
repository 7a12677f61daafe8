/**
 * Commands that wait for a person's word, and what was said.
 * It exists so that an approval holds for one run of one command in one folder, as it was analysed when it was asked for.
 * Invariant: pure; granted by `approvalGranted` events only; used once; after its time it is nothing. Bounded in bytes, and no
 * session can push out what another one asked or what was granted.
 */
import { LmcpError } from '../../../errors/index.js';
import { type Bound, CHANNELS, type Channel, mismatch, type Pending } from './question.js';
import { summaryOf, type WaitingSummary } from './waiting-summary.js';

export interface Grant {
  readonly request: string;
  readonly by: string;
  readonly channel: string;
}

interface Row {
  readonly pending: Pending;
  /** Characters of its JSON. */
  readonly size: number;
  granted: { readonly by: string; readonly channel: Channel } | undefined;
}

const EXPIRES_IN_MS = 10 * 60_000;
/** Characters of a command that a person can be asked to read. */
export const MOST_TO_READ = 16 * 1024;
/** Of one session: its oldest open one gives way. */
const MOST_OF_SESSION = 16;
/** Of all: more than a person answers. */
const MOST = 256;
/** Characters of JSON: of one question, of a session's, of all. The thread that holds them has some 80 MiB. */
const SIZES = { one: 512 * 1024, session: 1024 * 1024, all: 4 * 1024 * 1024 };

export class PendingApprovals {
  readonly #rows = new Map<string, Row>();
  readonly #expiresInMs: number;

  constructor({ expiresInMs = EXPIRES_IN_MS }: { expiresInMs?: number } = {}) {
    this.#expiresInMs = expiresInMs;
  }

  /**
   * The same open question is asked once: repeated calls give the first request.
   * @throws LMCP_APPROVAL when it is too long for a person to read; LMCP_OVERLOADED when too much waits already
   */
  ask(question: Omit<Pending, 'askedAt' | 'expiresAt'>, now: number): Pending {
    this.#forget(now);
    for (const { pending, granted } of this.#rows.values())
      if (!granted && pending.workspace === question.workspace && mismatch(pending, question) === undefined)
        return pending;
    if (question.command.length > MOST_TO_READ) throw tooLong(`It has ${question.command.length} characters`);
    const pending = { ...question, askedAt: now, expiresAt: now + this.#expiresInMs };
    const size = JSON.stringify(pending).length;
    if (size > SIZES.one) throw tooLong('What it does is longer still');
    this.#makeRoom(question.session, size);
    this.#rows.set(pending.request, { pending, size, granted: undefined });
    return pending;
  }

  /** What waits for an answer, oldest first. */
  open(now: number): WaitingSummary[] {
    this.#forget(now);
    return [...this.#rows.values()]
      .filter(({ granted }) => !granted)
      .map(({ pending }) => summaryOf(pending));
  }

  /** One that waits; undefined when it is unknown, answered or over. */
  find(request: string, now: number): Pending | undefined {
    this.#forget(now);
    const row = this.#rows.get(request);
    return row?.granted ? undefined : row?.pending;
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

  /** Only what the same session asked, and nobody has answered, gives way. @throws LMCP_OVERLOADED */
  #makeRoom(session: string, size: number): void {
    for (;;) {
      const rows = [...this.#rows.values()];
      const own = rows.filter(({ pending }) => pending.session === session);
      const fits =
        own.length < MOST_OF_SESSION &&
        rows.length < MOST &&
        sum(own) + size <= SIZES.session &&
        sum(rows) + size <= SIZES.all;
      if (fits) return;
      const oldest = own.find(({ granted }) => !granted);
      if (oldest === undefined)
        throw new LmcpError(
          'LMCP_OVERLOADED',
          'Too many commands wait for a person’s word: answer some, or wait until they expire. Nothing was run.',
        );
      this.#rows.delete(oldest.pending.request);
    }
  }

  #forget(now: number): void {
    for (const [request, { pending }] of this.#rows) if (pending.expiresAt <= now) this.#rows.delete(request);
  }
}

const sum = (rows: readonly Row[]) => rows.reduce((total, { size }) => total + size, 0);
const refused = (why: string) => new LmcpError('LMCP_APPROVAL', `This approval ${why}; nothing was run.`);
const tooLong = (what: string) =>
  new LmcpError(
    'LMCP_APPROVAL',
    `A person would have to agree to this command, and it is too long to be read. ${what}; at most ${MOST_TO_READ} characters can be asked about: split it. Nothing was run.`,
  );
