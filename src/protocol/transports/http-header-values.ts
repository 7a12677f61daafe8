/**
 * What the Mcp-* headers of 2026-07-28 say, decoded.
 * It exists because names and arguments may hold what a header cannot (transports/streamable-http, Value Encoding).
 * Invariant: a value that is not exactly what an encoder writes is malformed, never guessed at.
 */
import type { IncomingHttpHeaders } from 'node:http';

/** Undoes the Base64 sentinel; undefined when missing or malformed. */
export function decodeHeader(value: string | undefined): string | undefined {
  if (value === undefined || !/^[\t\x20-\x7e]*$/.test(value)) return undefined;
  if (!value.startsWith('=?base64?') || !value.endsWith('?=') || value.length < 11) return value;
  const encoded = value.slice(9, -2);
  const bytes = Buffer.from(encoded, 'base64');
  if (bytes.toString('base64') !== encoded) return undefined;
  const text = bytes.toString('utf8');
  return Buffer.from(text).equals(bytes) ? text : undefined;
}

/** The `Mcp-Param-*` headers, decoded, by lower-case name; null where one is malformed. */
export function paramHeaders(headers: IncomingHttpHeaders): Readonly<Record<string, string | null>> {
  const params: Record<string, string | null> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (!name.startsWith('mcp-param-')) continue;
    params[name] = decodeHeader(typeof value === 'string' ? value : undefined) ?? null;
  }
  return params;
}
