/**
 * Answers a request in place of a server thread: for a tool a failed result with the registry's code and hint, else an error.
 * It exists so that an agent reads why its call went nowhere (no repository, a thread that died) as it reads any tool error.
 * Invariant: the answer has the request's own id and the shape of its revision.
 */
import type { LmcpError } from '../errors/index.js';
import type { CallRequest } from './call.js';
import { encodeError, encodeResult } from './jsonrpc.js';
import { parseMessage } from './message.js';
import { type ServerInfo, stateless } from './revisions/2026-07-28.js';
import { createResultWriter } from './tool-result.js';

export function refuseCall(request: CallRequest, error: LmcpError, info: ServerInfo): Uint8Array {
  const message = parseMessage(request.body);
  if (message.kind !== 'request') return encodeError(undefined, error);
  if (request.expect.method !== 'tools/call') return encodeError(message.id, error);
  const writer = createResultWriter(request.revision === stateless ? info : undefined);
  return encodeResult(message.id, writer.failure(error));
}
