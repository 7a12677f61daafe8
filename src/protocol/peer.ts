/**
 * One client over time: a connection of lines, or a 2025-11-25 session over HTTP. Its handshake and its running calls.
 * It exists so that cancellation, duplicate ids and the handshake mean the same on every transport.
 * Invariant: an id is in the table exactly while its call runs; a cancelled call sends nothing any more.
 */
import { answerHandshake, answerStateless, quoted, refuse, undelivered } from './answers.js';
import type { CallContext, CallSink, Revision } from './call.js';
import { CallSignal } from './call-signal.js';
import type { View } from './endpoint.js';
import { encodeError, type RequestId } from './jsonrpc.js';
import { isRecord, type Message, type NotificationMessage, type RequestMessage } from './message.js';
import { handshake } from './revisions/2025-11-25.js';
import { clientOf, envelopeError, isStateless, stateless } from './revisions/2026-07-28.js';

/** The response's bytes; undefined where nothing is to be sent. */
export type Reply = Uint8Array | undefined;

class Running implements CallSink {
  readonly signal = new CallSignal();
  #out: CallSink | undefined;
  #settle: ((reply: Reply) => void) | undefined;

  constructor(out: CallSink, settle: (reply: Reply) => void) {
    this.#out = out;
    this.#settle = settle;
  }

  notify(message: Uint8Array): void {
    this.#out?.notify(message);
  }

  end(reply: Reply): void {
    this.#settle?.(reply);
    this.#settle = undefined;
    this.#out = undefined;
  }
}

export class Peer {
  readonly view: View;
  #context: CallContext;
  #initialized = false;
  readonly #running = new Map<RequestId, Running>();

  constructor(view: View, context: CallContext) {
    this.view = view;
    this.#context = context;
  }

  /** Calls that are running. */
  get inFlight(): number {
    return this.#running.size;
  }

  /** Whether the 2025-11-25 handshake took place. */
  get initialized(): boolean {
    return this.#initialized;
  }

  /** Handles one message; `body` is its bytes, forwarded untouched when it is a call. */
  handle(message: Message, body: Uint8Array, sink: CallSink): Reply | Promise<Reply> {
    switch (message.kind) {
      case 'request':
        return this.#request(message, body, sink);
      case 'notification':
        this.#notification(message);
        return undefined;
      case 'response':
        return undefined;
      case 'invalid':
        return encodeError(message.id, message.error);
    }
  }

  /** The client is gone: aborts what still runs for it. */
  close(): void {
    for (const id of [...this.#running.keys()]) this.#cancel(id);
  }

  #request(request: RequestMessage, body: Uint8Array, sink: CallSink): Reply | Promise<Reply> {
    const { id, method, params } = request;
    if (this.#running.has(id))
      return refuse(id, 'LMCP_INVALID_REQUEST', 'A request with this id is still running.');
    if (isStateless(params)) {
      const error = envelopeError(params);
      if (error !== undefined) return encodeError(id, error);
      return method === 'tools/call'
        ? this.#call(stateless, request, body, sink)
        : answerStateless(this.view, request);
    }
    if (method === 'initialize') return this.#initialize(request);
    if (method === 'ping') return answerHandshake(this.view, request);
    if (!this.#initialized) {
      const missing = envelopeError(params);
      if (missing !== undefined) return encodeError(id, missing);
    }
    return method === 'tools/call'
      ? this.#call(handshake, request, body, sink)
      : answerHandshake(this.view, request);
  }

  #initialize(request: RequestMessage): Reply {
    const reply = answerHandshake(this.view, request);
    if (typeof request.params?.protocolVersion !== 'string') return reply;
    const client = clientOf(request.params.clientInfo);
    if (client !== undefined) this.#context = { ...this.#context, client };
    this.#initialized = true;
    return reply;
  }

  #notification({ method, params }: NotificationMessage): void {
    const id = params?.requestId;
    if (method === 'notifications/cancelled' && (typeof id === 'string' || typeof id === 'number'))
      this.#cancel(id);
  }

  #cancel(id: RequestId): void {
    const running = this.#running.get(id);
    if (running === undefined) return;
    this.#running.delete(id);
    running.end(undefined);
    running.signal.abort();
  }

  #call(
    revision: Revision,
    { id, params }: RequestMessage,
    body: Uint8Array,
    sink: CallSink,
  ): Reply | Promise<Reply> {
    const name = params?.name;
    if (typeof name !== 'string') return refuse(id, 'LMCP_INVALID_PARAMS', '`params.name` must be a string.');
    if (params?.arguments !== undefined && !isRecord(params.arguments))
      return refuse(id, 'LMCP_INVALID_PARAMS', '`params.arguments` must be an object.');
    const server = this.view.owner(name);
    if (server === undefined) return refuse(id, 'LMCP_UNKNOWN_TOOL', `Unknown tool: ${quoted(name)}.`);
    if (this.#running.size >= this.view.maxInFlight)
      return refuse(id, 'LMCP_OVERLOADED', `${this.#running.size} calls are running.`);
    return new Promise((resolve) => {
      const running = new Running(sink, resolve);
      this.#running.set(id, running);
      const done = (reply: Uint8Array) => {
        if (this.#running.get(id) === running) this.#running.delete(id);
        running.end(reply);
      };
      const refused = (error: unknown) => done(undelivered(id, error));
      const expect = { method: 'tools/call', name };
      const call = { server, revision, body, expect, context: this.#context };
      try {
        this.view.forward(call, running, running.signal).then(done, refused);
      } catch (error) {
        refused(error);
      }
    });
  }
}
