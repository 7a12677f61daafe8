/**
 * The two shapes of a tools/call result, per revision: success with structured content, failure with `isError`.
 * It exists so that what a revision adds to every result is serialised once, not per call.
 * Invariant: a failure carries no structuredContent, because v1 clients hold it against the output schema.
 */
import type { LmcpError } from '../errors/index.js';
import { encodeResult, type RequestId } from './jsonrpc.js';
import { completeTail, metaKeys, type ServerInfo } from './revisions/2026-07-28.js';

/** `_meta` key of a failed result: the registry code, the hint, and what else the error says. */
export const errorMetaKey = 'lmcp/error';

export interface ResultWriter {
  success(id: RequestId, structured: unknown, text: string): Buffer;
  failure(id: RequestId, error: LmcpError): Buffer;
}

/** A writer of 2026-07-28 results when `info` is given, of 2025-11-25 results when not. */
export function createResultWriter(info: ServerInfo | undefined): ResultWriter {
  const tail = info === undefined ? '}' : `${completeTail(info)}}`;
  const kind = info === undefined ? {} : { resultType: 'complete' };
  const meta = info === undefined ? {} : { [metaKeys.server]: info };
  return {
    success: (id, structured, text) =>
      encodeResult(
        id,
        `{"content":[{"type":"text","text":${JSON.stringify(text)}}],"structuredContent":${JSON.stringify(structured)}${tail}`,
      ),
    failure: (id, error) =>
      encodeResult(
        id,
        JSON.stringify({
          content: [{ type: 'text', text: `${error.code}: ${error.message}\n${error.hint}` }],
          isError: true,
          ...kind,
          _meta: {
            ...meta,
            [errorMetaKey]: { ...error.data, code: error.code, hint: error.hint, retry: error.retry },
          },
        }),
      ),
  };
}
