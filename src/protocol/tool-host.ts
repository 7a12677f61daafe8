/**
 * The server-thread half: from a call's bytes to its response's bytes.
 * It exists so that tools see parsed arguments and clients see valid results, whatever either side does wrong.
 * Invariant: `call` never rejects; nothing of an unexpected failure but its code reaches the wire.
 */
import type { z } from 'zod';
import { isLmcpError, LmcpError } from '../errors/index.js';
import { quoted } from './answers.js';
import type { CallContext, CallRequest, CallSink } from './call.js';
import type { Server } from './define.js';
import { inputError } from './input-error.js';
import { encodeError, encodeNotification } from './jsonrpc.js';
import { isRecord, type Params, parseMessage, type RequestMessage } from './message.js';
import { handshake } from './revisions/2025-11-25.js';
import { envelopeError, metaOf, refineContext, type ServerInfo, stateless } from './revisions/2026-07-28.js';
import type { Tool, ToolContext } from './tool.js';
import { createResultWriter, type ResultWriter } from './tool-result.js';

/** How a call came out, for the journal. */
export interface Outcome {
  /** The tool's name; empty when the call named none. */
  readonly tool: string;
  readonly ok: boolean;
  /** What the tool says may be learned as the call's subject. */
  readonly subject?: string;
  /** Registry code of the failure. */
  readonly code?: string;
}

export interface HostedCall {
  /** The complete JSON-RPC response. */
  readonly response: Uint8Array;
  readonly outcome: Outcome;
  /** The request's context with what its `_meta` said about client, session and trace. */
  readonly context: CallContext;
}

export interface ToolHostOptions {
  /** The same as the endpoint's: results of 2026-07-28 carry it. */
  readonly info: ServerInfo;
  /** Told of every failure that is ours: exceptions that are no LmcpError, results that break their schema. */
  onError?(error: unknown, tool: string): void;
}

export interface ToolHost<Services> {
  call(request: CallRequest, services: Services, sink: CallSink, signal: AbortSignal): Promise<HostedCall>;
}

/** Largest answer when the tool sets none, in bytes. */
const defaultMaxBytes = 256 * 1024;
/** Progress notifications a call may send; what comes after is dropped. */
const progressLimit = 1000;
const noProgress = (): void => undefined;

interface Prepared<Services> {
  readonly tool: Tool<Services>;
  readonly input: z.ZodObject;
  readonly maxBytes: number;
}

/** Prepares a server's tools, once. */
export function createToolHost<Services>(
  server: Server<Services>,
  options: ToolHostOptions,
): ToolHost<Services> {
  const tools = new Map<string, Prepared<Services>>();
  for (const tool of server.tools)
    tools.set(tool.name, { tool, input: tool.input.strict(), maxBytes: tool.maxBytes ?? defaultMaxBytes });
  const writers = {
    [stateless]: createResultWriter(options.info),
    [handshake]: createResultWriter(undefined),
  };

  return {
    async call(request, services, sink, signal) {
      const message = parseMessage(request.body);
      if (message.kind === 'invalid') return refused(request, message.error, message.id);
      if (message.kind !== 'request')
        return refused(request, new LmcpError('LMCP_INVALID_REQUEST', 'A call needs an id.'));
      const wrong = disagreement(request, message);
      if (wrong !== undefined) return refused(request, wrong, message.id);
      const prepared = tools.get(request.expect.name ?? '');
      if (prepared === undefined) {
        const detail = `Unknown tool: ${quoted(request.expect.name ?? '')}.`;
        return refused(request, new LmcpError('LMCP_UNKNOWN_TOOL', detail), message.id);
      }
      const given = message.params?.arguments ?? {};
      if (!isRecord(given)) {
        const error = new LmcpError('LMCP_INVALID_PARAMS', '`params.arguments` must be an object.');
        return refused(request, error, message.id);
      }
      const meta = metaOf(message.params);
      const run: Run<Services> = {
        prepared,
        given,
        id: message.id,
        writer: writers[request.revision],
        context: {
          services,
          call: refineContext(request.context, meta),
          signal,
          progress: progressOf(meta, sink, signal),
        },
        onError: options.onError,
      };
      return perform(run);
    },
  };
}

