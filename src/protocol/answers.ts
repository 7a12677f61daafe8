/**
 * The methods that the gateway answers by itself, in each revision.
 * They exist apart from the transports so that HTTP, unix and stdio give the same bytes.
 * Invariant: synchronous, and no more than a copy of prebuilt bytes.
 */
import { type ErrorCode, isLmcpError, LmcpError } from '../errors/index.js';
import type { View } from './endpoint.js';
import { encodeError, encodePrebuilt, type RequestId } from './jsonrpc.js';
import type { Pages } from './lists.js';
import type { RequestMessage } from './message.js';
import { quoted } from './quoted.js';

/** Discovery and lists of 2026-07-28. */
export function answerStateless(view: View, { id, method, params }: RequestMessage): Buffer {
  if (method === 'server/discover') return encodePrebuilt(view.stateless.discover, id);
  return listed(view.stateless.lists.get(method), { id, method, params });
}

/** Handshake, ping and lists of 2025-11-25. */
export function answerHandshake(view: View, { id, method, params }: RequestMessage): Buffer {
  switch (method) {
    case 'initialize':
      return typeof params?.protocolVersion === 'string'
        ? encodePrebuilt(view.handshake.initialize, id)
        : refuse(id, 'LMCP_INVALID_PARAMS', '`params.protocolVersion` must be a string.');
    case 'ping':
      return encodePrebuilt(view.handshake.empty, id);
    default:
      return listed(view.handshake.lists.get(method), { id, method, params });
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

/** The method is no part of this view in this revision. */
export function unknownMethod(id: RequestId, method: string): Buffer {
  return refuse(id, 'LMCP_UNKNOWN_METHOD', `Method not found: ${quoted(method)}.`);
}

/** A page of a list by its cursor (server/utilities/pagination, Error Handling). */
function listed(pages: Pages | undefined, { id, method, params }: Omit<RequestMessage, 'kind'>): Buffer {
  if (pages === undefined) return unknownMethod(id, method);
  const page = pages.at(params?.cursor);
  return page === undefined
    ? refuse(id, 'LMCP_INVALID_PARAMS', 'The cursor is none that this list handed out.')
    : encodePrebuilt(page, id);
}
