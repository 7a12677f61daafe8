/**
 * One client over time: a connection of lines, or a 2025-11-25 session over HTTP. Its running calls, questions and streams.
 * It exists so that cancellation, duplicate ids and the handshake mean the same on every transport.
 * Invariant: an id is in a table exactly while its request runs; a cancelled request sends nothing any more.
 */
import { answerHandshake, answerStateless, refuse, undelivered } from './answers.js';
import { Asks, type Outlet } from './asks.js';
import type { CallContext, CallSink, Revision } from './call.js';
import { CallSignal } from './call-signal.js';
import type { View } from './endpoint.js';
import { encodeError, type RequestId } from './jsonrpc.js';
import { listen } from './listen.js';
import { isRecord, type Message, type NotificationMessage, type RequestMessage } from './message.js';
import { handshake } from './revisions/2025-11-25.js';
import { envelopeError, isStateless, stateless } from './revisions/2026-07-28.js';
import { isForwarded, nameIn, ownerOf, unknownTarget } from './routing.js';
import { Session } from './session.js';

/** The response's bytes; undefined where nothing is to be sent. */
export type Reply = Uint8Array | undefined;

class Running implements CallSink {
  readonly signal = new CallSignal();
  readonly #asks: Asks;
  #out: Outlet | undefined;
  #settle: ((reply: Reply) => void) | undefined;

  constructor(asks: Asks, out: Outlet, settle: (reply: Reply) => void) {
    this.#asks = asks;
    this.#out = out;
    this.#settle = settle;
  }

  notify(message: Uint8Array): void {
    this.#out?.notify(message);
  }

  ask(method: string, params: unknown): Promise<Uint8Array> {
    const nowhere: Outlet = { notify: () => undefined, deliver: () => false };
    return this.#asks.ask(this.#out ?? nowhere, this, [method, params]);
  }

  end(reply: Reply): void {
    this.#settle?.(reply);
    this.#settle = undefined;
    this.#out = undefined;
    this.#asks.endOf(this);
  }
}

export class Peer {
  readonly view: View;
  readonly #session: Session;
  readonly #running = new Map<RequestId, Running>();
  /** Subscriptions of 2026-07-28 by the id of their request; the closing of one that is still being opened is undefined. */
  readonly #listening = new Map<RequestId, (() => void) | undefined>();
  readonly #asks = new Asks();

  /** @param unasked brings a message to the client that belongs to no request of its. */
  constructor(view: View, context: CallContext, unasked: (message: Uint8Array) => void) {
    this.view = view;
    this.#session = new Session(view, context, unasked);
  }

  /** Calls that are running. */
  get inFlight(): number {
    return this.#running.size;
  }

  /** Whether the 2025-11-25 handshake took place. */
  get initialized(): boolean {
    return this.#session.initialized;
  }

  /** Handles one message; `body` is its bytes, forwarded untouched when it is a call. */
  handle(message: Message, body: Uint8Array, outlet: Outlet): Reply | Promise<Reply> {
    switch (message.kind) {
      case 'request':
        return this.#request(message, body, outlet);
      case 'notification':
        this.#notification(message);
        return undefined;
      case 'response':
        this.#asks.answered(message.id, Uint8Array.from(body));
        return undefined;
      case 'invalid':
        return encodeError(message.id, message.error);
    }
  }

  /** A stream of this client broke; its calls run on, what was asked on it has no answer. */
  lost(outlet: Outlet): void {
    this.#asks.lost(outlet);
  }

  /** The client sends nothing any more: it hears nothing new, but running calls may still answer. */
  mute(): void {
    for (const id of [...this.#listening.keys()]) this.#cancel(id);
    this.#session.close();
    this.#asks.close();
  }

  /** The client is gone: aborts what still runs for it. */
  close(): void {
    this.mute();
    for (const id of [...this.#running.keys()]) this.#cancel(id);
  }

  #request(request: RequestMessage, body: Uint8Array, outlet: Outlet): Reply | Promise<Reply> {
    const { id, method, params } = request;
    if (this.#running.has(id) || this.#listening.has(id))
      return refuse(id, 'LMCP_INVALID_REQUEST', 'A request with this id is still running.');
    if (isStateless(params)) {
      const error = envelopeError(params);
      if (error !== undefined) return encodeError(id, error);
      if (isForwarded(this.view, method, stateless)) return this.#call(stateless, request, body, outlet);
      return method === 'subscriptions/listen'
        ? this.#listen(request, outlet)
        : answerStateless(this.view, request);
    }
    if (method === 'initialize') return this.#session.initialize(request);
    if (method === 'ping') return answerHandshake(this.view, request);
    if (!this.initialized) {
      const missing = envelopeError(params);
      if (missing !== undefined) return encodeError(id, missing);
    }
    return isForwarded(this.view, method, handshake)
      ? this.#call(handshake, request, body, outlet)
      : this.#session.answer(request);
  }

  #notification({ method, params }: NotificationMessage): void {
    const id = params?.requestId;
    if (method === 'notifications/cancelled' && (typeof id === 'string' || typeof id === 'number'))
      this.#cancel(id);
  }

  #cancel(id: RequestId): void {
    this.#listening.get(id)?.();
    this.#listening.delete(id);
    const running = this.#running.get(id);
    if (running === undefined) return;
    this.#running.delete(id);
    running.end(undefined);
    running.signal.abort();
  }

  async #listen(request: RequestMessage, outlet: Outlet): Promise<Reply> {
    const { id } = request;
    this.#listening.set(id, undefined);
    try {
      const close = await listen(request, {
        view: this.view,
        workspace: this.#session.context.workspace,
        send: (message) => outlet.notify(message),
        end: (response) => {
          if (this.#listening.delete(id)) outlet.deliver(response);
        },
      });
      if (this.#listening.has(id)) this.#listening.set(id, close);
      else close();
      return undefined;
    } catch (error) {
      return this.#listening.delete(id) ? undelivered(id, error) : undefined;
    }
  }

  #call(
    revision: Revision,
    request: RequestMessage,
    body: Uint8Array,
    outlet: Outlet,
  ): Reply | Promise<Reply> {
    const { id, method, params } = request;
    const name = nameIn(method, params);
    if (params?.arguments !== undefined && !isRecord(params.arguments))
      return refuse(id, 'LMCP_INVALID_PARAMS', '`params.arguments` must be an object.');
    const server = name === undefined ? undefined : ownerOf(this.view, method, name);
    if (name === undefined || server === undefined)
      return encodeError(id, unknownTarget(request, name, revision));
    if (this.#running.size >= this.view.maxInFlight)
      return refuse(id, 'LMCP_OVERLOADED', `${this.#running.size} calls are running.`);
    return new Promise((resolve) => {
      const running = new Running(this.#asks, outlet, resolve);
      this.#running.set(id, running);
      const done = (reply: Uint8Array) => {
        if (this.#running.get(id) === running) this.#running.delete(id);
        running.end(reply);
      };
      const refused = (error: unknown) => done(undelivered(id, error));
      const call = { server, revision, body, expect: { method, name }, context: this.#session.context };
      try {
        this.view.forward(call, running, running.signal).then(done, refused);
      } catch (error) {
        refused(error);
      }
    });
  }
}
