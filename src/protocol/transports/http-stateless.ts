/**
 * A POST of revision 2026-07-28: routed by its headers, its body carried unread where a server thread will read it.
 * It exists so that a call costs the gateway no parse (transports/streamable-http, Request Metadata).
 * Invariant: no state but the exchange itself; when the client goes away, the call is aborted.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { LmcpError } from '../../errors/index.js';
import { answerStateless, quoted, undelivered } from '../answers.js';
import type { CallContext } from '../call.js';
import { CallSignal } from '../call-signal.js';
import type { View } from '../endpoint.js';
import { encodeError, type RequestId } from '../jsonrpc.js';
import { parseMessage, type RequestMessage } from '../message.js';
import { envelopeError, stateless } from '../revisions/2026-07-28.js';
import type { Exchange } from './http-exchange.js';

export interface StatelessPost {
  readonly view: View;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** Resolves the caller's context; only calls need it. */
  context(): Promise<CallContext>;
}

export function handleStateless(post: StatelessPost, exchange: Exchange): void {
  const method = single(post.headers['mcp-method']);
  if (method !== 'tools/call') {
    answerHere(post, method, exchange);
    return;
  }
  const name = decodeHeader(single(post.headers['mcp-name']));
  const server = name === undefined ? undefined : post.view.owner(name);
  if (name === undefined || server === undefined) refuseCall(post, name, exchange);
  else call(post, { name, server }, exchange).catch((error: unknown) => fail(post, error, exchange));
}

async function call(
  { view, body, context }: StatelessPost,
  { name, server }: { name: string; server: string },
  exchange: Exchange,
): Promise<void> {
  const signal = new CallSignal();
  exchange.onGone = () => signal.abort();
  const request = {
    server,
    revision: stateless,
    body,
    expect: { method: 'tools/call', name },
    context: await context(),
  } as const;
  exchange.answer(await view.forward(request, exchange, signal));
}

function answerHere({ view, body }: StatelessPost, method: string | undefined, exchange: Exchange): void {
  const message = parseMessage(body);
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
      exchange.answer(error === undefined ? answerStateless(view, message) : encodeError(message.id, error));
    }
  }
}

/** The header names no tool of this view: says whether the header or the name is wrong. */
function refuseCall({ body }: StatelessPost, name: string | undefined, exchange: Exchange): void {
  const message = parseMessage(body);
  if (message.kind === 'invalid') exchange.refuse(message.error, message.id);
  else if (message.kind !== 'request')
    exchange.refuse(new LmcpError('LMCP_INVALID_REQUEST', 'A call needs an id.'));
  else exchange.answer(encodeError(message.id, callError(message, name)));
}

function callError({ method, params }: RequestMessage, name: string | undefined): LmcpError {
  const said = typeof params?.name === 'string' ? params.name : '';
  return (
    headerError('Mcp-Method', 'tools/call', method) ??
    headerError('Mcp-Name', name, said) ??
    envelopeError(params, stateless) ??
    new LmcpError('LMCP_UNKNOWN_TOOL', `Unknown tool: ${quoted(said)}.`)
  );
}

function headerError(header: string, given: string | undefined, body: string): LmcpError | undefined {
  if (given === body) return undefined;
  const detail =
    given === undefined
      ? `The header ${header} is missing or malformed.`
      : `${header} says ${quoted(given)}, the body says ${quoted(body)}.`;
  return new LmcpError('LMCP_HEADER_MISMATCH', detail);
}

function fail({ body }: StatelessPost, error: unknown, exchange: Exchange): void {
  exchange.answer(undelivered(requestId(body), error));
}

/** The id of a body that was not parsed so far. */
export function requestId(body: Buffer): RequestId | undefined {
  const message = parseMessage(body);
  return message.kind === 'request' || message.kind === 'invalid' ? message.id : undefined;
}

function single(value: string | string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** Undoes the Base64 sentinel (Value Encoding); undefined when missing or malformed. */
function decodeHeader(value: string | undefined): string | undefined {
  if (value === undefined || !/^[\t\x20-\x7e]*$/.test(value)) return undefined;
  const encoded = /^=\?base64\?([A-Za-z0-9+/]*={0,2})\?=$/.exec(value)?.[1];
  return encoded === undefined ? value : Buffer.from(encoded, 'base64').toString('utf8');
}
