/**
 * Streamable HTTP for both revisions on one path: /mcp for the combined view, /mcp/<server> for one server's.
 * It exists on bare node:http, because rebuilding server and transport for each request costs ten times the call.
 * Invariant: Host, Origin and token are checked first; which revision is spoken is decided by MCP-Protocol-Version.
 */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { isLmcpError, LmcpError } from '../../errors/index.js';
import type { CallContext } from '../call.js';
import type { Endpoint, View } from '../endpoint.js';
import { limits } from '../message.js';
import { quoted } from '../quoted.js';
import { handshakeVersions } from '../revisions/2025-11-25.js';
import { stateless, unsupported } from '../revisions/2026-07-28.js';
import { readBody, tooLarge } from './http-body.js';
import { Exchange, sendError } from './http-exchange.js';
import { rememberHead } from './http-front.js';
import { createGuard, type GuardOptions, mediaError } from './http-guard.js';
import { handleSessionPost, sessionOf } from './http-session-post.js';
import { SessionTable } from './http-sessions.js';
import { handleStateless, requestId } from './http-stateless.js';

export interface HttpOptions extends GuardOptions {
  readonly endpoint: Endpoint;
  /**
   * The workspace id for what `?workspace=` or the header Lmcp-Workspace says; called for each call of 2026-07-28
   * and each initialize of 2025-11-25. @throws LmcpError to refuse.
   */
  resolveWorkspace(hint: string | undefined): string | Promise<string>;
  /**
   * Asked for each request that passed the guard: the error that refuses it, with `data.retryAfterMs`. `client` is the session
   * the request names, else a key of its connection; at most 128 characters.
   */
  admit?(client: string): LmcpError | undefined;
  /** The one server whose own path asks for no token; Host and Origin are judged as ever. */
  readonly openServer?: string;
  /** 4 MiB when not given, and never more. */
  readonly maxBodyBytes?: number;
  /** Sessions of 2025-11-25 at once; 1,000 when not given. */
  readonly maxSessions?: number;
  /** Milliseconds after which such a session ends without requests; 30 minutes when not given. */
  readonly sessionIdleMs?: number;
  /** Clock, milliseconds. */
  readonly now?: () => number;
  /** Makes a session id. */
  readonly newId?: () => string;
}

/** A request listener for node:http. */
export interface HttpHandler {
  (request: IncomingMessage, response: ServerResponse): void;
  /** Open 2025-11-25 sessions. */
  sessions(): number;
  /** Ends all sessions and aborts their calls. */
  close(): void;
}

const prefix = '/mcp';

