/**
 * Stands between a connection and node:http: a request whose head the connection has sent before is served at once,
 * everything else goes to node:http as it came.
 * It exists because parsing, header objects and the response object are most of what a call costs the gateway.
 * Invariant: a request is served here only when it came whole, alone, on a connection with nothing under way, and with a
 * head that node:http parsed and the handler accepted on this same connection; so node:http judges every new head.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { HttpReply, type HttpResponse } from './http-reply.js';
import { KnownHeads } from './known-heads.js';

/** Serves one more request with the head that it was made for. */
export type ServeAgain = (body: Buffer, response: HttpResponse) => void;

export interface FrontOptions {
  /** Called for each request served here, when it begins and when it ends. */
  readonly onUse?: () => void;
}

export interface Front {
  /** Requests that are being served here. */
  readonly active: number;
}

/** What a request sends while the one before is still being answered waits, up to this many bytes; more ends the connection. */
const heldBytes = 64 * 1024;

/** Puts a front before every connection of a server. */
export function frontHttpServer(server: Server, options: FrontOptions = {}): Front {
  const parse = server.listeners('connection') as ((socket: Duplex) => void)[];
  server.removeAllListeners('connection');
  const state = { active: 0 };
  const count = (by: number) => {
    state.active += by;
    options.onUse?.();
  };
  const handOver = (connection: Duplex) => {
    for (const listener of parse) listener.call(server, connection);
  };
  server.on('connection', (socket: Socket) => {
    firstRead(socket, server.headersTimeout, (bytes) => {
      const head = headOf(bytes);
      if (head?.total === bytes.length) {
        const front = new FrontedConnection(socket, server.keepAliveTimeout, count);
        handOver(front);
        front.received(bytes);
      } else {
        // Not one whole request: node:http reads the connection itself, which for one that drips costs a third.
        socket.pause();
        handOver(socket);
        socket.unshift(bytes);
        process.nextTick(() => socket.resume());
      }
    });
  });
  server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    if (request.socket instanceof FrontedConnection) request.socket.parsed(request, response);
  });
  return state;
}

/** Waits for what a connection says first, and ends one that says nothing in time. */
function firstRead(socket: Socket, waitMs: number, done: (bytes: Buffer) => void): void {
  const give = () => socket.destroy();
  socket.setTimeout(waitMs);
  socket.on('timeout', give).on('end', give).on('error', give);
  socket.once('data', (bytes: Buffer) => {
    socket.setTimeout(0);
    socket.off('timeout', give).off('end', give).off('error', give);
    done(bytes);
  });
}

/** Lets the connection of a request serve more of its kind without parsing their heads; nothing happens where there is no front. */
export function rememberHead(request: IncomingMessage, serve: ServeAgain): void {
  const socket: unknown = request.socket;
  if (socket instanceof FrontedConnection) socket.remember(serve);
}

/** A request on its way through node:http. */
interface Parsing {
  /** Its head, when it came whole in the first read and may be known later. */
  readonly head: { readonly bytes: Buffer; readonly lengthAt: number; readonly total: number } | undefined;
  received: number;
  requests: number;
  serve: ServeAgain | undefined;
}

/** The connection as node:http sees it. */
class FrontedConnection extends Duplex {
  readonly #socket: Socket;
  readonly #keepAliveMs: number;
  readonly #count: (by: number) => void;
  readonly #known = new KnownHeads<ServeAgain>();
  #parsing: Parsing | undefined;
  #reply: HttpReply | undefined;
  #held: Buffer[] = [];
  #heldLength = 0;
  /** Something came that does not fit one request at a time: node:http has the connection for good. */
  #plain = false;

