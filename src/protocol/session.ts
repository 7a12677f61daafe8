/**
 * What a 2025-11-25 session remembers beyond its calls: the handshake, the log level, the resources it subscribed to.
 * It exists apart from the running calls, because it lives as long as the client.
 * Invariant: before the handshake there is nothing; after `close` nothing is told any more.
 */
import { isLmcpError, LmcpError } from '../errors/index.js';
import { answerHandshake, refuse, undelivered, unknownMethod } from './answers.js';
import { logLevels } from './asking.js';
import type { CallContext } from './call.js';
import { askableOf } from './capabilities.js';
import type { View } from './endpoint.js';
import { encodeNotification, encodePrebuilt } from './jsonrpc.js';
import type { RequestMessage } from './message.js';
import { handshake } from './revisions/2025-11-25.js';
import { clientOf } from './revisions/2026-07-28.js';
import { unknownResource } from './routing.js';
import type { Listener } from './subscriptions.js';

/** Addresses one session may subscribe to. */
const urisLimit = 1000;

export class Session {
  readonly #view: View;
  readonly #uris = new Set<string>();
  readonly #send: (message: Uint8Array) => void;
  #listener: Listener | undefined;
  #context: CallContext;
  #initialized = false;

  /** @param send brings a message to the client that belongs to no request of its. */
  constructor(view: View, context: CallContext, send: (message: Uint8Array) => void) {
    this.#view = view;
    this.#context = context;
    this.#send = send;
  }

  get context(): CallContext {
    return this.#context;
  }

  get initialized(): boolean {
    return this.#initialized;
  }

  initialize(request: RequestMessage): Uint8Array {
    const reply = answerHandshake(this.#view, request);
    if (typeof request.params?.protocolVersion !== 'string') return reply;
    const client = clientOf(request.params.clientInfo);
    const capabilities = askableOf(request.params.capabilities);
    this.#context = { ...this.#context, ...(client && { client }), ...(capabilities && { capabilities }) };
    this.#initialized = true;
    if (this.#view.surface.features.changing.length > 0 && this.#view.subscriptions.free) this.#listen('');
    return reply;
  }

  /** Everything of this revision that is no call. */
  answer(request: RequestMessage): Uint8Array | Promise<Uint8Array> {
    const { surface } = this.#view;
    switch (request.method) {
      case 'logging/setLevel':
        return surface.features.logging ? this.#setLevel(request) : unknownMethod(request.id, request.method);
      case 'resources/subscribe':
      case 'resources/unsubscribe':
        return surface.subscribable ? this.#subscribe(request) : unknownMethod(request.id, request.method);
      default:
        return answerHandshake(this.#view, request);
    }
  }

  close(): void {
    if (this.#listener !== undefined) this.#view.subscriptions.delete(this.#listener);
    this.#listener = undefined;
  }

  #setLevel({ id, params }: RequestMessage): Uint8Array {
    const level = logLevels.find((it) => it === params?.level);
    if (level === undefined)
      return refuse(id, 'LMCP_INVALID_PARAMS', `\`params.level\` must be one of ${logLevels.join(', ')}.`);
    this.#context = { ...this.#context, logLevel: level };
    return encodePrebuilt(this.#view.handshake.empty, id);
  }

  async #subscribe({ id, method, params }: RequestMessage): Promise<Uint8Array> {
    try {
      const uri = params?.uri;
      if (typeof uri !== 'string') throw new LmcpError('LMCP_INVALID_PARAMS', '`params.uri` names nothing.');
      if (method === 'resources/unsubscribe') this.#uris.delete(uri);
      else {
        if (!this.#view.surface.tells(uri)) throw unknownResource(uri, handshake);
        if (this.#uris.size >= urisLimit)
          throw new LmcpError('LMCP_OVERLOADED', `${urisLimit} resources are subscribed to.`);
        if (this.#listener === undefined || this.#listener.workspace === '')
          this.#listen(await this.#view.resolveWorkspace(this.#context.workspace));
        this.#uris.add(uri);
      }
      return encodePrebuilt(this.#view.handshake.empty, id);
    } catch (error) {
      return undelivered(id, isLmcpError(error) ? error : undefined);
    }
  }

  #listen(workspace: string): void {
    const { surface, subscriptions } = this.#view;
    const { changing } = surface.features;
    this.close();
    const listener: Listener = {
      surface,
      workspace,
      wanted: {
        tools: changing.includes('tools'),
        prompts: changing.includes('prompts'),
        resources: changing.includes('resources'),
        uris: this.#uris,
      },
      tell: (method, params) => this.#send(encodeNotification(method, params)),
      end: () => undefined,
    };
    subscriptions.add(listener);
    this.#listener = listener;
  }
}
