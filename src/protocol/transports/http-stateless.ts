/**
 * A POST of revision 2026-07-28: routed by its headers, its body carried unread where a server thread will read it.
 * It exists so that a call costs the gateway no parse (transports/streamable-http, Request Metadata).
 * Invariant: no state but the exchange itself; when the client goes away, the call is aborted.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { LmcpError } from '../../errors/index.js';
import { answerStateless, undelivered } from '../answers.js';
import type { CallContext, CallRequest } from '../call.js';
import { CallSignal } from '../call-signal.js';
import type { View } from '../endpoint.js';
import { encodeError, type RequestId } from '../jsonrpc.js';
import { listen } from '../listen.js';
import { parseMessage, type RequestMessage } from '../message.js';
import { quoted } from '../quoted.js';
import { envelopeError, stateless } from '../revisions/2026-07-28.js';
import { isForwarded, isNamed, nameIn, ownerOf, unknownTarget } from '../routing.js';
import type { Exchange } from './http-exchange.js';
import { decodeHeader, paramHeaders } from './http-header-values.js';

export interface StatelessPost {
  readonly view: View;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** The caller's context; only what a server thread answers needs it. No promise where nobody needs to be asked. */
  context(): CallContext | Promise<CallContext>;
}

export function handleStateless(post: StatelessPost, exchange: Exchange): void {
  const { view, headers } = post;
  const method = single(headers['mcp-method']);
  if (method === undefined || !isNamed(method) || !isForwarded(view, method, stateless)) {
    answerParsed(post, method, exchange);
    return;
  }
  const name = decodeHeader(single(headers['mcp-name']));
  const server = name === undefined ? undefined : ownerOf(view, method, name);
  if (name === undefined || server === undefined) refuseCall(post, { method, name }, exchange);
  else forward(post, { server, expect: expected(post, method, name) }, exchange);
}

function expected({ view, headers }: StatelessPost, method: string, name: string): CallRequest['expect'] {
  return method === 'tools/call' && view.surface.mirrored(name)
    ? { method, name, params: paramHeaders(headers) }
    : { method, name };
}

type Routed = Pick<CallRequest, 'server' | 'expect'>;

function forward(post: StatelessPost, routed: Routed, exchange: Exchange): void {
  const failed = (error: unknown) => exchange.answer(undelivered(requestId(post.body), error));
  const carry = (context: CallContext) => {
    const { server, expect } = routed;
    const signal = new CallSignal();
    exchange.onGone = () => signal.abort();
    const request = { server, revision: stateless, body: post.body, expect, context } as const;
    return post.view.forward(request, exchange, signal).then((response) => exchange.answer(response), failed);
  };
  try {
    const context = post.context();
    if (context instanceof Promise) context.then(carry).catch(failed);
    else void carry(context);
  } catch (error) {
    failed(error);
  }
}

/** What the gateway answers by itself, and what its headers do not name. */
function answerParsed(post: StatelessPost, method: string | undefined, exchange: Exchange): void {
  const message = parseMessage(post.body);
  switch (message.kind) {
    case 'invalid':
      exchange.refuse(message.error, message.id);
      return;
    case 'response':
      exchange.refuse(new LmcpError('LMCP_INVALID_REQUEST', 'Clients send no responses in this revision.'));
      return;
    case 'notification':
      exchange.response.writeHead(202).end();
      return;
    case 'request': {
      const error =
        headerError('Mcp-Method', method, message.method) ?? envelopeError(message.params, stateless);
      if (error !== undefined) exchange.answer(encodeError(message.id, error));
      else answerRequest(post, message, exchange);
    }
  }
}

function answerRequest(post: StatelessPost, message: RequestMessage, exchange: Exchange): void {
  const { view } = post;
  const { id, method, params } = message;
  if (method === 'subscriptions/listen') openStream(post, message, exchange);
  else if (isForwarded(view, method, stateless)) {
    const name = nameIn(method, params);
    const server = name === undefined ? undefined : ownerOf(view, method, name);
    if (name === undefined || server === undefined)
      exchange.answer(encodeError(id, unknownTarget(message, name, stateless)));
    else forward(post, { server, expect: { method, name } }, exchange);
  } else exchange.answer(answerStateless(view, message));
}

function openStream({ view, context }: StatelessPost, message: RequestMessage, exchange: Exchange): void {
  const open = async () => {
    const close = await listen(message, {
      view,
      workspace: (await context()).workspace,
      send: (bytes) => exchange.notify(bytes),
      end: (bytes) => exchange.answer(bytes),
    });
    if (exchange.open) exchange.onGone = close;
    else close();
  };
  open().catch((error: unknown) => exchange.answer(undelivered(message.id, error)));
}

/** The header names no target of this view: says whether the header or the name is wrong. */
function refuseCall(
  { body }: StatelessPost,
  said: { method: string; name: string | undefined },
  exchange: Exchange,
): void {
  const message = parseMessage(body);
  if (message.kind === 'invalid') exchange.refuse(message.error, message.id);
  else if (message.kind !== 'request')
    exchange.refuse(new LmcpError('LMCP_INVALID_REQUEST', 'A call needs an id.'));
  else {
    const name = nameIn(message.method, message.params);
    const error =
      headerError('Mcp-Method', said.method, message.method) ??
      headerError('Mcp-Name', said.name, name ?? '') ??
      envelopeError(message.params, stateless) ??
      unknownTarget(message, name, stateless);
    exchange.answer(encodeError(message.id, error));
  }
}

function headerError(header: string, given: string | undefined, body: string): LmcpError | undefined {
  if (given === body) return undefined;
  const detail =
    given === undefined
      ? `The header ${header} is missing or malformed.`
      : `${header} says ${quoted(given)}, the body says ${quoted(body)}.`;
  return new LmcpError('LMCP_HEADER_MISMATCH', detail);
}

/** The id of a body that was not parsed so far. */
export function requestId(body: Buffer): RequestId | undefined {
  const message = parseMessage(body);
  return message.kind === 'request' || message.kind === 'invalid' ? message.id : undefined;
}

function single(value: string | string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
