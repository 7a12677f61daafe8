/**
 * Questions of a 2025-11-25 request: asked at once, on the stream of the call, and waited for.
 * It exists as the other way of `rounds.ts`.
 * Invariant: an error of the client's is LMCP_BAD_ANSWER with its message cut; the call's end ends the waiting.
 */
import { LmcpError } from '../../errors/index.js';
import type { CallSink } from '../call.js';
import { isRecord } from '../message.js';
import type { Way } from './questions.js';

export function liveWay(sink: CallSink): Way {
  return async ({ method, params }) => {
    const value: unknown = JSON.parse(Buffer.from(await sink.ask(method, params)).toString('utf8'));
    if (isRecord(value) && value.result !== undefined) return value.result;
    const error = isRecord(value) && isRecord(value.error) ? value.error.message : undefined;
    const detail = typeof error === 'string' ? error.slice(0, 200) : 'it gave no reason';
    throw new LmcpError('LMCP_BAD_ANSWER', `The client refused ${method}: ${detail}`);
  };
}
