/**
 * A POST of revision 2025-11-25: initialize opens a session, everything else belongs to one.
 * It exists apart from the stateless path so that neither carries the other's rules.
 * Invariant: a lost connection does not cancel a call of this revision; only notifications/cancelled does.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { isLmcpError, LmcpError } from '../../errors/index.js';
import { undelivered } from '../answers.js';
import type { CallContext } from '../call.js';
import type { View } from '../endpoint.js';
import { type Message, parseMessage, type RequestMessage } from '../message.js';
import { Peer, type Reply } from '../peer.js';
import { handshake } from '../revisions/2025-11-25.js';
import { isStateless, unsupported } from '../revisions/2026-07-28.js';
import type { Exchange } from './http-exchange.js';
import { type HttpSession, SessionStream, type SessionTable } from './http-sessions.js';

export interface SessionPost {
  readonly view: View;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly sessions: SessionTable;
  /** Makes a session id: visible ASCII, unguessable. */
  newId(): string;
  /** The context of a session that is being opened. */
  context(session: string): Promise<CallContext>;
}

export function handleSessionPost(post: SessionPost, exchange: Exchange): void {
  const message = parseMessage(post.body);
  if (message.kind === 'invalid') exchange.refuse(message.error, message.id);
  else if (message.kind === 'request' && isStateless(message.params))
    exchange.refuse(
      new LmcpError('LMCP_HEADER_MISMATCH', 'MCP-Protocol-Version does not say what `_meta` says.'),
      message.id,
    );
  else if (message.kind === 'request' && message.method === 'initialize')
    open(post, message, exchange).catch((error: unknown) => {
      if (isLmcpError(error)) exchange.refuse(error, message.id);
      else exchange.answer(undelivered(message.id, error));
    });
  else within(post, message, exchange);
}

async function open(post: SessionPost, message: RequestMessage, exchange: Exchange): Promise<void> {
  const id = post.newId();
  const stream = new SessionStream();
  const peer = new Peer(post.view, await post.context(id), (message) => stream.send(message));
  const reply = await peer.handle(message, post.body, exchange);
  if (peer.initialized) {
    try {
      post.sessions.add(id, { peer, stream });
    } catch (error) {
      peer.close();
      throw error;
    }
    exchange.response.setHeader('mcp-session-id', id);
  }
  finish(exchange, reply);
}

function within(post: SessionPost, message: Message, exchange: Exchange): void {
  const id = message.kind === 'request' ? message.id : undefined;
  const session = sessionOf(post);
  if (isLmcpError(session)) {
    exchange.refuse(session, id);
    return;
  }
  const { peer } = session;
  exchange.onGone = () => peer.lost(exchange);
  const reply = peer.handle(message, post.body, exchange);
  if (message.kind !== 'request') exchange.response.writeHead(202).end();
  else if (reply instanceof Promise) void reply.then((bytes) => finish(exchange, bytes));
  else finish(exchange, reply);
}

/** The session that the headers name, if it is of this view. */
export function sessionOf({
  headers,
  sessions,
  view,
}: Pick<SessionPost, 'headers' | 'sessions' | 'view'>): HttpSession | LmcpError {
  const id = headers['mcp-session-id'];
  if (typeof id !== 'string')
    return new LmcpError('LMCP_INVALID_REQUEST', 'Mcp-Session-Id is missing: initialize first.');
  const version = headers['mcp-protocol-version'];
  if (typeof version === 'string' && version !== handshake) return unsupported(version);
  const session = sessions.get(id);
  return session?.peer.view === view
    ? session
    : new LmcpError('LMCP_SESSION_UNKNOWN', 'This session is not known.');
}

/** Errors of a readable request go out with 200: clients of this era read a body only then. */
function finish(exchange: Exchange, reply: Reply): void {
  if (reply === undefined) exchange.endSilently();
  else exchange.answer(reply, 200);
}
