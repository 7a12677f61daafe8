/**
 * What the transport contract talks with: a wire to send messages over, and a client that builds them for one revision.
 * It exists so that a case says what is asked and what must come back, not how it travels.
 * Invariant: knows nothing of HTTP, sockets or streams.
 */
import assert from 'node:assert/strict';
import type { Revision } from './call.js';
import type { ContractRig } from './contract-server.js';
import { metaKeys } from './revisions/2026-07-28.js';

/** A parsed JSON-RPC message; the cases look at what they expect to be there. */
// biome-ignore lint/suspicious/noExplicitAny: what comes off a wire has no static shape, and the cases assert it.
export type Wired = any;

/** What came back for one message. */
export interface Returned {
  /** HTTP status, where there is one. */
  readonly status: number | undefined;
  readonly notifications: readonly Wired[];
  /** undefined when the exchange ended without a response. */
  readonly response: Wired;
}

/** One open client of a transport. */
export interface Wire {
  /** Sends raw bytes as one message; `facts` is what an HTTP client of 2026-07-28 puts into headers. */
  send(bytes: Uint8Array, facts: { id?: string | number; method?: string; name?: string }): Promise<Returned>;
  /** Sends a notification, which nothing answers. */
  notify(message: object): Promise<void>;
  /** Every notification that came, of whatever request or of none, in order. */
  readonly heard: readonly Wired[];
  /** What the client answers to requests of the server: a result by its request; undefined: nothing. */
  answers: (request: Wired) => Wired;
  /** Lets messages in that belong to no request, where that takes a stream of its own (HTTP, 2025-11-25). */
  open(): Promise<void>;
  /** Abandons the request of that id the way this transport does. */
  cancel(id: string | number): Promise<void>;
  close(): Promise<void>;
}

export interface TransportCase {
  readonly name: string;
  readonly revisions: readonly Revision[];
  /** Whether the case needs one connection that several requests share. */
  readonly shared?: boolean;
  run(client: Client, rig: ContractRig): Promise<void>;
}

/** Builds the messages of one revision and sends them over a wire. */
export class Client {
  readonly revision: Revision;
  readonly wire: Wire;
  /** Capabilities that 2026-07-28 requests declare. */
  capabilities: object = {};
  #next = 1000;

  constructor(revision: Revision, wire: Wire) {
    this.revision = revision;
    this.wire = wire;
  }

  message(method: string, params: Record<string, unknown> = {}, id: string | number = this.#next++) {
    const meta =
      this.revision === '2026-07-28'
        ? { ...envelope, [metaKeys.capabilities]: this.capabilities, ...(params._meta as object) }
        : params._meta;
    return { jsonrpc: '2.0', id, method, params: { ...params, ...(meta !== undefined && { _meta: meta }) } };
  }

  request(method: string, params?: Record<string, unknown>, id?: string | number): Promise<Returned> {
    const message = this.message(method, params, id);
    const named = [params?.name, params?.uri, params?.taskId].find((it) => typeof it === 'string');
    const name = typeof named === 'string' && method !== 'completion/complete' ? { name: named } : {};
    return this.wire.send(bytesOf(message), { id: message.id, method, ...name });
  }

  call(name: string, args: object, id?: string | number, meta?: object): Promise<Returned> {
    return this.request('tools/call', { name, arguments: args, ...(meta && { _meta: meta }) }, id);
  }
}

/** The `_meta` of a well-formed 2026-07-28 request. */
export const envelope = {
  [metaKeys.version]: '2026-07-28',
  [metaKeys.client]: { name: 'contract-client', version: '1' },
  [metaKeys.capabilities]: {},
};

export function bytesOf(message: unknown): Buffer {
  return Buffer.from(JSON.stringify(message));
}

/** The error of a response; fails when there is none. */
export function errorOf({ response }: Returned): { code: number; message: string; data: Wired } {
  assert.ok(response?.error, `expected an error, got ${JSON.stringify(response)}`);
  return response.error;
}

/** Whether the wire still works. */
export async function stillAnswers(client: Client): Promise<boolean> {
  const { response } = await client.call('echo', { text: 'still here' });
  return response.result.structuredContent.text === 'still here';
}

/** Waits for a condition, 2.5 s at most. */
export async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 500 && !condition(); i += 1) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.ok(condition(), 'did not happen within 2.5 s');
}
