/**
 * Streamable HTTP for both revisions on one path: /mcp for the combined view, /mcp/<server> for one server's.
 * It exists on bare node:http, because rebuilding server and transport for each request costs ten times the call.
 * Invariant: Host, Origin and token are checked first; which revision is spoken is decided by MCP-Protocol-Version.
 */
import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http';
import { isLmcpError, LmcpError } from '../../errors/index.js';
import type { CallContext } from '../call.js';
import type { Endpoint, View } from '../endpoint.js';
import { limits } from '../message.js';
import { quoted } from '../quoted.js';
import { handshakeVersions } from '../revisions/2025-11-25.js';
import { stateless, unsupported } from '../revisions/2026-07-28.js';
import { readBody, tooLarge } from './http-body.js';
import { Exchange, sendError } from './http-exchange.js';
import { rememberHead, type ServeAgain } from './http-front.js';
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
   * Asked for each request that passed the guard: the error that refuses it, with `data.retryAfterMs`. `client` is a key of its
   * connection; then, where the request names an open 2025-11-25 session, that session's id. Both are made here, at most 128
   * characters: what a client calls itself is no key. So a session is held to one allowance however many connections it uses,
   * and a client without one has an allowance a connection.
   */
  admit?(client: string): LmcpError | undefined;
  /**
   * The one server whose own path asks for no token. Host is judged as ever, of Origins only its own passes, and what a client
   * says of a workspace is not looked at: whoever needs no token names no folder.
   */
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
  const openGuard = createGuard({ ...options, token: undefined, ownOriginOnly: true });
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

  const refusal = (connection: string, session: string | undefined): LmcpError | undefined =>
    options.admit?.(connection) ??
    (session !== undefined && sessions.has(session) ? options.admit?.(session) : undefined);

  /** What serves a head. It lives as long as the connection, so nothing in here may hold the request that brought the head. */
  const serving = (headers: IncomingHttpHeaders, connection: string, { view, workspace }: Target) => {
    const isOpenView = view.server !== undefined && view.server === options.openServer;
    const hint = isOpenView ? undefined : (workspace ?? single(headers['lmcp-workspace']));
    const resolve = () => options.resolveWorkspace(hint);
    let last: CallContext | undefined;
    const contextIn = (workspace: string): CallContext => {
      if (last?.workspace === workspace) return last;
      const named = namedSession(headers);
      last =
        named === undefined
          ? { workspace, session: connection, transport: 'http' }
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
    const session = single(headers['mcp-session-id']);
    // The same head leads to the same decisions; only the allowance is asked for again.
    const again: ServeAgain = (body, response) => {
      const exchange = new Exchange(response);
      const refused =
        refusal(connection, session) ?? (body.length > maxBytes ? tooLarge(maxBytes) : undefined);
      if (refused === undefined) dispatch(body, exchange);
      else exchange.refuse(refused);
    };
    return { dispatch, again };
  };

  const post = (request: IncomingMessage, response: ServerResponse, target: Target) => {
    const media = mediaError(request.headers);
    if (media !== undefined) {
      sendError(response, media);
      return;
    }
    const { dispatch, again } = serving(request.headers, sessionKey(request), target);
    rememberHead(request, again);
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

  const end = (request: IncomingMessage, response: ServerResponse, { view }: Target) => {
    const { headers } = request;
    const id = single(headers['mcp-session-id']);
    if (id === undefined) {
      sendError(response, notAllowed('Only a session can be deleted.'));
      return;
    }
    const session = sessionOf({ headers, sessions, view });
    if (isLmcpError(session)) sendError(response, session);
    else {
      sessions.delete(id);
      response.writeHead(204).end();
    }
  };

  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    const { headers } = request;
    const judge = isOpen(request.url) ? openGuard : guard;
    const target =
      judge(headers) ??
      refusal(sessionKey(request), single(headers['mcp-session-id'])) ??
      targetOf(endpoint, request.url ?? '');
    if (target instanceof LmcpError) sendError(response, target);
    else if (request.method === 'POST') post(request, response, target);
    else if (request.method === 'GET') listen(request, response, target);
    else if (request.method === 'DELETE') end(request, response, target);
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

/** What the client calls its session. */
function namedSession(headers: IncomingHttpHeaders): string | undefined {
  const named = headers['lmcp-session'];
  return typeof named === 'string' && /^[\x21-\x7e]{1,128}$/.test(named) ? named : undefined;
}

function notAllowed(detail: string): LmcpError {
  return new LmcpError('LMCP_METHOD_NOT_ALLOWED', detail);
}

function single(value: string | string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
