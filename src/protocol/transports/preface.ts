/**
 * The first line of a unix connection and its answer: who connects, for which server and repository.
 * It exists because a socket, unlike a child process, has neither arguments nor a working directory.
 * Invariant: one JSON line each way, before any MCP message.
 */
import { type ErrorCode, errors, LmcpError } from '../../errors/index.js';
import { isRecord } from '../message.js';

export interface Preface {
  /** Version of this exchange. */
  readonly lmcp: 1;
  /** Package version of the client half. */
  readonly version: string;
  /** Stable key of the agent's session. */
  readonly session: string;
  /** Server whose view is wanted; the combined one when not given. */
  readonly server?: string;
  /** Repository asked for; else the one around `cwd`. */
  readonly repo?: string;
  readonly cwd?: string;
  /** A service of the daemon instead of MCP: one JSON line in, one out. */
  readonly service?: string;
}

export type PrefaceReply =
  | { readonly ok: true; readonly version: string; readonly pid: number }
  | {
      readonly ok: false;
      readonly error: { readonly code: string; readonly message: string; readonly hint: string };
    };

/** Bytes of a preface line. */
export const prefaceBytes = 16 * 1024;

/** @throws LMCP_INVALID_REQUEST when the line is no preface. */
export function parsePreface(line: Uint8Array): Preface {
  const value = parseJson(line);
  if (!isRecord(value) || value.lmcp !== 1) throw malformed('`lmcp` must be 1');
  const { version, session, server, repo, cwd, service } = value;
  if (typeof version !== 'string' || version === '') throw malformed('`version` must be a string');
  if (typeof session !== 'string' || session === '' || session.length > 128)
    throw malformed('`session` must be a string of 1 to 128 characters');
  return {
    lmcp: 1,
    version,
    session,
    ...optional('server', server),
    ...optional('repo', repo),
    ...optional('cwd', cwd),
    ...optional('service', service),
  };
}

export function encodePrefaceReply(reply: PrefaceReply): Buffer {
  return Buffer.from(`${JSON.stringify(reply)}\n`);
}

export function refusal(error: LmcpError): PrefaceReply {
  return { ok: false, error: { code: error.code, message: error.message, hint: error.hint } };
}

/**
 * The daemon's answer.
 *
 * @throws the LmcpError the daemon refused with, or LMCP_NO_DAEMON when the line is no answer of ours.
 */
export function parsePrefaceReply(line: Uint8Array): Extract<PrefaceReply, { ok: true }> {
  const value = parseJson(line);
  if (
    isRecord(value) &&
    value.ok === true &&
    typeof value.version === 'string' &&
    typeof value.pid === 'number'
  )
    return { ok: true, version: value.version, pid: value.pid };
  if (isRecord(value) && value.ok === false && isRecord(value.error)) {
    const { code, message } = value.error;
    throw new LmcpError(
      typeof code === 'string' && Object.hasOwn(errors, code) ? (code as ErrorCode) : 'LMCP_INTERNAL',
      typeof message === 'string' ? message : 'The daemon refused the connection.',
    );
  }
  throw new LmcpError('LMCP_NO_DAEMON', 'What answers on the socket is no daemon of ours.');
}

function parseJson(line: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(line).toString('utf8'));
  } catch {
    return undefined;
  }
}

function optional<Key extends string>(key: Key, value: unknown): { [K in Key]?: string } {
  if (value === undefined) return {};
  if (typeof value !== 'string') throw malformed(`\`${key}\` must be a string`);
  return { [key]: value } as { [K in Key]?: string };
}

function malformed(what: string): LmcpError {
  return new LmcpError('LMCP_INVALID_REQUEST', `Malformed preface: ${what}.`);
}
