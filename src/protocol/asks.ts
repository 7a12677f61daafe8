/**
 * Requests of ours that a client of 2025-11-25 has not answered yet.
 * It exists so that a response finds its question, whichever stream it comes back on.
 * Invariant: a question ends once: answered, or refused when its stream, its call or its client is gone; bounded in number.
 */
import { LmcpError } from '../errors/index.js';
import { encodeRequest, type RequestId } from './jsonrpc.js';

/** Questions one client may have open. */
const openLimit = 64;

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
  resolve(response: Uint8Array): void;
  reject(error: LmcpError): void;
}

export class Asks {
  readonly #open = new Map<RequestId, Open>();
  #next = 1;

  /** @param call whose question it is; `endOf` it withdraws the question. */
  ask(outlet: Outlet, call: object, [method, params]: readonly [string, unknown]): Promise<Uint8Array> {
    if (this.#open.size >= openLimit)
      return Promise.reject(new LmcpError('LMCP_OVERLOADED', `${openLimit} questions are open.`));
    const id = `lmcp-${this.#next++}`;
    return new Promise((resolve, reject) => {
      this.#open.set(id, { outlet, call, resolve, reject });
      if (!outlet.deliver(encodeRequest(id, method, params))) this.#end((open) => open.outlet === outlet);
    });
  }

  /** A response came; one that answers no question is dropped. */
  answered(id: RequestId | undefined, response: Uint8Array): void {
    if (id === undefined) return;
    const open = this.#open.get(id);
    this.#open.delete(id);
    open?.resolve(response);
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
      this.#open.delete(id);
      open.reject(new LmcpError('LMCP_CLIENT_GONE', 'The client is gone, or its stream is.'));
    }
  }
}
