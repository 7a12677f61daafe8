/**
 * The answer to one HTTP request, written straight to its connection: what `ServerResponse` is to node:http's own requests.
 * It exists because node:http's response costs more than the rest of a call in the gateway.
 * Invariant: either a length is declared and one write carries everything, or the body is chunked; nothing follows the end.
 */
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';

/** What an exchange needs of a response; `ServerResponse` of node:http has it all. */
export interface HttpResponse {
  readonly writableEnded: boolean;
  readonly writableFinished: boolean;
  readonly writableLength: number;
  readonly destroyed: boolean;
  on(event: 'close', listener: () => void): unknown;
  hasHeader(name: string): boolean;
  setHeader(name: string, value: string | number): unknown;
  writeHead(status: number, headers?: Readonly<Record<string, string | number>>): HttpResponse;
  flushHeaders(): void;
  write(chunk: Uint8Array): boolean;
  end(chunk?: string | Uint8Array, encoding?: BufferEncoding): unknown;
}

export interface ReplyOptions {
  readonly socket: Socket;
  /** Value of the header Keep-Alive, in seconds. */
  readonly keepAliveSeconds: number;
  /** Called once, when all was handed to the connection; `keep` is false when it must be closed. */
  readonly done: (keep: boolean) => void;
}

export class HttpReply implements HttpResponse {
  writableEnded = false;
  destroyed = false;
  readonly #options: ReplyOptions;
  #onClose: (() => void) | undefined;
  #headers: Record<string, string | number> | undefined;
  /** The head, until it is sent. */
  #head: string | undefined;
  #chunked = false;

  constructor(options: ReplyOptions) {
    this.#options = options;
  }

  /** What was ended is out of our hands: the connection's own buffer has it. */
  get writableFinished(): boolean {
    return this.writableEnded;
  }

  get writableLength(): number {
    return this.#options.socket.writableLength;
  }

  on(_event: 'close', listener: () => void): this {
    this.#onClose = listener;
    return this;
  }

  hasHeader(name: string): boolean {
    return this.#headers?.[name] !== undefined;
  }

  setHeader(name: string, value: string | number): this {
    this.#headers ??= {};
    this.#headers[name] = value;
    return this;
  }

  writeHead(status: number, headers: Readonly<Record<string, string | number>> = {}): this {
    const all = this.#headers === undefined ? headers : { ...this.#headers, ...headers };
    let head =
      status === 200 ? 'HTTP/1.1 200 OK\r\n' : `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n`;
    for (const name in all) head += `${name}: ${all[name]}\r\n`;
    if (all['content-length'] === undefined && status !== 204) {
      this.#chunked = true;
      head += 'transfer-encoding: chunked\r\n';
    }
    if (all.connection === undefined)
      head += `connection: keep-alive\r\nkeep-alive: timeout=${this.#options.keepAliveSeconds}\r\n`;
    this.#head = `${head}date: ${httpDate()}\r\n\r\n`;
    return this;
  }

  flushHeaders(): void {
    if (this.#head === undefined) return;
    this.#options.socket.write(this.#head, 'latin1');
    this.#head = undefined;
  }

  write(chunk: Uint8Array): boolean {
    this.flushHeaders();
    return this.#options.socket.write(this.#chunked ? chunkOf(chunk) : chunk);
  }

  end(chunk?: string | Uint8Array, encoding?: BufferEncoding): this {
    if (this.writableEnded || this.destroyed) return this;
    const { socket, done } = this.#options;
    if (typeof chunk === 'string' && !this.#chunked) {
      socket.write(this.#head + chunk, encoding);
    } else {
      socket.cork();
      this.flushHeaders();
      const bytes = typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk;
      if (bytes !== undefined && bytes.length > 0) socket.write(this.#chunked ? chunkOf(bytes) : bytes);
      if (this.#chunked) socket.write(lastChunk, 'latin1');
      socket.uncork();
    }
    this.writableEnded = true;
    done(this.#headers?.connection !== 'close');
    return this;
  }

  /** The connection is gone. */
  closed(): void {
    if (this.destroyed) return;
    this.destroyed = true;
    this.#onClose?.();
  }
}

const lastChunk = '0\r\n\r\n';
const lineEnd = Buffer.from('\r\n');

function chunkOf(bytes: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`, 'latin1'), bytes, lineEnd]);
}

let dateSecond = 0;
let dateText = '';

/** The header Date, made once a second. */
function httpDate(): string {
  const second = Math.floor(Date.now() / 1000);
  if (second !== dateSecond) {
    dateSecond = second;
    dateText = new Date(second * 1000).toUTCString();
  }
  return dateText;
}
