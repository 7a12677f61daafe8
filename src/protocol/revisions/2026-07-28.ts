/**
 * Revision 2026-07-28: stateless; each request carries its version and capabilities in `_meta`.
 * It exists so that what this revision demands of a request and adds to a result stands in one file.
 * Invariant: nothing here remembers an earlier request.
 */
import { LmcpError } from '../../errors/index.js';
import { type CallContext, revisions } from '../call.js';
import { serverCapabilities } from '../capabilities.js';
import { prebuilt } from '../jsonrpc.js';
import { Pages } from '../lists.js';
import { isRecord, type Params } from '../message.js';
import type { Surface } from '../surface.js';

export const stateless = '2026-07-28';

/** Reserved `_meta` keys (basic, General fields), and one of ours. */
export const metaKeys = {
  version: 'io.modelcontextprotocol/protocolVersion',
  client: 'io.modelcontextprotocol/clientInfo',
  capabilities: 'io.modelcontextprotocol/clientCapabilities',
  server: 'io.modelcontextprotocol/serverInfo',
  logLevel: 'io.modelcontextprotocol/logLevel',
  subscription: 'io.modelcontextprotocol/subscriptionId',
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

/** What a view's fixed answers are made of. */
export interface ViewContents {
  readonly info: ServerInfo;
  readonly instructions: string;
  readonly surface: Surface;
  /** Items of one page of a list. */
  readonly pageSize: number;
}

/** Fixed answers of one view, complete up to the id. */
export interface StatelessAnswers {
  readonly discover: Buffer;
  /** Method → its pages; a list this view does not have is absent. */
  readonly lists: ReadonlyMap<string, Pages>;
}

export function statelessAnswers({ info, instructions, surface, pageSize }: ViewContents): StatelessAnswers {
  const also = { resultType: 'complete', ...cache, _meta: completeMeta(info) };
  return {
    discover: prebuilt({
      supportedVersions: revisions,
      capabilities: serverCapabilities(surface, true),
      instructions,
      ...also,
    }),
    lists: listsOf(surface, { size: pageSize, also }),
  };
}

/** The lists of a surface; the same members in both revisions. */
export function listsOf(
  { tools, prompts, resources, templates }: Surface,
  options: { size: number; also?: object },
): ReadonlyMap<string, Pages> {
  const lists = new Map([['tools/list', new Pages('tools', tools, options)]]);
  if (prompts.length > 0) lists.set('prompts/list', new Pages('prompts', prompts, options));
  if (resources.length + templates.length > 0) {
    lists.set('resources/list', new Pages('resources', resources, options));
    lists.set('resources/templates/list', new Pages('resourceTemplates', templates, options));
  }
  return lists;
}

/** `_meta` of a result: who answers. */
export function completeMeta(info: ServerInfo): Readonly<Record<string, unknown>> {
  return { [metaKeys.server]: info };
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
/** Characters of tracestate and of baggage that are carried (W3C Trace Context 3.3.1.5, Baggage 3.3.2). */
const traceLimits = { tracestate: 512, baggage: 8192 } as const;

const withClients = new WeakMap<CallContext, CallContext>();

/** The same object for the same context and client: one says the same with every call. */
function withClient(context: CallContext, client: NonNullable<CallContext['client']>): CallContext {
  const before = withClients.get(context);
  if (before?.client?.name === client.name && before.client.version === client.version) return before;
  const made = { ...context, client };
  withClients.set(context, made);
  return made;
}

/** The call's context with what its `_meta` says about client, session and trace; the same object when it says nothing. */
export function refineContext(context: CallContext, meta: Params | undefined): CallContext {
  if (meta === undefined) return context;
  const client = clientOf(meta[metaKeys.client]);
  const session = meta[metaKeys.session];
  const named = typeof session === 'string' && session !== '' && session.length <= 128;
  const trace = traceOf(meta);
  if (client === undefined && !named && trace === undefined) return context;
  if (client !== undefined && !named && trace === undefined) return withClient(context, client);
  return {
    ...context,
    ...(client && { client }),
    ...(named && { session, principal: session }),
    ...trace,
  };
}

/** W3C trace context; `tracestate` means nothing without a `traceparent`. */
function traceOf(meta: Params): Pick<CallContext, 'traceparent' | 'tracestate' | 'baggage'> | undefined {
  const parent = meta.traceparent;
  const traced = typeof parent === 'string' && traceparent.test(parent);
  const text = (key: keyof typeof traceLimits) => {
    const value = meta[key];
    return typeof value === 'string' && value.length <= traceLimits[key] ? value : undefined;
  };
  const tracestate = traced ? text('tracestate') : undefined;
  const baggage = text('baggage');
  if (!traced && baggage === undefined) return undefined;
  return {
    ...(traced && { traceparent: parent }),
    ...(tracestate !== undefined && { tracestate }),
    ...(baggage !== undefined && { baggage }),
  };
}

/** A client's self-description, cut to its two names; undefined when malformed. */
export function clientOf(value: unknown): { name: string; version: string } | undefined {
  if (!isRecord(value) || typeof value.name !== 'string' || typeof value.version !== 'string')
    return undefined;
  return { name: value.name.slice(0, 128), version: value.version.slice(0, 64) };
}
