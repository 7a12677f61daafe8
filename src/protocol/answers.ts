/**
 * The methods that the gateway answers by itself, in each revision.
 * They exist apart from the transports so that HTTP, unix and stdio give the same bytes.
 * Invariant: synchronous, and no more than a copy of prebuilt bytes.
 */
import { type ErrorCode, isLmcpError, LmcpError } from '../errors/index.js';
import type { View } from './endpoint.js';
import { encodeError, encodePrebuilt, type RequestId } from './jsonrpc.js';
import type { Params, RequestMessage } from './message.js';

/** Everything of 2026-07-28 but tools/call. */
export function answerStateless(view: View, { id, method, params }: RequestMessage): Buffer {
  switch (method) {
    case 'server/discover':
      return encodePrebuilt(view.stateless.discover, id);
    case 'tools/list':
      return listed(view.stateless.toolsList, id, params);
    default:
      return unknownMethod(id, method);
  }
}

/** Everything of 2025-11-25 but tools/call. */
export function answerHandshake(view: View, { id, method, params }: RequestMessage): Buffer {
  switch (method) {
    case 'initialize':
      return typeof params?.protocolVersion === 'string'
        ? encodePrebuilt(view.handshake.initialize, id)
        : refuse(id, 'LMCP_INVALID_PARAMS', '`params.protocolVersion` must be a string.');
    case 'ping':
      return encodePrebuilt(view.handshake.ping, id);
    case 'tools/list':
      return listed(view.handshake.toolsList, id, params);
    default:
      return unknownMethod(id, method);
  }
}

/** An error response by its registry code. */
export function refuse(id: RequestId | undefined, code: ErrorCode, detail: string): Buffer {
  return encodeError(id, new LmcpError(code, detail));
}

/** The response to a call that could not be carried; a failure that is not of the registry shows nothing of its cause. */
export function undelivered(id: RequestId | undefined, error: unknown): Buffer {
  return isLmcpError(error)
    ? encodeError(id, error)
    : refuse(id, 'LMCP_INTERNAL', 'The call failed unexpectedly on its way.');
}

/** A name shown back to a client: cut, and without control characters. */
export function quoted(name: string): string {
  return JSON.stringify(name.length > 80 ? `${name.slice(0, 80)}…` : name);
}

function unknownMethod(id: RequestId, method: string): Buffer {
  return refuse(id, 'LMCP_UNKNOWN_METHOD', `Method not found: ${quoted(method)}.`);
}

/** Each list is one page, so no cursor was ever handed out (server/utilities/pagination, Error Handling). */
function listed(list: Buffer, id: RequestId, params: Params | undefined): Buffer {
  return params?.cursor === undefined || params.cursor === null
    ? encodePrebuilt(list, id)
    : refuse(id, 'LMCP_INVALID_PARAMS', 'The cursor is not one of ours: the list is a single page.');
}
