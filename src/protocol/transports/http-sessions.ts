/**
 * The sessions of 2025-11-25 clients over HTTP.
 * It exists because that revision's handshake outlives its request; 2026-07-28 needs none of it.
 * Invariant: bounded; a session without calls is dropped after its idle time or when its place is needed.
 */
import { LmcpError } from '../../errors/index.js';
import type { Peer } from '../peer.js';

export interface SessionTableOptions {
  /** Sessions at once. */
  readonly max: number;
  /** Milliseconds without a request after which a session ends. */
  readonly idleMs: number;
  /** Clock, milliseconds. */
  readonly now: () => number;
}

interface Session {
  readonly peer: Peer;
  usedAt: number;
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
  add(id: string, peer: Peer): void {
    this.#sweep();
    if (this.#sessions.size >= this.#options.max) this.#evict();
    this.#sessions.set(id, { peer, usedAt: this.#options.now() });
  }

  get(id: string): Peer | undefined {
    const session = this.#sessions.get(id);
    if (session === undefined) return undefined;
    const now = this.#options.now();
    if (this.#expired(session, now)) {
      this.delete(id);
      return undefined;
    }
    session.usedAt = now;
    this.#sessions.delete(id);
    this.#sessions.set(id, session);
    return session.peer;
  }

  /** Ends a session and aborts what it runs; false when there is none. */
  delete(id: string): boolean {
    this.#sessions.get(id)?.peer.close();
    return this.#sessions.delete(id);
  }

  close(): void {
    for (const id of [...this.#sessions.keys()]) this.delete(id);
  }

  #expired({ peer, usedAt }: Session, now: number): boolean {
    return peer.inFlight === 0 && now - usedAt > this.#options.idleMs;
  }

  #sweep(): void {
    const now = this.#options.now();
    for (const [id, session] of this.#sessions) {
      if (now - session.usedAt <= this.#options.idleMs) return;
      if (this.#expired(session, now)) this.delete(id);
    }
  }

  #evict(): void {
    for (const [id, { peer }] of this.#sessions) {
      if (peer.inFlight > 0) continue;
      this.delete(id);
      return;
    }
    throw new LmcpError('LMCP_OVERLOADED', `${this.#options.max} sessions are busy.`);
  }
}