  constructor(socket: Socket, keepAliveMs: number, count: (by: number) => void) {
    super({ allowHalfOpen: true, decodeStrings: false });
    this.#socket = socket;
    this.#keepAliveMs = keepAliveMs;
    this.#count = count;
    socket.on('data', (bytes: Buffer) => this.received(bytes));
    socket.on('end', () => {
      // To node:http, whoever closes its writing side has gone; here it is no different.
      this.#gone();
      this.push(null);
    });
    socket.on('timeout', () => {
      // Our own calls may take as long as their tools do; node:http sees to its own.
      if (this.#reply === undefined) this.emit('timeout');
      else socket.setTimeout(this.#keepAliveMs);
    });
    socket.on('error', (error) => this.destroy(error));
    socket.on('close', () => {
      this.#gone();
      this.destroy();
    });
  }

  get remoteAddress(): string | undefined {
    return this.#socket.remoteAddress;
  }

  setTimeout(milliseconds: number): this {
    this.#socket.setTimeout(milliseconds);
    return this;
  }

  /** Ends once everything is written, as node:http expects of a socket. */
  destroySoon(): void {
    if (this.writableFinished) this.destroy();
    else this.once('finish', () => this.destroy());
    if (this.writable) this.end();
  }

  /** node:http has parsed a head. */
  parsed(request: IncomingMessage, response: ServerResponse): void {
    const parsing = this.#parsing;
    if (parsing === undefined) return;
    parsing.requests += 1;
    response.on('close', () => {
      const whole = parsing.received === parsing.head?.total && parsing.requests === 1 && request.complete;
      this.#parsing = undefined;
      if (!whole || !response.writableFinished || !response.shouldKeepAlive) this.#plain = true;
      else if (parsing.head !== undefined && parsing.serve !== undefined)
        this.#known.add(parsing.head.bytes, parsing.head.lengthAt, parsing.serve);
    });
  }

  remember(serve: ServeAgain): void {
    if (this.#parsing !== undefined) this.#parsing.serve = serve;
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(
    chunk: string | Buffer,
    encoding: BufferEncoding,
    done: (error?: Error | null) => void,
  ): void {
    this.#socket.write(chunk, encoding, done);
  }

  override _writev(
    chunks: { chunk: string | Buffer; encoding: BufferEncoding }[],
    done: (error?: Error | null) => void,
  ): void {
    this.#socket.cork();
    for (const [i, { chunk, encoding }] of chunks.entries())
      this.#socket.write(chunk, encoding, i === chunks.length - 1 ? done : undefined);
    this.#socket.uncork();
  }

  override _final(done: () => void): void {
    this.#socket.end(done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#socket.destroy();
    done(error);
  }

  /** What came over the connection. */
  received(bytes: Buffer): void {
    if (this.#plain) this.#pass(bytes);
    else if (this.#reply !== undefined) this.#hold(bytes);
    else if (this.#parsing !== undefined) {
      this.#parsing.received += bytes.length;
      this.#pass(bytes);
    } else {
      const known = this.#known.find(bytes);
      if (known !== undefined) this.#serve(known.value, known.body);
      else {
        this.#parsing = { head: headOf(bytes), received: bytes.length, requests: 0, serve: undefined };
        if (this.#parsing.head === undefined) this.#plain = true;
        this.#pass(bytes);
      }
    }
  }

  #pass(bytes: Buffer): void {
    if (!this.push(bytes)) this.#socket.pause();
  }

  #hold(bytes: Buffer): void {
    this.#heldLength += bytes.length;
    if (this.#heldLength <= heldBytes) this.#held.push(bytes);
    else {
      // Pausing would be kinder, but a paused connection does not tell that its client has left.
      this.#held = [];
      this.#gone();
      this.destroy();
    }
  }

  /** Whoever waited for an answer has left. */
  #gone(): void {
    this.#reply?.closed();
    this.#finish();
  }

  #serve(serve: ServeAgain, body: Buffer): void {
    this.#count(1);
    const reply = new HttpReply({
      socket: this.#socket,
      keepAliveSeconds: Math.floor(this.#keepAliveMs / 1000),
      done: (keep) => {
        this.#finish();
        if (!keep) this.#socket.end();
        else this.#next();
      },
    });
    this.#reply = reply;
    serve(body, reply);
  }

  #finish(): void {
    if (this.#reply === undefined) return;
    this.#reply = undefined;
    this.#count(-1);
  }

  /** What came meanwhile. */
  #next(): void {
    if (this.#held.length > 0) {
      const held = Buffer.concat(this.#held, this.#heldLength);
      this.#held = [];
      this.#heldLength = 0;
      this.received(held);
    }
  }
}

const headEnd = '\r\n\r\n';
/** What makes a request more than a head and a body of declared length, or its connection more than one of requests. */
const unusual = /\r\n(?:transfer-encoding|expect|upgrade|trailer|connection:(?! *keep-alive *\r\n)) */i;
const length = /\r\ncontent-length: *(\d{1,6})\r\n/i;
const oldVersion = /^[^\r]* HTTP\/1\.0\r\n/;

/** A head that may be known later; undefined when it is not whole, not short or not plain. */
function headOf(bytes: Buffer): Parsing['head'] {
  const end = bytes.indexOf(headEnd);
  if (end < 0 || end > 8192) return undefined;
  const text = bytes.toString('latin1', 0, end + headEnd.length);
  if (unusual.test(text) || oldVersion.test(text)) return undefined;
  const declared = length.exec(text);
  if (declared === null) return { bytes: Buffer.from(text, 'latin1'), lengthAt: 0, total: text.length };
  const lengthAt = declared.index + declared[0].search(/\d/);
  return { bytes: Buffer.from(text, 'latin1'), lengthAt, total: text.length + Number(declared[1]) };
}
