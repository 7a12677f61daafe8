/**
 * The sessions of 2025-11-25 clients over HTTP.
 * It exists because that revision's handshake outlives its request; 2026-07-28 needs none of it.
 * Invariant: bounded; a session without calls and stream is dropped after its idle time or when its place is needed.
 */
import { LmcpError } from '../../errors/index.js';
import type { Peer } from '../peer.js';
import type { Exchange } from './http-exchange.js';

export interface SessionTableOptions {
  /** Sessions at once. */
  readonly max: number;
  /** Milliseconds without a request after which a session ends. */
  readonly idleMs: number;
  /** Clock, milliseconds. */
  readonly now: () => number;
}

/** The stream a session's client opened by GET, for what belongs to no request; without one, such messages are dropped. */
export class SessionStream {
  #exchange: Exchange | undefined;

  /** Whether a client listens. */
  get open(): boolean {
    return this.#exchange?.open === true;
  }

  /** Sends from now on by this exchange; one that was open before ends. */
  attach(exchange: Exchange): void {
    this.#exchange?.endSilently();
    this.#exchange = exchange;
    exchange.stream();
  }

  send(message: Uint8Array): void {
    this.#exchange?.notify(message);
  }

  end(): void {
    this.#exchange?.endSilently();
  }
}

export interface HttpSession {
  readonly peer: Peer;
  readonly stream: SessionStream;
}

interface Session extends HttpSession {
  usedAt: number;
  /** Whether anything but its initialize came. */
  used: boolean;
}

export class SessionTable {
  readonly #options: SessionTableOptions;
  /** Least recently used first. */
  readonly #sessions = new Map<string, Session>();

  constructor(options: SessionTableOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#sessions.size;
  }

  /** @throws LMCP_OVERLOADED when every session is busy. */
  add(id: string, session: HttpSession): void {
    this.#sweep();
    if (this.#sessions.size >= this.#options.max) this.#evict();
    this.#sessions.set(id, { ...session, usedAt: this.#options.now(), used: false });
  }

  /** Whether there is one; asking is no use of it. */
  has(id: string): boolean {
    return this.#sessions.has(id);
  }

  get(id: string): HttpSession | undefined {
    const session = this.#sessions.get(id);
    if (session === undefined) return undefined;
    const now = this.#options.now();
    if (this.#expired(session, now)) {
      this.delete(id);
      return undefined;
    }
    session.usedAt = now;
    session.used = true;
    this.#sessions.delete(id);
    this.#sessions.set(id, session);
    return session;
  }

  /** Ends a session and aborts what it runs; false when there is none. */
  delete(id: string): boolean {
    const session = this.#sessions.get(id);
    session?.peer.close();
    session?.stream.end();
    return this.#sessions.delete(id);
  }

  close(): void {
    for (const id of [...this.#sessions.keys()]) this.delete(id);
  }

  #expired({ peer, stream, usedAt }: Session, now: number): boolean {
    return peer.inFlight === 0 && !stream.open && now - usedAt > this.#options.idleMs;
  }

  #sweep(): void {
    const now = this.#options.now();
    for (const [id, session] of this.#sessions) {
      if (now - session.usedAt <= this.#options.idleMs) return;
      if (this.#expired(session, now)) this.delete(id);
    }
  }

  /** Of the idle sessions, those never used go first: who opens sessions in a loop drives out its own. */
  #evict(): void {
    let idle: string | undefined;
    for (const [id, { peer, stream, used }] of this.#sessions) {
      if (peer.inFlight > 0 || stream.open) continue;
      if (!used) {
        this.delete(id);
        return;
      }
      idle ??= id;
    }
    if (idle !== undefined) this.delete(idle);
    else throw new LmcpError('LMCP_OVERLOADED', `${this.#options.max} sessions are busy.`);
  }
}
