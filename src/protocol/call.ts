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
  /** Absolute folder the client was started in, where it says so. */
  readonly cwd?: string;
  /** Stable key of the client's session: the bridge's process, `Mcp-Session-Id`, or a key in `_meta`. */
  readonly session: string;
  readonly transport: 'http' | 'stdio' | 'unix' | 'internal';
  readonly client?: { readonly name: string; readonly version: string };
  /** Whom a task or a `requestState` is bound to: a session that outlives its connection; absent where none was named. */
  readonly principal?: string;
  /** W3C trace context, passed through from `_meta`. */
  readonly traceparent?: string;
  readonly tracestate?: string;
  readonly baggage?: string;
  /** What the client can be asked, as it said in `initialize`; a request of 2026-07-28 says it in its body. */
  readonly capabilities?: Readonly<Record<string, unknown>>;
  /** Least severe log message the session wants (2025-11-25, logging/setLevel). */
  readonly logLevel?: string;
}

/** One request that needs a server thread (tools/call, resources/read, prompts/get, completion/complete, tasks/…) on its way there. */
export interface CallRequest {
  readonly server: string;
  readonly revision: Revision;
  /** One JSON-RPC request as UTF-8 JSON. */
  readonly body: Uint8Array;
  /** What headers (2026-07-28) or the gateway's own parse said the body is; `name`: the tool, resource, prompt or task. */
  readonly expect: {
    readonly method: string;
    readonly name?: string;
    /** `Mcp-Param-*` headers by lower-case name, for tools that mirror arguments into headers; null: malformed. */
    readonly params?: Readonly<Record<string, string | null>>;
  };
  readonly context: CallContext;
}

/** What a running request may send its client ahead of the response. */
export interface CallSink {
  /** A notification that belongs to the request (progress, logging): complete JSON-RPC bytes. */
  notify(message: Uint8Array): void;
  /**
   * A request of ours to the client (elicitation/create, sampling/createMessage, roots/list; 2025-11-25 only).
   * Resolves with the client's complete JSON-RPC response. @throws LmcpError when the client is gone or cannot be asked.
   */
  ask(method: string, params: unknown): Promise<Uint8Array>;
}

/**
 * Carries a request to the thread that runs it and resolves with the complete JSON-RPC response bytes.
 * The gateway's signals are CallSignals: listen to them, but make a native one for APIs that insist on it.
 * Errors of the tool are inside those bytes; a rejection is an LmcpError of the way itself (LMCP_SERVER_DOWN, LMCP_OVERLOADED).
 */
export type Forward = (call: CallRequest, sink: CallSink, signal: AbortSignal) => Promise<Uint8Array>;
