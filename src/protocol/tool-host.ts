/**
 * The server-thread half: from a request's bytes to its response's bytes.
 * It exists as the one way in: whatever is asked, the body is compared with what the gateway routed it by.
 * Invariant: `call` never rejects; nothing of an unexpected failure but its code reaches the wire.
 */
import { randomBytes } from 'node:crypto';
import { LmcpError } from '../errors/index.js';
import type { CallContext, CallRequest, CallSink } from './call.js';
import { hasTasks, missingTasks } from './capabilities.js';
import type { Server } from './define.js';
import { createTools } from './host/call-tool.js';
import type { Cancellation } from './host/cancellation.js';
import { type Host, type Hosted, hostedOf, inputRequired, shownError } from './host/hosted.js';
import { createReaders } from './host/read.js';
import { createStateSigner } from './host/request-state.js';
import { inputResponsesIn } from './host/rounds.js';
import { ownerOf, TaskTable } from './host/task-table.js';
import { encodeError, encodeResult, type RequestId } from './jsonrpc.js';
import { parseMessage, type RequestMessage } from './message.js';
import { quoted } from './quoted.js';
import { handshake } from './revisions/2025-11-25.js';
import { envelopeError, type ServerInfo, stateless } from './revisions/2026-07-28.js';
import { nameIn, unknownResource } from './routing.js';
import { createResultWriter } from './tool-result.js';

/** How a request came out, for the journal. */
export interface Outcome {
  /** The method; only tools/call is a step of an agent's work. */
  readonly method: string;
  /** The tool's name, empty when the request named none; for another method, the method. */
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
  /** Secret that signs `requestState`; made anew when not given, and then states end with the host. */
  readonly stateKey?: Uint8Array;
  /** Clock, milliseconds. */
  readonly now?: () => number;
  /** Told of every failure that is ours: exceptions that are no LmcpError, results that break their schema. */
  onError?(error: unknown, tool: string): void;
}

export interface ToolHost<Services> {
  call(request: CallRequest, services: Services, sink: CallSink, cancel: Cancellation): Promise<HostedCall>;
}

/** Prepares a server's tools, resources and prompts, once. */
export function createToolHost<Services>(
  server: Server<Services>,
  options: ToolHostOptions,
): ToolHost<Services> {
  const now = options.now ?? Date.now;
  const tasks = new TaskTable(server.name, now);
  const tools = createTools(server, tasks);
  const readers = createReaders(server);
  const writers = {
    [stateless]: createResultWriter(options.info),
    [handshake]: createResultWriter(undefined),
  };
  const host: Host = {
    signer: createStateSigner(options.stateKey ?? randomBytes(32), now, server.name),
    logging: server.logging === true,
    onError: options.onError && ((error, what) => options.onError?.(error, what)),
  };

  /** Everything but tools/call: the result's JSON text. */
  const answer = async (hosted: Hosted<Services>): Promise<string> => {
    switch (hosted.method) {
      case 'resources/read':
        return readers.resource(hosted);
      case 'prompts/get':
        return readers.prompt(hosted);
      case 'completion/complete':
        return readers.completion(hosted);
      case 'tasks/get':
      case 'tasks/update':
      case 'tasks/cancel':
        return onTask(hosted, tasks);
      default:
        throw new LmcpError('LMCP_UNKNOWN_METHOD', `Method not found: ${quoted(hosted.method)}.`);
    }
  };

  return {
    async call(request, services, sink, cancel) {
      const message = parseMessage(request.body);
      if (message.kind === 'invalid') return refused(request, message.error, message.id);
      if (message.kind !== 'request')
        return refused(request, new LmcpError('LMCP_INVALID_REQUEST', 'A call needs an id.'));
      const wrong = disagreement(request, message);
      if (wrong !== undefined) return refused(request, wrong, message.id);
      let hosted: Hosted<Services>;
      try {
        const writer = writers[request.revision];
        hosted = hostedOf({ host, request, message, writer, services, sink, cancel });
      } catch (error) {
        return refused(request, shownError(error, cancel), message.id);
      }
      if (request.expect.method !== 'tools/call') return answered(hosted, answer);
      const { response, subject, code } = await tools.call(hosted, request.expect.params);
      return { response, outcome: outcomeOf(hosted, subject, code), context: hosted.context.call };
    },
  };
}

async function answered<Services>(
  hosted: Hosted<Services>,
  answer: (hosted: Hosted<Services>) => Promise<string>,
): Promise<HostedCall> {
  const { id, rounds, context, cancel, host, method } = hosted;
  const ended = (response: Uint8Array, code?: string) => ({
    response,
    outcome: outcomeOf(hosted, undefined, code),
    context: context.call,
  });
  const asks = () => rounds?.open === true && mayAsk.has(method) && !cancel.aborted;
  try {
    const result = await answer(hosted);
    return ended(encodeResult(id, asks() ? inputRequired(hosted) : result));
  } catch (error) {
    if (asks()) return ended(encodeResult(id, inputRequired(hosted)));
    const shown = inWordsOf(hosted, shownError(error, cancel));
    if (shown !== error && shown.code === 'LMCP_INTERNAL') host.onError?.(error, method);
    return ended(encodeError(id, shown), shown.code);
  }
}

/** A resource that is not there has another code in 2025-11-25. */
function inWordsOf({ rounds, name }: Hosted<unknown>, error: LmcpError): LmcpError {
  return rounds === undefined && error.code === 'LMCP_UNKNOWN_RESOURCE'
    ? unknownResource(name, handshake)
    : error;
}

/** Methods whose result may be `input_required` besides tools/call (basic/patterns/mrtr, Supported Requests). */
const mayAsk: ReadonlySet<string> = new Set(['resources/read', 'prompts/get']);

function onTask<Services>(
  { method, name, params, capabilities, context, writer }: Hosted<Services>,
  tasks: TaskTable,
) {
  if (!hasTasks(capabilities)) throw missingTasks();
  const task = tasks.get(name, ownerOf(context.call));
  if (method === 'tasks/get') return writer.complete({ ...task.members, ...task.detail() });
  if (method === 'tasks/cancel') task.cancel();
  else task.answer(inputResponsesIn(params) ?? {});
  return writer.complete({});
}

function outcomeOf(
  { method, name }: Pick<Hosted<unknown>, 'method' | 'name'>,
  subject: string | undefined,
  code?: string,
): Outcome {
  return {
    method,
    tool: method === 'tools/call' ? name : method,
    ok: code === undefined,
    ...(subject !== undefined && { subject }),
    ...(code !== undefined && { code }),
  };
}

function refused(request: CallRequest, error: LmcpError, id?: RequestId): HostedCall {
  const { method, name = '' } = request.expect;
  return {
    response: encodeError(id, error),
    outcome: outcomeOf({ method, name }, undefined, error.code),
    context: request.context,
  };
}

/** Where the body says something else than what it was routed by (transports, Server Validation). */
function disagreement({ expect, revision }: CallRequest, message: RequestMessage): LmcpError | undefined {
  if (message.method !== expect.method) return mismatch('method', expect.method, message.method);
  const name = nameIn(message.method, message.params);
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
