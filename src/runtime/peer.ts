/**
 * Request and reply over a link, with notes along the way, questions back, cancellation and typed methods.
 * It exists so that gateway, servers, journal and pool all speak in one manner, whatever carries the frames.
 * Invariant: every request ends exactly once: reply, failure, or LMCP_SERVER_DOWN when the link closes. Bodies that are handed
 * on belong to whoever gets them: a frame that is only lent is copied, once, here.
 */
import { LmcpError } from '../errors/index.js';
import { readFailure, writeFailure } from './failure.js';
import { decodeFrame, type Frame, FrameHeads, FrameKind, metaText, noBytes, readMeta } from './frame.js';
import type { Link } from './link.js';
import { NumberedSlots, Slots } from './slots.js';

/** Method name → what is asked and what is answered (both plain JSON data; bytes travel beside them). */
export type Methods = Record<string, { ask: unknown; answer: unknown }>;

/** An answer: plain data and, beside it, bytes. */
export interface Reply<Answer> {
  readonly meta: Answer;
  readonly body: Uint8Array;
}

export interface Incoming {
  readonly body: Uint8Array;
  /** Whether whoever asked has cancelled or is gone. */
  readonly aborted: boolean;
  /** Aborts when that happens; made when somebody looks at it. */
  readonly signal: AbortSignal;
  /** Sends something ahead of the reply to whoever asked. */
  note(meta: unknown, body?: Uint8Array): void;
  /** Asks back whoever asked. @throws what they failed with; LMCP_CANCELLED when the request ended meanwhile */
  ask(meta: unknown, body?: Uint8Array): Promise<Reply<unknown>>;
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
  /** Answers what the other side asks back while it runs the request. */
  readonly onAsk?: (meta: unknown, body: Uint8Array) => Promise<Reply<unknown>>;
}

/** Says one method's asks shorter than in JSON. One a link and end: it may remember what was said. */
export interface AskCodec<Ask> {
  /** Undefined: this one goes as JSON. */
  say(ask: Ask): string | undefined;
  hear(text: string): unknown;
}

export interface CodedMethod {
  readonly method: string;
  /** Of that method's asks; the link's two ends agree on it as they agree on the methods. */
  readonly codec: AskCodec<never>;
}

interface Waiting {
  resolve(reply: Reply<unknown>): void;
  reject(error: unknown): void;
}

interface Asked extends Waiting {
  readonly options: RequestOptions;
}

/** A request of the other side that runs here. */
interface Running {
  controller: AbortController | undefined;
  aborted: boolean;
  /** Number → what was asked back and is not answered yet. */
  asks: Map<number, Waiting> | undefined;
  nextAsk: number;
}

const CODED = 1;

/** Plain data without bytes, as a reply. */
export function answer<A>(meta: A, body: Uint8Array = noBytes): Reply<A> {
  return { meta, body };
}

export class Peer<Out extends Methods, In extends Methods> {
  readonly #link: Link;
  readonly #handlers: Handlers<In>;
  readonly #coded: CodedMethod | undefined;
  readonly #heads = new FrameHeads();
  readonly #waiting = new Slots<Asked>();
  readonly #running = new NumberedSlots<Running>();
  #received = 0;
  #closed = false;

  /** @param coded the method with a codec of its own; the same on both ends. */
  constructor(link: Link, handlers: Handlers<In>, coded?: CodedMethod) {
    this.#link = link;
    this.#handlers = handlers;
    this.#coded = coded;
    link.onFrame((bytes, borrowed) => this.#receive(decodeFrame(bytes), borrowed));
    link.onClose(() => this.#end());
  }

  /** Requests that are still open, for back-pressure and status. */
  get pending(): number {
    return this.#waiting.size;
  }

  /** Requests of the other side that run here. */
  get running(): number {
    return this.#running.size;
  }

  /** Frames that came so far: the other side lives as long as this grows. */
  get received(): number {
    return this.#received;
  }

  /** Bytes sent that the other side has not taken. */
  get backlog(): number {
    return this.#link.backlog;
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
    return new Promise((resolve, reject) => {
      const cancel = signal && (() => this.#send(FrameKind.cancel, id, ''));
      const id = this.#waiting.add({
        resolve: (reply: Reply<unknown>) => {
          if (cancel) signal.removeEventListener('abort', cancel);
          resolve(reply as Reply<Out[K]['answer']>);
        },
        reject: (error: unknown) => {
          if (cancel) signal.removeEventListener('abort', cancel);
          reject(error);
        },
        options,
      });
      try {
        this.#sendAsk(FrameKind.request, id, method, ask, options.body);
      } catch (error) {
        this.#waiting.take(id);
        throw error;
      }
      if (cancel) signal.addEventListener('abort', cancel, { once: true });
    });
  }

  /** Sends without waiting for an answer; failures on the other side are dropped there. */
  cast<K extends keyof Out & string>(method: K, ask: Out[K]['ask'], body: Uint8Array = noBytes): void {
    if (!this.#closed) this.#sendAsk(FrameKind.cast, 0, method, ask, body);
  }

  /** @param why what requests in flight fail with; LMCP_SERVER_DOWN when not given. */
  close(why?: LmcpError): void {
    this.#end(why);
    this.#link.close();
  }

  #send(kind: FrameKind, id: number, meta: string, body: Uint8Array = noBytes, code = 0): void {
    this.#link.send(this.#heads.write(kind, id, meta, code), body);
  }

  #sendAsk(kind: FrameKind, id: number, method: string, ask: unknown, body?: Uint8Array): void {
    const coded = this.#coded?.method === method ? this.#coded.codec.say(ask as never) : undefined;
    if (coded === undefined) this.#send(kind, id, JSON.stringify([method, ask]), body);
    else this.#send(kind, id, coded, body, CODED);
  }

