/**
 * Results as JSON text, per revision: a tool's success, its failure with `isError`, and any other complete result.
 * It exists so that what a revision adds to every result is serialised once, not per call.
 * Invariant: a failure carries no structuredContent, because v1 clients hold it against the output schema.
 */
import type { LmcpError } from '../errors/index.js';
import type { Content } from './content.js';
import { completeMeta, completeTail, type ServerInfo } from './revisions/2026-07-28.js';
import type { ToolResult } from './tool.js';

/** `_meta` key of a failed result: the registry code, the hint, and what else the error says. */
export const errorMetaKey = 'lmcp/error';

export interface ResultWriter {
  success(structured: unknown, result: Pick<ToolResult<unknown>, 'text' | 'content'>): string;
  failure(error: LmcpError): string;
  /** A result of these members; `hints` only where the revision has them. */
  complete(members: object, hints?: object): string;
  /** A result that asks for input (2026-07-28). */
  inputRequired(inputRequests: object, requestState: string): string;
}

/** A writer of 2026-07-28 results when `info` is given, of 2025-11-25 results when not. */
export function createResultWriter(info: ServerInfo | undefined): ResultWriter {
  const tail = info === undefined ? '}' : `${completeTail(info)}}`;
  const meta = info === undefined ? {} : completeMeta(info);
  const complete = info === undefined ? {} : { resultType: 'complete', _meta: meta };
  return {
    success: (structured, { text, content }) =>
      `{"content":${contentJson(text, content)},"structuredContent":${JSON.stringify(structured)}${tail}`,
    failure: (error) =>
      JSON.stringify({
        content: [{ type: 'text', text: `${error.code}: ${error.message}\n${error.hint}` }],
        isError: true,
        ...complete,
        _meta: {
          ...meta,
          [errorMetaKey]: { ...error.data, code: error.code, hint: error.hint, retry: error.retry },
        },
      }),
    complete: (members, hints) =>
      JSON.stringify({ ...members, ...(info === undefined ? {} : hints), ...complete }),
    inputRequired: (inputRequests, requestState) =>
      JSON.stringify({ resultType: 'input_required', inputRequests, requestState, _meta: meta }),
  };
}

function contentJson(text: string, content: readonly Content[] | undefined): string {
  if (content === undefined) return `[{"type":"text","text":${JSON.stringify(text)}}]`;
  const first: readonly Content[] = text === '' ? [] : [{ type: 'text', text }];
  return JSON.stringify([...first, ...content]);
}
