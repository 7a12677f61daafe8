/**
 * Revision 2026-07-28: stateless; each request carries its version and capabilities in `_meta`.
 * It exists so that what this revision demands of a request and adds to a result stands in one file.
 * Invariant: nothing here remembers an earlier request.
 */
import { LmcpError } from '../../errors/index.js';
import { type CallContext, revisions } from '../call.js';
import type { ToolListing } from '../catalogue.js';
import { prebuilt } from '../jsonrpc.js';
import { isRecord, type Params } from '../message.js';

export const stateless = '2026-07-28';

/** Reserved `_meta` keys (basic, General fields), and one of ours. */
export const metaKeys = {
  version: 'io.modelcontextprotocol/protocolVersion',
  client: 'io.modelcontextprotocol/clientInfo',
  capabilities: 'io.modelcontextprotocol/clientCapabilities',
  server: 'io.modelcontextprotocol/serverInfo',
  /** Names the agent's session where no connection or header does. */
  session: 'lmcp/session',
} as const;

/** How long a client may keep a list or the discovery: they change with the daemon's version only. */
const cache = { ttlMs: 300_000, cacheScope: 'public' } as const;

export interface ServerInfo {
  readonly name: string;
  readonly version: string;
  readonly title: string;
}

/** Fixed answers of one view, complete up to the id. */
export interface StatelessAnswers {
  readonly discover: Buffer;
  readonly toolsList: Buffer;
}

export function statelessAnswers(
  info: ServerInfo,
  instructions: string,
  tools: readonly ToolListing[],
): StatelessAnswers {
  const complete = { resultType: 'complete', ...cache, _meta: { [metaKeys.server]: info } };
  return {
    discover: prebuilt({
      supportedVersions: revisions,
      capabilities: { tools: {} },
      instructions,
      ...complete,
    }),
    toolsList: prebuilt({ tools, ...complete }),
  };
}

/** What a complete tools/call result of this revision carries besides its content: JSON text, with a leading comma. */
export function completeTail(info: ServerInfo): string {
  return `,"resultType":"complete","_meta":${JSON.stringify({ [metaKeys.server]: info })}`;
}

/** The `_meta` object of a request, if it has one. */
export function metaOf(params: Params | undefined): Params | undefined {
  return isRecord(params?._meta) ? params._meta : undefined;
}

/** Whether a request claims to be of a stateless revision, this one or a later one. */
export function isStateless(params: Params | undefined): boolean {
  return metaOf(params)?.[metaKeys.version] !== undefined;
}

/**
 * Checks the required `_meta` fields.
 *
 * @returns undefined when they are all there, else LMCP_INVALID_PARAMS, LMCP_UNSUPPORTED_REVISION or, where a
 *   header claimed another version, LMCP_HEADER_MISMATCH.
 */
export function envelopeError(params: Params | undefined, header?: string): LmcpError | undefined {
  const meta = metaOf(params);
  const version = meta?.[metaKeys.version];
  if (typeof version !== 'string') return missing(metaKeys.version);
  if (header !== undefined && version !== header)
    return new LmcpError(
      'LMCP_HEADER_MISMATCH',
      `MCP-Protocol-Version says "${header}", the body says "${version}".`,
    );
  if (version !== stateless) return unsupported(version);
  if (!isRecord(meta?.[metaKeys.capabilities])) return missing(metaKeys.capabilities);
  return undefined;
}

/** UnsupportedProtocolVersionError with the data the specification asks for. */
export function unsupported(requested: string): LmcpError {
  return new LmcpError('LMCP_UNSUPPORTED_REVISION', `Protocol version "${requested}" is not served.`, {
    data: { supported: revisions, requested },
  });
}

function missing(key: string): LmcpError {
  return new LmcpError('LMCP_INVALID_PARAMS', `\`params._meta["${key}"]\` is missing or of the wrong type.`);
}

const traceparent = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** The call's context with what its `_meta` says about client, session and trace; the same object when it says nothing. */
export function refineContext(context: CallContext, meta: Params | undefined): CallContext {
  if (meta === undefined) return context;
  const client = clientOf(meta[metaKeys.client]);
  const session = meta[metaKeys.session];
  const trace = meta.traceparent;
  const named = typeof session === 'string' && session !== '' && session.length <= 128;
  const traced = typeof trace === 'string' && traceparent.test(trace);
  if (client === undefined && !named && !traced) return context;
  return {
    ...context,
    ...(client && { client }),
    ...(named && { session }),
    ...(traced && { traceparent: trace }),
  };
}

/** A client's self-description, cut to its two names; undefined when malformed. */
export function clientOf(value: unknown): { name: string; version: string } | undefined {
  if (!isRecord(value) || typeof value.name !== 'string' || typeof value.version !== 'string')
    return undefined;
  return { name: value.name.slice(0, 128), version: value.version.slice(0, 64) };
}
