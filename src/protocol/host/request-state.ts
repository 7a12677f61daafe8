/**
 * `requestState` of a multi-round request: what was answered so far, carried by the client, signed by us.
 * It exists so that a request with questions needs no memory on our side (basic/patterns/mrtr).
 * Invariant: taken back only unchanged, by the same server, from the same principal, for the same request, before it expires.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { LmcpError } from '../../errors/index.js';
import type { CallContext } from '../call.js';
import { isRecord, type Params } from '../message.js';

/** How long a client, or its user, may take to answer one round, in milliseconds. */
const lifetime = 15 * 60_000;
/** Characters of a state: it travels in both directions with every round. */
const sizeLimit = 256 * 1024;

/** What a state is bound to. */
export interface Bound {
  readonly method: string;
  readonly name: string;
  readonly arguments: unknown;
  readonly context: CallContext;
}

export interface StateSigner {
  /** @throws LMCP_ANSWER_TOO_LARGE when the answers so far are too long to carry. */
  sign(answers: Params, bound: Bound): string;
  /** The answers that were signed. @throws LMCP_REQUEST_STATE when it was changed, has expired or is another request's. */
  open(state: unknown, bound: Bound): Params;
}

/** @param key secret of at least 32 bytes. @param now clock, milliseconds. @param server whose states these are: the key is shared. */
export function createStateSigner(key: Uint8Array, now: () => number, server: string): StateSigner {
  const mac = (text: string) => createHmac('sha256', key).update(text).digest();
  return {
    sign(answers, bound) {
      const text = Buffer.from(
        JSON.stringify({ until: now() + lifetime, to: digestOf(server, bound), answers }),
      ).toString('base64url');
      if (text.length > sizeLimit)
        throw new LmcpError('LMCP_ANSWER_TOO_LARGE', 'The answers so far are too long to carry on.');
      return `${text}.${mac(text).toString('base64url')}`;
    },
    open(state, bound) {
      if (typeof state !== 'string') throw refused('`requestState` must be a string.');
      const dot = state.indexOf('.');
      const text = state.slice(0, Math.max(dot, 0));
      const given = Buffer.from(state.slice(dot + 1));
      const expected = Buffer.from(mac(text).toString('base64url'));
      if (given.length !== expected.length || !timingSafeEqual(given, expected))
        throw refused('`requestState` is not as it was handed out.');
      const { until, to, answers } = JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as {
        until: number;
        to: string;
        answers: unknown;
      };
      if (now() > until) throw refused('`requestState` has expired.');
      if (to !== digestOf(server, bound))
        throw refused('`requestState` belongs to another request or caller.');
      return isRecord(answers) ? answers : {};
    },
  };
}

function refused(detail: string): LmcpError {
  return new LmcpError('LMCP_REQUEST_STATE', detail);
}

function digestOf(server: string, { method, name, arguments: given, context }: Bound): string {
  const { workspace, principal, transport, session } = context;
  const who = transport === 'http' ? (principal ?? '') : session;
  return createHash('sha256')
    .update(JSON.stringify([server, method, name, ordered(given ?? {}), workspace, who]))
    .digest('base64url');
}

/** Members in one order: a client need not keep ours. */
function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (!isRecord(value)) return value;
  return Object.keys(value)
    .sort()
    .map((key) => [key, ordered(value[key])]);
}
