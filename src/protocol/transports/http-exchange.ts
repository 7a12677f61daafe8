/**
 * One HTTP request on its way to its answer: a JSON object, or an event stream once there is something to stream.
 * It exists so that a call without progress costs one write with its length, and nobody parses a body to find out which.
 * Invariant: answers at most once; after the client is gone, nothing is written.
 */
import { LmcpError } from '../../errors/index.js';
import type { Outlet } from '../asks.js';
import type { CallSink } from '../call.js';
import { encodeError, type RequestId, statusOf } from '../jsonrpc.js';
import type { HttpResponse } from './http-reply.js';

const streamHeaders = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-cache',
  'x-accel-buffering': 'no',
};
const eventStart = Buffer.from('event: message\ndata: ');
const eventEnd = Buffer.from('\n\n');
/** Up to this size a body goes out as a string: node:http joins strings with the head into one write, buffers not. */
const joinLimit = 16 * 1024;
/** Progress is dropped for a client that has this many bytes unread. */
const unreadLimit = 256 * 1024;

export class Exchange implements CallSink, Outlet {
  readonly response: HttpResponse;
  /** Called when the client goes away before the answer. */
  onGone: (() => void) | undefined;
  #streaming = false;

  constructor(response: HttpResponse) {
    this.response = response;
    response.on('close', () => {
      if (!response.writableFinished) this.onGone?.();
    });
  }

  get open(): boolean {
    return !this.response.writableEnded && !this.response.destroyed;
  }

  notify(message: Uint8Array): void {
    if (!this.open || this.response.writableLength > unreadLimit) return;
    this.#stream();
    this.response.write(event(message));
  }

  deliver(message: Uint8Array): boolean {
    if (!this.open) return false;
    this.#stream();
    this.response.write(event(message));
    return true;
  }

  /** A request of 2026-07-28 is its exchange's own sink, and that revision has no requests of ours. */
  ask(method: string): Promise<Uint8Array> {
    return Promise.reject(new LmcpError('LMCP_INTERNAL', `${method} cannot be asked in this revision.`));
  }

  /** Opens the event stream before there is anything to say. */
  stream(): void {
    if (!this.open) return;
    this.#stream();
    this.response.flushHeaders();
  }

  /** Answers with a JSON-RPC response of ours; the status is told from it when not given. */
  answer(message: Uint8Array, status?: number): void {
    if (!this.open) return;
    if (this.#streaming) this.response.end(event(message));
    else sendJson(this.response, status ?? statusOf(message), message);
  }

  /** Ends without a JSON-RPC response: the call was cancelled (2025-11-25). */
  endSilently(): void {
    if (!this.open) return;
    this.#stream();
    this.response.end();
  }

  refuse(error: LmcpError, id?: RequestId): void {
    if (this.open) sendError(this.response, error, id);
  }

  #stream(): void {
    if (this.#streaming) return;
    this.#streaming = true;
    this.response.writeHead(200, streamHeaders);
  }
}

/** Sends an error of the transport itself, with the registry's HTTP status. */
export function sendError(response: HttpResponse, error: LmcpError, id?: RequestId): void {
  if (error.code === 'LMCP_UNAUTHORIZED') response.setHeader('www-authenticate', 'Bearer');
  if (error.code === 'LMCP_METHOD_NOT_ALLOWED') response.setHeader('allow', 'POST, GET, DELETE');
  if (error.code === 'LMCP_TOO_LARGE') response.setHeader('connection', 'close');
  const wait = error.data?.retryAfterMs;
  if (typeof wait === 'number') response.setHeader('retry-after', Math.ceil(wait / 1000));
  sendJson(response, error.http, encodeError(id, error));
}

function sendJson(response: HttpResponse, status: number, body: Uint8Array): void {
  if (status === 503 && !response.hasHeader('retry-after'))
    response.setHeader('retry-after', retryAfter(body));
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': body.length });
  if (body.length > joinLimit) response.end(body);
  else response.end(Buffer.from(body.buffer, body.byteOffset, body.length).toString('latin1'), 'latin1');
}

/** Seconds until a retry is worth it, as the error in a shed or refused call's response says; 1 when it says nothing. */
function retryAfter(body: Uint8Array): number {
  const text = Buffer.from(body.buffer, body.byteOffset, body.length).toString('latin1');
  const milliseconds = /"retryAfterMs":(\d{1,9})/.exec(text)?.[1];
  return Math.max(1, Math.ceil(Number(milliseconds ?? 0) / 1000));
}

function event(message: Uint8Array): Buffer {
  return Buffer.concat([eventStart, message, eventEnd]);
}
