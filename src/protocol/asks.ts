/**
 * Requests of ours that a client of 2025-11-25 has not answered yet.
 * It exists so that a response finds its question, whichever stream it comes back on.
 * Invariant: a question ends once: answered, or refused when its stream, call or client is gone or its time is over; bounded in number.
 */
import { LmcpError } from '../errors/index.js';
import { encodeNotification, encodeRequest, type RequestId } from './jsonrpc.js';

/** Questions one client may have open. */
const openLimit = 64;
/** How long a person may take to answer, in milliseconds. */
const patienceMs = 10 * 60_000;

/** A stream to the client. */
export interface Outlet {
  /** A notification; may be dropped for a client that does not read. */
  notify(message: Uint8Array): void;
  /** A message that must arrive; false when the stream is closed. */
  deliver(message: Uint8Array): boolean;
}

interface Open {
  readonly outlet: Outlet;
  readonly call: object;
  readonly timer: NodeJS.Timeout;
  resolve(response: Uint8Array): void;
  reject(error: LmcpError): void;
}

export class Asks {
  readonly #open = new Map<RequestId, Open>();
  readonly #patienceMs: number;
  #next = 1;

  /** @param patience milliseconds after which an unanswered question ends; 10 minutes when not given. */
  constructor(patience = patienceMs) {
    this.#patienceMs = patience;
  }

  /**
   * Rejects with LMCP_CLIENT_GONE, LMCP_NO_ANSWER, or LMCP_OVERLOADED when too many are open.
   *
   * @param call whose question it is; `endOf` it withdraws the question.
   */
  ask(outlet: Outlet, call: object, [method, params]: readonly [string, unknown]): Promise<Uint8Array> {
    if (this.#open.size >= openLimit)
      return Promise.reject(new LmcpError('LMCP_OVERLOADED', `${openLimit} questions are open.`));
    const id = `lmcp-${this.#next++}`;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#unanswered(id), this.#patienceMs).unref();
      this.#open.set(id, { outlet, call, timer, resolve, reject });
      if (!outlet.deliver(encodeRequest(id, method, params))) this.#end((open) => open.outlet === outlet);
    });
  }

  /** A response came; one that answers no question is dropped. */
  answered(id: RequestId | undefined, response: Uint8Array): void {
    if (id === undefined) return;
    this.#take(id)?.resolve(response);
  }

  /** The stream broke: nothing that was asked on it will be answered. */
  lost(outlet: Outlet): void {
    this.#end((open) => open.outlet === outlet);
  }

  endOf(call: object): void {
    this.#end((open) => open.call === call);
  }

  close(): void {
    this.#end(() => true);
  }

  #end(which: (open: Open) => boolean): void {
    for (const [id, open] of this.#open) {
      if (!which(open)) continue;
      this.#take(id);
      open.reject(new LmcpError('LMCP_CLIENT_GONE', 'The client is gone, or its stream is.'));
    }
  }

  /** The client is told that we wait no more (2025-11-25, basic/lifecycle, Timeouts). */
  #unanswered(id: RequestId): void {
    const open = this.#take(id);
    if (open === undefined) return;
    const reason = `There was no answer for ${this.#patienceMs / 1000} s.`;
    open.outlet.notify(encodeNotification('notifications/cancelled', { requestId: id, reason }));
    open.reject(new LmcpError('LMCP_NO_ANSWER', reason));
  }

  #take(id: RequestId): Open | undefined {
    const open = this.#open.get(id);
    if (open === undefined) return undefined;
    clearTimeout(open.timer);
    this.#open.delete(id);
    return open;
  }
}
