/**
 * The seam between the two halves of the protocol core: the gateway's endpoint and a server thread's tool host.
 * It exists so that a request crosses threads as bytes with the few facts the gateway knows about it.
 * Invariant: the body is the client's own bytes; whoever runs it verifies that they say what `expect` says.
 */

/** The protocol revisions served, newest first. */
export const revisions = ['2026-07-28', '2025-11-25'] as const;
export type Revision = (typeof revisions)[number];

/** What the gateway knows about the caller; plain data, crosses threads as JSON. */
export interface CallContext {
  /** Workspace id, resolved by the gateway (see runtime). */
  readonly workspace: string;
  /** Root of the working tree the client stands in, resolved by the gateway; work trees and clones of one origin differ here. */
  readonly root?: string;
  /** Stable key of the client's session: the bridge's process, `Mcp-Session-Id`, or a key in `_meta`. */
  readonly session: string;
  readonly transport: 'http' | 'stdio' | 'unix' | 'internal';
  readonly client?: { readonly name: string; readonly version: string };
  /** W3C trace context, passed through from `_meta`. */
  readonly traceparent?: string;
}

/** One tools/call (later also resources/read, prompts/get …) on its way to a server thread. */
export interface CallRequest {
  readonly server: string;
  readonly revision: Revision;
  /** One JSON-RPC request as UTF-8 JSON. */
  readonly body: Uint8Array;
  /** What headers (2026-07-28) or the gateway's own parse said the body is. */
  readonly expect: { readonly method: string; readonly name?: string };
  readonly context: CallContext;
}

/** Where notifications that belong to a running request go (progress, logging): complete JSON-RPC bytes. */
export interface CallSink {
  notify(message: Uint8Array): void;
}

/**
 * Carries a request to the thread that runs it and resolves with the complete JSON-RPC response bytes.
 * The gateway's signals are CallSignals: listen to them, but make a native one for APIs that insist on it.
 * Errors of the tool are inside those bytes; a rejection is an LmcpError of the way itself (LMCP_SERVER_DOWN, LMCP_OVERLOADED).
 */
export type Forward = (call: CallRequest, sink: CallSink, signal: AbortSignal) => Promise<Uint8Array>;
