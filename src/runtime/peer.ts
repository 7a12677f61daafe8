/**
 * Request and reply over a link, with notes along the way, cancellation and typed methods.
 * It exists so that gateway, servers, journal and pool all speak in one manner, whatever carries the frames.
 * Invariant: every request ends exactly once: reply, failure, or LMCP_SERVER_DOWN when the link closes.
 */
import { describeError, type ErrorCode, errors, LmcpError } from '../errors/index.js';
import { decodeFrame, encodeFrame, type Frame, FrameKind, noBytes } from './frame.js';
import type { Link } from './link.js';

/** Method name → what is asked and what is answered (both plain JSON data; bytes travel beside them). */
export type Methods = Record<string, { ask: unknown; answer: unknown }>;

/** An answer: plain data and, beside it, bytes. */
export interface Reply<Answer> {
  readonly meta: Answer;
  readonly body: Uint8Array;
}

export interface Incoming {
  readonly body: Uint8Array;
  readonly signal: AbortSignal;
  /** Sends something ahead of the reply to whoever asked. */
  note(meta: unknown, body?: Uint8Array): void;
}

export type Handlers<M extends Methods> = {
  [K in keyof M]: (
    ask: M[K]['ask'],
    incoming: Incoming,
  ) => Promise<Reply<M[K]['answer']>> | Reply<M[K]['answer']>;
};

export interface RequestOptions {
  readonly body?: Uint8Array;
  readonly signal?: AbortSignal;
  readonly onNote?: (meta: unknown, body: Uint8Array) => void;
}

interface Waiting {
  resolve(reply: Reply<unknown>): void;
  reject(error: unknown): void;
  onNote: RequestOptions['onNote'];
}

/** Plain data without bytes, as a reply. */
export function answer<A>(meta: A, body: Uint8Array = noBytes): Reply<A> {
  return { meta, body };
}

export class Peer<Out extends Methods, In extends Methods> {
  readonly #link: Link;
  readonly #handlers: Handlers<In>;
  readonly #waiting = new Map<number, Waiting>();
  readonly #running = new Map<number, AbortController>();
  #next = 1;
  #closed = false;

  constructor(link: Link, handlers: Handlers<In>) {
    this.#link = link;
    this.#handlers = handlers;
    link.onFrame((bytes) => this.#receive(decodeFrame(bytes)));
    link.onClose(() => this.#end());
  }

  /** Requests that are still open, for back-pressure and status. */
  get pending(): number {
    return this.#waiting.size;
  }

  request<K extends keyof Out & string>(
    method: K,
    ask: Out[K]['ask'],
    options: RequestOptions = {},
  ): Promise<Reply<Out[K]['answer']>> {
    if (this.#closed)
      return Promise.reject(new LmcpError('LMCP_SERVER_DOWN', `The thread behind "${method}" is gone.`));
    const { signal } = options;
    if (signal?.aborted)
      return Promise.reject(new LmcpError('LMCP_CANCELLED', 'Cancelled before it was sent.'));
    const id = this.#next++ >>> 0;
    return new Promise((resolve, reject) => {
      const cancel = () =>
        this.#link.send(encodeFrame({ kind: FrameKind.cancel, id, meta: undefined, body: noBytes }));
      const done = () => signal?.removeEventListener('abort', cancel);
      this.#waiting.set(id, {
        resolve: (reply) => {
          done();
          resolve(reply as Reply<Out[K]['answer']>);
        },
        reject: (error) => {
          done();
          reject(error);
        },
        onNote: options.onNote,
      });
      signal?.addEventListener('abort', cancel, { once: true });
      this.#link.send(
        encodeFrame({ kind: FrameKind.request, id, meta: [method, ask], body: options.body ?? noBytes }),
      );
    });
  }

  /** Sends without waiting for an answer; failures on the other side are dropped there. */
  cast<K extends keyof Out & string>(method: K, ask: Out[K]['ask'], body: Uint8Array = noBytes): void {
    if (!this.#closed)
      this.#link.send(encodeFrame({ kind: FrameKind.cast, id: 0, meta: [method, ask], body }));
  }

  close(): void {
    this.#link.close();
    this.#end();
  }

  #receive(frame: Frame): void {
    switch (frame.kind) {
      case FrameKind.request:
        void this.#run(frame);
        return;
      case FrameKind.cast:
        void this.#run(frame);
        return;
      case FrameKind.cancel:
        this.#running.get(frame.id)?.abort();
        return;
      case FrameKind.note:
        this.#waiting.get(frame.id)?.onNote?.(frame.meta, frame.body);
        return;
      case FrameKind.reply:
        this.#take(frame.id)?.resolve({ meta: frame.meta, body: frame.body });
        return;
      case FrameKind.failure:
        this.#take(frame.id)?.reject(readFailure(frame.meta));
    }
  }

  #take(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }

  async #run({ kind, id, meta, body }: Frame): Promise<void> {
    const [method, ask] = meta as [string, unknown];
    const controller = new AbortController();
    const asked = kind === FrameKind.request;
    if (asked) this.#running.set(id, controller);
    const send = (kind: FrameKind, meta: unknown, body: Uint8Array) => {
      if (asked) this.#link.send(encodeFrame({ kind, id, meta, body }));
    };
    try {
      const handler = this.#handlers[method];
      if (!handler) throw new LmcpError('LMCP_INTERNAL', `No thread method "${method}".`);
      const reply = await handler(ask, {
        body,
        signal: controller.signal,
        note: (meta, bytes = noBytes) => send(FrameKind.note, meta, bytes),
      });
      send(FrameKind.reply, reply.meta, reply.body);
    } catch (error) {
      send(FrameKind.failure, writeFailure(error), noBytes);
    } finally {
      this.#running.delete(id);
    }
  }

  #end(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const controller of this.#running.values()) controller.abort();
    for (const waiting of this.#waiting.values()) {
      waiting.reject(new LmcpError('LMCP_SERVER_DOWN', 'The thread ended before it answered.'));
    }
    this.#waiting.clear();
  }
}

interface Failure {
  code: ErrorCode;
  detail: string;
  data?: Record<string, unknown>;
}

function writeFailure(error: unknown): Failure {
  const known = describeError(error);
  return { code: known.code, detail: known.message, ...(known.data ? { data: { ...known.data } } : {}) };
}

function readFailure(meta: unknown): LmcpError {
  const { code, detail, data } = meta as Failure;
  return new LmcpError(code in errors ? code : 'LMCP_INTERNAL', detail, data ? { data } : undefined);
}