  #receive(frame: Frame, borrowed: boolean): void {
    this.#received += 1;
    const { kind, id, meta } = frame;
    const body = borrowed ? copied(frame.body) : frame.body;
    switch (kind) {
      case FrameKind.request:
      case FrameKind.cast:
        void this.#run(frame, body);
        return;
      case FrameKind.cancel:
        this.#cancel(id);
        return;
      case FrameKind.note:
        this.#waiting.get(id)?.options.onNote?.(readMeta(meta), body);
        return;
      case FrameKind.reply:
        this.#waiting.take(id)?.resolve({ meta: readMeta(meta), body });
        return;
      case FrameKind.failure:
        this.#waiting.take(id)?.reject(readFailure(readMeta(meta)));
        return;
      case FrameKind.ask:
        void this.#tell(id, readMeta(meta) as [number, unknown], body);
        return;
      case FrameKind.told:
      case FrameKind.untold: {
        const [number, said] = readMeta(meta) as [number, unknown];
        const asks = this.#running.get(id)?.asks;
        const waiting = asks?.get(number);
        asks?.delete(number);
        if (kind === FrameKind.told) waiting?.resolve({ meta: said, body });
        else waiting?.reject(readFailure(said));
      }
    }
  }

  #cancel(id: number): void {
    const running = this.#running.get(id);
    if (!running || running.aborted) return;
    running.aborted = true;
    running.controller?.abort();
    failAsks(running);
  }

  async #run({ kind, id, code, meta }: Frame, body: Uint8Array): Promise<void> {
    const asked = kind === FrameKind.request;
    const running: Running = { controller: undefined, aborted: false, asks: undefined, nextAsk: 1 };
    if (asked) this.#running.set(id, running);
    try {
      const [method, ask] = this.#readAsk(code, meta);
      const handler = this.#handlers[method];
      if (!handler) throw new LmcpError('LMCP_INTERNAL', `No thread method "${method}".`);
      const reply = await handler(ask, this.#incoming(asked ? id : 0, running, body));
      if (asked) this.#send(FrameKind.reply, id, metaText(reply.meta), reply.body);
    } catch (error) {
      if (asked) this.#send(FrameKind.failure, id, metaText(writeFailure(error)));
    } finally {
      if (asked) this.#running.delete(id);
      failAsks(running);
    }
  }

  #readAsk(code: number, meta: string): readonly [string, unknown] {
    if (code === 0) return readMeta(meta) as [string, unknown];
    if (!this.#coded) throw new LmcpError('LMCP_INTERNAL', `No codec ${code} on this link.`);
    return [this.#coded.method, this.#coded.codec.hear(meta)];
  }

  /** @param id 0 for a cast, which nobody waits for. */
  #incoming(id: number, running: Running, body: Uint8Array): Incoming {
    return {
      body,
      get aborted() {
        return running.aborted;
      },
      // An AbortController costs some microseconds: only who looks at the signal pays.
      get signal() {
        if (!running.controller) {
          running.controller = new AbortController();
          if (running.aborted) running.controller.abort();
        }
        return running.controller.signal;
      },
      note: (meta, bytes) => {
        if (id !== 0) this.#send(FrameKind.note, id, metaText(meta), bytes);
      },
      ask: (meta, bytes) =>
        new Promise((resolve, reject) => {
          if (this.#closed || running.aborted || this.#running.get(id) !== running) {
            reject(new LmcpError('LMCP_CANCELLED', 'Nobody waits for this request any more.'));
            return;
          }
          const number = running.nextAsk++;
          running.asks ??= new Map();
          running.asks.set(number, { resolve, reject });
          this.#send(FrameKind.ask, id, JSON.stringify([number, meta]), bytes);
        }),
    };
  }

  /** Answers what was asked back. */
  async #tell(id: number, [number, meta]: [number, unknown], body: Uint8Array): Promise<void> {
    try {
      const onAsk = this.#waiting.get(id)?.options.onAsk;
      if (!onAsk) throw new LmcpError('LMCP_CANCELLED', 'There is nobody to ask.');
      const reply = await onAsk(meta, body);
      if (!this.#closed) this.#send(FrameKind.told, id, JSON.stringify([number, reply.meta]), reply.body);
    } catch (error) {
      if (!this.#closed) this.#send(FrameKind.untold, id, JSON.stringify([number, writeFailure(error)]));
    }
  }

  #end(
    why = new LmcpError('LMCP_SERVER_DOWN', 'The thread ended before it answered.', {
      data: { retryAfterMs: 0 },
    }),
  ): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const id of this.#running.numbers()) this.#cancel(id);
    for (const waiting of this.#waiting.drain()) waiting.reject(why);
  }
}

function failAsks({ asks }: Running): void {
  for (const waiting of asks?.values() ?? [])
    waiting.reject(new LmcpError('LMCP_CANCELLED', 'The request ended before this was answered.'));
  asks?.clear();
}

/** Memory of its own for what was only lent. */
function copied(bytes: Uint8Array): Uint8Array {
  if (bytes.length === 0) return noBytes;
  const own = Buffer.allocUnsafe(bytes.length);
  own.set(bytes);
  return own;
}
