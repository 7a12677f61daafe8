/**
 * One JSON-RPC message from untrusted bytes: size, UTF-8, depth and number of values are bounded before anything is built.
 * It exists so that every transport and both halves refuse the same bytes with the same code.
 * Invariant: never throws; what cannot be read is an `invalid` message with its error and, if readable, its id.
 */
import { isUtf8 } from 'node:buffer';
import { type ErrorCode, LmcpError } from '../errors/index.js';
import type { RequestId } from './jsonrpc.js';

/** Bounds of one message. */
export const limits = {
  /** Bytes of one message. */
  bytes: 4 * 1024 * 1024,
  /** Nested arrays and objects. */
  depth: 64,
  /** Members and items in all, counted by commas and opening brackets. */
  values: 200_000,
  /** Characters of a string id. */
  id: 1024,
} as const;

export type Params = Readonly<Record<string, unknown>>;

export interface RequestMessage {
  readonly kind: 'request';
  readonly id: RequestId;
  readonly method: string;
  readonly params: Params | undefined;
}
export interface NotificationMessage {
  readonly kind: 'notification';
  readonly method: string;
  readonly params: Params | undefined;
}
/** A response to a request of ours, or to none. */
export interface ResponseMessage {
  readonly kind: 'response';
  readonly id: RequestId | undefined;
}
export interface InvalidMessage {
  readonly kind: 'invalid';
  readonly id: RequestId | undefined;
  readonly error: LmcpError;
}
export type Message = RequestMessage | NotificationMessage | ResponseMessage | InvalidMessage;

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Reads one message. */
export function parseMessage(body: Uint8Array): Message {
  if (body.length > limits.bytes) return invalid('LMCP_TOO_LARGE', `The message has ${body.length} bytes.`);
  if (!isUtf8(body)) return invalid('LMCP_PARSE', 'The message is not UTF-8.');
  const excess = excessOf(body);
  if (excess !== undefined) return invalid('LMCP_INVALID_REQUEST', excess);
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8'));
  } catch {
    return invalid('LMCP_PARSE', 'The message is not JSON.');
  }
  return classify(value);
}

function classify(value: unknown): Message {
  if (Array.isArray(value))
    return invalid('LMCP_INVALID_REQUEST', 'Batches are not part of either revision.');
  if (!isRecord(value)) return invalid('LMCP_INVALID_REQUEST', 'A message is a JSON object.');
  const { id, method, params } = value;
  const readable = isRequestId(id) ? id : undefined;
  if (value.jsonrpc !== '2.0') return invalid('LMCP_INVALID_REQUEST', '`jsonrpc` must be "2.0".', readable);
  if (method === undefined && ('result' in value || 'error' in value))
    return { kind: 'response', id: readable };
  if (typeof method !== 'string')
    return invalid('LMCP_INVALID_REQUEST', '`method` must be a string.', readable);
  if (params !== undefined && !isRecord(params))
    return invalid('LMCP_INVALID_REQUEST', '`params` must be an object.', readable);
  if (!('id' in value)) return { kind: 'notification', method, params };
  if (readable === undefined)
    return invalid('LMCP_INVALID_REQUEST', '`id` must be a string or a safe integer.');
  return { kind: 'request', id: readable, method, params };
}

function isRequestId(id: unknown): id is RequestId {
  return typeof id === 'string' ? id.length <= limits.id : Number.isSafeInteger(id);
}

function invalid(code: ErrorCode, detail: string, id?: RequestId): InvalidMessage {
  return { kind: 'invalid', id, error: new LmcpError(code, detail) };
}

/** One pass over the bytes, before JSON.parse may build millions of objects; about 1 ns a byte. */
function excessOf(body: Uint8Array): string | undefined {
  let depth = 0;
  let values = 0;
  let inString = false;
  for (let i = 0; i < body.length; i += 1) {
    const byte = body[i];
    if (inString) {
      if (byte === 0x5c) i += 1;
      else if (byte === 0x22) inString = false;
    } else if (byte === 0x22) inString = true;
    else if (byte === 0x2c) values += 1;
    else if (byte === 0x7b || byte === 0x5b) {
      values += 1;
      depth += 1;
      if (depth > limits.depth) return `The message is nested deeper than ${limits.depth}.`;
    } else if (byte === 0x7d || byte === 0x5d) depth -= 1;
  }
  return values > limits.values ? `The message holds more than ${limits.values} values.` : undefined;
}