export function createHttpHandler(options: HttpOptions): HttpHandler {
  const { endpoint } = options;
  const guard = createGuard(options);
  const openGuard = createGuard({ ...options, token: undefined });
  const isOpen = (url = '') => {
    const path = `${prefix}/${options.openServer}`;
    return options.openServer !== undefined && (url === path || url.startsWith(`${path}?`));
  };
  const maxBytes = Math.min(options.maxBodyBytes ?? limits.bytes, limits.bytes);
  const newId = options.newId ?? randomUUID;
  const sessions = new SessionTable({
    max: options.maxSessions ?? 1000,
    idleMs: options.sessionIdleMs ?? 30 * 60_000,
    now: options.now ?? Date.now,
  });
  const connections = new WeakMap<object, string>();

  /** A stateless request names its session by header or `_meta`; failing that, its connection is the best there is. */
  const sessionKey = (request: IncomingMessage): string => {
    let key = connections.get(request.socket);
    if (key === undefined) {
      key = `http-${newId()}`;
      connections.set(request.socket, key);
    }
    return key;
  };

  const clientKey = (request: IncomingMessage) =>
    namedSession(request.headers, 'mcp-session-id') ?? namedSession(request.headers) ?? sessionKey(request);

  const post = (request: IncomingMessage, response: ServerResponse, { view, workspace }: Target) => {
    const { headers } = request;
    const resolve = () => options.resolveWorkspace(workspace ?? single(headers['lmcp-workspace']));
    let last: CallContext | undefined;
    const contextIn = (workspace: string): CallContext => {
      if (last?.workspace === workspace) return last;
      const named = namedSession(headers);
      last =
        named === undefined
          ? { workspace, session: sessionKey(request), transport: 'http' }
          : { workspace, session: named, principal: named, transport: 'http' };
      return last;
    };
    const dispatch = (body: Buffer, exchange: Exchange) => {
      const version = single(headers['mcp-protocol-version']);
      if (version === stateless) {
        const context = () => {
          const workspace = resolve();
          return typeof workspace === 'string' ? contextIn(workspace) : workspace.then(contextIn);
        };
        handleStateless({ view, headers, body, context }, exchange);
      } else if (version === undefined || handshakeVersions.has(version)) {
        const context = async (session: string) =>
          ({ workspace: await resolve(), session, transport: 'http' }) as const;
        handleSessionPost({ view, headers, body, sessions, newId, context }, exchange);
      } else exchange.refuse(unsupported(version), requestId(body));
    };
    const media = mediaError(headers);
    if (media !== undefined) {
      sendError(response, media);
      return;
    }
    // The same head leads to the same decisions; only the allowance is asked for again.
    const client = clientKey(request);
    rememberHead(request, (body, again) => {
      const exchange = new Exchange(again);
      const refused = options.admit?.(client) ?? (body.length > maxBytes ? tooLarge(maxBytes) : undefined);
      if (refused === undefined) dispatch(body, exchange);
      else exchange.refuse(refused);
    });
    const exchange = new Exchange(response);
    readBody(request, maxBytes, (error, body) => {
      if (error === undefined) dispatch(body, exchange);
      else exchange.refuse(error);
    });
  };

  /** The stream of a session, for what belongs to no request of its client. */
  const listen = (request: IncomingMessage, response: ServerResponse, { view }: Target) => {
    const { headers } = request;
    if (headers['mcp-session-id'] === undefined) {
      sendError(response, notAllowed('Only a session has a stream.'));
      return;
    }
    const session = sessionOf({ headers, sessions, view });
    if (isLmcpError(session)) sendError(response, session);
    else if (headers.accept?.includes('text/event-stream') !== true)
      sendError(response, new LmcpError('LMCP_NOT_ACCEPTABLE', 'The stream is text/event-stream.'));
    else session.stream.attach(new Exchange(response));
  };

  const end = (request: IncomingMessage, response: ServerResponse) => {
    const id = single(request.headers['mcp-session-id']);
    if (id === undefined) sendError(response, notAllowed('Only a session can be deleted.'));
    else if (sessions.delete(id)) response.writeHead(204).end();
    else sendError(response, new LmcpError('LMCP_SESSION_UNKNOWN', 'This session is not known.'));
  };

  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    const { headers } = request;
    const judge = isOpen(request.url) ? openGuard : guard;
    const target =
      judge(headers) ?? options.admit?.(clientKey(request)) ?? targetOf(endpoint, request.url ?? '');
    if (target instanceof LmcpError) sendError(response, target);
    else if (request.method === 'POST') post(request, response, target);
    else if (request.method === 'GET') listen(request, response, target);
    else if (request.method === 'DELETE') end(request, response);
    else sendError(response, notAllowed(`${request.method} is not offered.`));
  };
  return Object.assign(handle, { sessions: () => sessions.size, close: () => sessions.close() });
}

/** Bounds how long headers and bodies may take, and how many connections there may be. */
export function hardenHttpServer(server: Server): void {
  server.headersTimeout = 10_000;
  server.requestTimeout = 30_000;
  server.keepAliveTimeout = 65_000;
  server.maxHeadersCount = 100;
  server.maxConnections = 8192;
}

interface Target {
  readonly view: View;
  readonly workspace: string | undefined;
}

function targetOf(endpoint: Endpoint, url: string): Target | LmcpError {
  const queryAt = url.indexOf('?');
  const path = queryAt < 0 ? url : url.slice(0, queryAt);
  const workspace = queryAt < 0 ? null : new URLSearchParams(url.slice(queryAt)).get('workspace');
  if (path !== prefix && !path.startsWith(`${prefix}/`))
    return new LmcpError('LMCP_NO_SUCH_PATH', 'There is nothing at this path.');
  const server = path === prefix ? undefined : path.slice(prefix.length + 1);
  const view = endpoint.view(server);
  if (view === undefined) return new LmcpError('LMCP_UNKNOWN_SERVER', `No server ${quoted(server ?? '')}.`);
  return { view, workspace: workspace ?? undefined };
}

/** The session that a header names: Lmcp-Session, or the one given. */
function namedSession(headers: IncomingMessage['headers'], header = 'lmcp-session'): string | undefined {
  const named = headers[header];
  return typeof named === 'string' && /^[\x21-\x7e]{1,128}$/.test(named) ? named : undefined;
}

function notAllowed(detail: string): LmcpError {
  return new LmcpError('LMCP_METHOD_NOT_ALLOWED', detail);
}

function single(value: string | string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
