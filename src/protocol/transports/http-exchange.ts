/**
 * One HTTP request on its way to its answer: a JSON object, or an event stream once there is something to stream.
 * It exists so that a call without progress costs one write with its length, and nobody parses a body to find out which.
 * Invariant: answers at most once; after the client is gone, nothing is written.
 */
import type { ServerResponse } from 'node:http';
import type { LmcpError } from '../../errors/index.js';
import type { CallSink } from '../call.js';
import { encodeError, type RequestId, statusOf } from '../jsonrpc.js';

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

export class Exchange implements CallSink {
  readonly response: ServerResponse;
  /** Called when the client goes away before the answer. */
  onGone: (() => void) | undefined;
  #streaming = false;

  constructor(response: ServerResponse) {
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
export function sendError(response: ServerResponse, error: LmcpError, id?: RequestId): void {
  if (error.code === 'LMCP_UNAUTHORIZED') response.setHeader('www-authenticate', 'Bearer');
  if (error.code === 'LMCP_METHOD_NOT_ALLOWED') response.setHeader('allow', 'POST, DELETE');
  if (error.code === 'LMCP_TOO_LARGE') response.setHeader('connection', 'close');
  sendJson(response, error.http, encodeError(id, error));
}

function sendJson(response: ServerResponse, status: number, body: Uint8Array): void {
  if (status === 503) response.setHeader('retry-after', '1');
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': body.length });
  if (body.length > joinLimit) response.end(body);
  else response.end(Buffer.from(body.buffer, body.byteOffset, body.length).toString('latin1'), 'latin1');
}

function event(message: Uint8Array): Buffer {
  return Buffer.concat([eventStart, message, eventEnd]);
}