interface Run<Services> {
  readonly prepared: Prepared<Services>;
  readonly given: Params;
  readonly id: RequestMessage['id'];
  readonly writer: ResultWriter;
  readonly context: ToolContext<Services>;
  readonly onError: ToolHostOptions['onError'];
}

async function perform<Services>(run: Run<Services>): Promise<HostedCall> {
  const { prepared, writer, id, context } = run;
  const { tool, maxBytes } = prepared;
  let subject: string | undefined;
  try {
    const args = prepared.input.safeParse(run.given);
    if (!args.success) throw inputError(args.error.issues, prepared.input);
    subject = tool.subject?.(args.data);
    const result = await tool.run(args.data, context);
    context.signal.throwIfAborted();
    const structured = tool.output.safeParse(result.structured);
    if (!structured.success) throw structured.error;
    const response = writer.success(id, structured.data, result.text);
    if (response.length > maxBytes) {
      const detail = `The answer has ${response.length} bytes; the cap is ${maxBytes}.`;
      throw new LmcpError('LMCP_ANSWER_TOO_LARGE', detail);
    }
    return { response, outcome: outcomeOf(tool.name, subject), context: context.call };
  } catch (error) {
    const shown = shownError(error, context.signal);
    if (shown !== error && shown.code === 'LMCP_INTERNAL') run.onError?.(error, tool.name);
    const response = writer.failure(id, shown);
    return { response, outcome: outcomeOf(tool.name, subject, shown.code), context: context.call };
  }
}

function shownError(error: unknown, signal: AbortSignal): LmcpError {
  if (signal.aborted) return new LmcpError('LMCP_CANCELLED', 'The call was cancelled.');
  return isLmcpError(error) ? error : new LmcpError('LMCP_INTERNAL', 'The tool failed unexpectedly.');
}

function outcomeOf(tool: string, subject: string | undefined, code?: string): Outcome {
  return {
    tool,
    ok: code === undefined,
    ...(subject !== undefined && { subject }),
    ...(code !== undefined && { code }),
  };
}

function refused(request: CallRequest, error: LmcpError, id?: RequestMessage['id']): HostedCall {
  return {
    response: encodeError(id, error),
    outcome: outcomeOf(request.expect.name ?? '', undefined, error.code),
    context: request.context,
  };
}

/** Where the body says something else than the headers that routed it (transports, Server Validation). */
function disagreement({ expect, revision }: CallRequest, message: RequestMessage): LmcpError | undefined {
  if (message.method !== expect.method) return mismatch('method', expect.method, message.method);
  const name = message.params?.name;
  if (name !== expect.name) return mismatch('name', expect.name, name);
  return revision === stateless ? envelopeError(message.params, stateless) : undefined;
}

function mismatch(field: string, header: string | undefined, body: unknown): LmcpError {
  const said = typeof body === 'string' ? quoted(body) : 'something else';
  return new LmcpError(
    'LMCP_HEADER_MISMATCH',
    `The ${field} is ${quoted(header ?? '')} by its header, ${said} in the body.`,
  );
}

/** Notifications only for a client that gave a token; their `progress` only grows (basic, Progress). */
function progressOf(
  meta: Params | undefined,
  sink: CallSink,
  signal: AbortSignal,
): ToolContext<unknown>['progress'] {
  const progressToken = meta?.progressToken;
  if (typeof progressToken !== 'string' && !Number.isSafeInteger(progressToken)) return noProgress;
  let last = Number.NEGATIVE_INFINITY;
  let sent = 0;
  return (progress, total, message) => {
    if (!(progress > last) || sent >= progressLimit || signal.aborted) return;
    last = progress;
    sent += 1;
    sink.notify(encodeNotification('notifications/progress', { progressToken, progress, total, message }));
  };
}
