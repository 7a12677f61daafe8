/**
 * The way from the endpoint into a server's thread: so many calls at once, so many waiting, and what is above that is shed.
 * It exists so that a busy server slows its callers fairly instead of growing without bound: one session cannot starve the others.
 * Invariant: every admitted call leaves exactly once; at most `window` are in flight and `waiting` wait, for each server.
 *
 * A call that finds room costs a map look-up and no promise: `enter` answers undefined.
 */
import { LmcpError } from '../errors/index.js';
import {
  newSession,
  type Priority,
  priorities,
  type Session,
  type Turn,
  WaitingTurns,
} from './waiting-turns.js';

export type { Priority };

export interface LaneOptions {
  /** Calls in flight at once. */
  readonly window: number;
  /** Calls in flight at once of one session: what keeps room for the others when its calls are slow. */
  readonly sessionWindow: number;
  /** Calls that may wait. */
  readonly waiting: number;
  /** Clock, milliseconds; read only while somebody waits. */
  readonly now: () => number;
}

export interface LaneStatus {
  readonly inFlight: number;
  readonly waiting: number;
  /** Calls refused with LMCP_OVERLOADED since the start. */
  readonly shed: number;
}

/** Sessions that are kept though they are idle. */
const idleSessions = 1_000;
/** Bounds of a retry hint, milliseconds. */
const soonest = 10;
const latest = 30_000;
/** The service rate is that of so many milliseconds at most. */
const measuredOver = 5_000;
/** The hint while nothing is being served. */
const unknownHint = 1_000;

/** One server's way. */
export class Lane {
  readonly #options: LaneOptions;
  readonly #turns: WaitingTurns;
  /** Sessions with something running or waiting. */
  readonly #sessions = new Map<string, Session>();
  #inFlight = 0;
  #shed = 0;
  /** When the waiting began, or was last measured, and how many left since then: the service rate. */
  #since = 0;
  #left = 0;
  #rate = 0;

  constructor(options: LaneOptions) {
    this.#options = options;
    this.#turns = new WaitingTurns(options.sessionWindow);
  }

  get status(): LaneStatus {
    return { inFlight: this.#inFlight, waiting: this.#turns.size, shed: this.#shed };
  }

  /**
   * Asks for a place: undefined when the call may go at once, else a promise that resolves when it may. Whoever was
   * let in calls `leave` with the same session once. The promise rejects with LMCP_OVERLOADED (with `data.retryAfterMs`;
   * at once, or when others have more right to wait), or with LMCP_CANCELLED when `signal` aborts first.
   */
  enter(key: string, priority: Priority, signal?: AbortSignal): Promise<void> | undefined {
    const { window, sessionWindow } = this.#options;
    let session = this.#sessions.get(key);
    const running = session?.running ?? 0;
    if (this.#inFlight < window && running < sessionWindow) {
      if (!session) {
        session = newSession(key);
        this.#sessions.set(key, session);
      }
      this.#start(session);
      return undefined;
    }
    return this.#wait(session ?? newSession(key), priority, signal);
  }

  /** A call that had a place is done, however it ended. */
  leave(key: string): void {
    const session = this.#sessions.get(key);
    if (!session || session.running === 0) return;
    session.running -= 1;
    this.#inFlight -= 1;
    if (this.#turns.size === 0) {
      this.#release(session);
      return;
    }
    this.#left += 1;
    this.#turns.reconsider(session);
    this.#release(session);
    this.#admit();
  }

  /** Milliseconds after which a new call would probably be let in, by the rate observed while calls wait. */
  retryAfterMs(): number {
    const now = this.#options.now();
    const elapsed = now - this.#since;
    if (elapsed > 0 && (this.#left > 0 || elapsed > measuredOver)) this.#rate = this.#left / elapsed;
    if (elapsed > measuredOver) {
      this.#since = now;
      this.#left = 0;
    }
    if (this.#rate === 0) return unknownHint;
    return Math.min(latest, Math.max(soonest, Math.ceil(this.#turns.size / this.#rate)));
  }

  #wait(session: Session, priority: Priority, signal: AbortSignal | undefined): Promise<void> {
    const { waiting, now } = this.#options;
    if (signal?.aborted) return Promise.reject(cancelled());
    if (this.#turns.size === 0) {
      this.#since = now();
      this.#left = 0;
    }
    if (this.#turns.size >= waiting && !this.#makeRoom(session, priority)) {
      this.#shed += 1;
      return Promise.reject(this.#overloaded());
    }
    this.#sessions.set(session.key, session);
    return new Promise((resolve, reject) => {
      const end = () => signal?.removeEventListener('abort', abort);
      const turn: Turn = {
        session,
        priority,
        go: () => {
          end();
          resolve();
        },
        shed: () => {
          end();
          reject(this.#overloaded());
        },
      };
      const abort = () => {
        if (!this.#turns.remove(turn)) return;
        this.#release(session);
        reject(cancelled());
      };
      signal?.addEventListener('abort', abort, { once: true });
      this.#turns.add(turn);
    });
  }

  /** Sheds the newest of the longest line when the newcomer has more right to wait: a higher priority, or a shorter line. */
  #makeRoom(session: Session, priority: Priority): boolean {
    const worst = this.#turns.longest();
    if (!worst) return false;
    const [its, ours] = [priorities.indexOf(worst.priority), priorities.indexOf(priority)];
    const waits = (of: Session, at: Priority) => of.lines[at].turns.size;
    const longer = waits(worst.session, worst.priority) > waits(session, priority) + 1;
    const turn =
      its > ours || (its === ours && longer) ? this.#turns.newest(worst.session, worst.priority) : undefined;
    if (!turn) return false;
    this.#turns.remove(turn);
    this.#release(turn.session);
    this.#shed += 1;
    turn.shed();
    return true;
  }

  #admit(): void {
    while (this.#inFlight < this.#options.window) {
      const turn = this.#turns.take();
      if (!turn) return;
      this.#start(turn.session);
      turn.go();
    }
  }

  #start(session: Session): void {
    session.running += 1;
    this.#inFlight += 1;
    if (session.running >= this.#options.sessionWindow && this.#turns.size > 0)
      this.#turns.reconsider(session);
  }

  /** Forgets a session that has nothing running and nothing waiting, where there are many: it is likely to call again. */
  #release(session: Session): void {
    if (session.running > 0) return;
    for (const priority of priorities) if (session.lines[priority].turns.size > 0) return;
    if (this.#sessions.size > idleSessions) this.#sessions.delete(session.key);
  }

  #overloaded(): LmcpError {
    const retryAfterMs = this.retryAfterMs();
    const detail = `${this.#turns.size} calls wait for this server.`;
    return new LmcpError('LMCP_OVERLOADED', detail, { data: { retryAfterMs } });
  }
}

function cancelled(): LmcpError {
  return new LmcpError('LMCP_CANCELLED', 'Cancelled while it waited for its turn.');
}

/** The lanes of all servers; one is made when it is first asked for. */
export class Router {
  readonly #lanes: ReadonlyMap<string, Lane>;

  constructor(servers: readonly string[], options: LaneOptions) {
    this.#lanes = new Map(servers.map((name) => [name, new Lane(options)]));
  }

  /** The lane of that server; undefined when there is no such server. */
  lane(server: string): Lane | undefined {
    return this.#lanes.get(server);
  }

  get status(): ReadonlyMap<string, LaneStatus> {
    return new Map([...this.#lanes].map(([name, lane]) => [name, lane.status]));
  }
}
