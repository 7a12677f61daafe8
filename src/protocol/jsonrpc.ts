/**
 * JSON-RPC responses as bytes, in one fixed layout: jsonrpc, then result or error, then id.
 * It exists so that a gateway can tell an error and its code from a few bytes, without parsing an answer it only carries.
 * Invariant: every response of ours is written here; `statusOf` and `idOf` read nothing else.
 */
import { errors, type LmcpError } from '../errors/index.js';

export type RequestId = string | number;

const head = '{"jsonrpc":"2.0",';
/** Where `result` or `error` or `method` begins, after its quote. */
const kindAt = head.length + 1;
const codeAt = head.length + '"error":{"code":'.length;
const minus = 0x2d;
const letterE = 0x65;

/** A result's bytes up to its id; prebuilt once for answers that never change. */
export function prebuilt(result: unknown): Buffer {
  return Buffer.from(`${head}"result":${JSON.stringify(result)}`);
}

/** Completes a prebuilt result for one request. */
export function encodePrebuilt(start: Buffer, id: RequestId): Buffer {
  const end = `,"id":${typeof id === 'number' ? id : JSON.stringify(id)}}`;
  const bytes = Buffer.allocUnsafe(start.length + Buffer.byteLength(end));
  start.copy(bytes);
  bytes.write(end, start.length);
  return bytes;
}

/** A response from a result that is JSON text already. */
export function encodeResult(id: RequestId, resultJson: string): Buffer {
  return Buffer.from(
    `${head}"result":${resultJson},"id":${typeof id === 'number' ? id : JSON.stringify(id)}}`,
  );
}

/** An error response; the id is left out where it could not be read (specification, basic, Error Responses). */
export function encodeError(id: RequestId | undefined, error: LmcpError): Buffer {
  const body = {
    code: error.wire,
    message: error.message,
    data: { ...error.data, code: error.code, hint: error.hint, retry: error.retry },
  };
  const end = id === undefined ? '}' : `,"id":${JSON.stringify(id)}}`;
  return Buffer.from(`${head}"error":${JSON.stringify(body)}${end}`);
}

/** A notification, e.g. notifications/progress. */
export function encodeNotification(method: string, params: unknown): Buffer {
  return Buffer.from(`${head}"method":${JSON.stringify(method)},"params":${JSON.stringify(params)}}`);
}

/** A request of ours to a client. Its id comes first, so that `idOf` never takes it for a response. */
export function encodeRequest(id: RequestId, method: string, params: unknown): Buffer {
  return Buffer.from(
    `${head}"id":${JSON.stringify(id)},"method":${JSON.stringify(method)},"params":${JSON.stringify(params)}}`,
  );
}

const statusByWire = new Map<number, number>();
for (const { wire, http } of Object.values(errors)) {
  if (!statusByWire.has(wire)) statusByWire.set(wire, http);
}

/** HTTP status of a response of ours: 200 for a result, else what the registry's first row of that wire code says. */
export function statusOf(response: Uint8Array): number {
  if (response[kindAt] !== letterE) return 200;
  let code = 0;
  for (let i = codeAt + 1; i < response.length; i += 1) {
    const digit = (response[i] ?? 0) - 0x30;
    if (digit < 0 || digit > 9) break;
    code = code * 10 + digit;
  }
  if (response[codeAt] === minus) code = -code;
  return statusByWire.get(code) ?? 500;
}

const idMark = Buffer.from(',"id":');

/**
 * The id of a response of ours; undefined for notifications and for errors that answer no readable request: there, what
 * follows a member `id` has one bracket too many to be JSON, and inside a string the mark's quotes are escaped.
 */
export function idOf(message: Uint8Array): RequestId | undefined {
  const bytes = Buffer.from(message.buffer, message.byteOffset, message.byteLength);
  const at = bytes.lastIndexOf(idMark);
  if (at < 0) return undefined;
  try {
    const id: unknown = JSON.parse(bytes.toString('utf8', at + idMark.length, bytes.length - 1));
    return typeof id === 'string' || typeof id === 'number' ? id : undefined;
  } catch {
    return undefined;
  }
}
