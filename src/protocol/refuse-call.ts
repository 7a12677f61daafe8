/**
 * Answers a tools/call in place of a server thread: a failed result with the registry's code and hint.
 * It exists so that an agent reads why its call went nowhere (no repository, a thread that died) as it reads any tool error.
 * Invariant: the answer has the request's own id and the shape of its revision.
 */
import type { LmcpError } from '../errors/index.js';
import type { CallRequest } from './call.js';
import { encodeError } from './jsonrpc.js';
import { parseMessage } from './message.js';
import { type ServerInfo, stateless } from './revisions/2026-07-28.js';
import { createResultWriter } from './tool-result.js';

export function refuseCall(request: CallRequest, error: LmcpError, info: ServerInfo): Uint8Array {
  const message = parseMessage(request.body);
  if (message.kind !== 'request') return encodeError(undefined, error);
  return createResultWriter(request.revision === stateless ? info : undefined).failure(message.id, error);
}
