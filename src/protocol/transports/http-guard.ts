/**
 * Who may speak to the HTTP endpoint at all: Host, Origin, bearer token, media types.
 * It exists because a daemon on loopback is reachable from every web page the user opens (DNS rebinding).
 * Invariant: decided from headers alone, before a byte of the body is read; token comparison takes constant time.
 */
import { timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { LmcpError } from '../../errors/index.js';

export interface GuardOptions {
  /** The bearer token; undefined lets everyone in who reaches the port. */
  readonly token: string | undefined;
  /** Host names allowed besides the loopback ones, without port. */
  readonly allowedHosts?: readonly string[];
  /** Origins allowed besides loopback pages, e.g. "https://dashboard.example". */
  readonly allowedOrigins?: readonly string[];
  /** Allows no Origin but the endpoint's own, which its Host names; `allowedOrigins` and other loopback pages are refused. */
  readonly ownOriginOnly?: boolean;
}

/** Says why a request is refused; undefined lets it pass. */
export type Guard = (headers: IncomingHttpHeaders) => LmcpError | undefined;

const loopback = ['localhost', '127.0.0.1', '[::1]'];

/** Host, Origin and token of any request. */
export function createGuard(options: GuardOptions): Guard {
  const hosts = new Set([...loopback, ...(options.allowedHosts ?? [])].map((host) => host.toLowerCase()));
  const origins = new Set(options.allowedOrigins ?? []);
  const expected = options.token === undefined ? undefined : Buffer.from(`Bearer ${options.token}`);
  // Agents keep one Host string for life: the last one that passed needs no second look.
  let lastHost: string | undefined;

  return ({ host, origin, authorization }) => {
    if (host === undefined || (host !== lastHost && !hosts.has(hostName(host))))
      return new LmcpError('LMCP_FORBIDDEN_HOST', 'This Host is not served.');
    lastHost = host;
    const passes = (given: string) =>
      options.ownOriginOnly === true
        ? given.toLowerCase() === `http://${host.toLowerCase()}`
        : origins.has(given) || isLoopback(given);
    if (origin !== undefined && !passes(origin))
      return new LmcpError('LMCP_FORBIDDEN_ORIGIN', 'This Origin may not call.');
    if (expected !== undefined && !sameToken(authorization, expected))
      return new LmcpError('LMCP_UNAUTHORIZED', 'The bearer token is missing or wrong.');
    return undefined;
  };
}

/** Media types of a POST: JSON in; JSON and event stream out (transports, Sending Messages). */
export function mediaError(headers: IncomingHttpHeaders): LmcpError | undefined {
  const type = headers['content-type'];
  if (type === undefined || !/^application\/json\s*(;|$)/i.test(type))
    return new LmcpError('LMCP_MEDIA_TYPE', 'The body must be application/json.');
  const accept = headers.accept;
  if (
    accept !== undefined &&
    !(accepts(accept, 'application', 'json') && accepts(accept, 'text', 'event-stream'))
  )
    return new LmcpError(
      'LMCP_NOT_ACCEPTABLE',
      'Both application/json and text/event-stream must be accepted.',
    );
  return undefined;
}

function accepts(accept: string, type: string, subtype: string): boolean {
  return accept.includes(`${type}/${subtype}`) || accept.includes('*/*') || accept.includes(`${type}/*`);
}

function hostName(host: string): string {
  return host.toLowerCase().replace(/:\d{1,5}$/, '');
}

function isLoopback(origin: string): boolean {
  const match = /^https?:\/\/([^/]+)$/i.exec(origin);
  return match?.[1] !== undefined && loopback.includes(hostName(match[1]));
}

function sameToken(given: string | undefined, expected: Buffer): boolean {
  if (given === undefined) return false;
  const bytes = Buffer.from(given);
  return bytes.length === expected.length && timingSafeEqual(bytes, expected);
}
