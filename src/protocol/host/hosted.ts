/**
 * One request in a server thread: what was parsed of it, and what it may use.
 * It exists so that tools, resources, prompts and completion share the way in and the way out.
 * Invariant: everything here is of this request; what is built once is in `Host`.
 */
import { isLmcpError, LmcpError } from '../../errors/index.js';
import type { Asking } from '../asking.js';
import type { CallContext, CallRequest, CallSink } from '../call.js';
import type { RequestId } from '../jsonrpc.js';
import { isRecord, type Params, type RequestMessage } from '../message.js';
import type { RequestContext } from '../request-context.js';
import { metaKeys, metaOf, refineContext, stateless } from '../revisions/2026-07-28.js';
import type { ResultWriter } from '../tool-result.js';
import type { Cancellation } from './cancellation.js';
import { liveWay } from './live.js';
import { logOf, progressOf, thresholdOf } from './notes.js';
import { questionsBy } from './questions.js';
import type { Bound, StateSigner } from './request-state.js';
import { inputResponsesIn, Rounds } from './rounds.js';

/** What a server's host has for every request. */
export interface Host {
  readonly signer: StateSigner;
  /** Whether the server logs. */
  readonly logging: boolean;
  readonly onError: ((error: unknown, what: string) => void) | undefined;
}

export interface Hosted<Services> {
  readonly host: Host;
  readonly id: RequestId;
  readonly method: string;
  readonly name: string;
  readonly params: Params | undefined;
  /** `params.arguments`. */
  readonly given: Params;
  /** The client's capabilities. */
  readonly capabilities: unknown;
  readonly writer: ResultWriter;
  readonly context: RequestContext<Services>;
  readonly cancel: Cancellation;
  /** There in 2026-07-28. */
  readonly rounds: Rounds | undefined;
  readonly bound: Bound;
}

export interface Arrival<Services> {
  readonly host: Host;
  readonly request: CallRequest;
  readonly message: RequestMessage;
  readonly writer: ResultWriter;
  readonly services: Services;
  readonly sink: CallSink;
  readonly cancel: Cancellation;
}

/** @throws LmcpError for what is wrong with the request before any handler is asked. */
export function hostedOf<Services>(arrival: Arrival<Services>): Hosted<Services> {
  const { host, request, message, services, sink, cancel } = arrival;
  const { params } = message;
  const meta = metaOf(params);
  const call = refineContext(request.context, meta);
  const method = request.expect.method;
  const name = request.expect.name ?? '';
  const isStateless = request.revision === stateless;
  const capabilities = isStateless ? meta?.[metaKeys.capabilities] : call.capabilities;
  const given = argumentsIn(params);
  const bound = { method, name, arguments: given, context: call };
  const rounds = isStateless ? roundsOf(host.signer, params, bound) : undefined;
  const asking = questionsBy(rounds?.way ?? liveWay(sink), capabilities);
  const progress = progressOf(meta, sink, cancel);
  const log = logOf(host.logging ? thresholdOf(request, meta) : undefined, sink, cancel);
  const context = new Context(asking, { services, call, progress, log, cancel });
  const { writer } = arrival;
  const what = { method, name, params, given };
  return { host, id: message.id, ...what, capabilities, writer, context, cancel, rounds, bound };
}

/** Field by field, because spreading an object of functions takes 10 µs; the signal is made when a handler looks at it. */
class Context<Services> implements RequestContext<Services> {
  readonly can: Asking['can'];
  readonly elicit: Asking['elicit'];
  readonly sample: Asking['sample'];
  readonly roots: Asking['roots'];
  readonly services: Services;
  readonly call: CallContext;
  readonly progress: RequestContext<Services>['progress'];
  readonly log: RequestContext<Services>['log'];
  readonly #cancel: Cancellation;

  constructor(
    asking: Asking,
    rest: Pick<RequestContext<Services>, 'services' | 'call' | 'progress' | 'log'> & { cancel: Cancellation },
  ) {
    this.can = asking.can;
    this.elicit = asking.elicit;
    this.sample = asking.sample;
    this.roots = asking.roots;
    this.services = rest.services;
    this.call = rest.call;
    this.progress = rest.progress;
    this.log = rest.log;
    this.#cancel = rest.cancel;
  }

  get signal(): AbortSignal {
    return this.#cancel.signal;
  }
}

function roundsOf(signer: StateSigner, params: Params | undefined, bound: Bound): Rounds {
  const earlier = params?.requestState === undefined ? undefined : signer.open(params.requestState, bound);
  return new Rounds(earlier, inputResponsesIn(params));
}

/** Whether the result depends on answers, and so must not be kept by a client. */
export function hadAnswers(params: Params | undefined): boolean {
  return params?.inputResponses !== undefined || params?.requestState !== undefined;
}

function argumentsIn(params: Params | undefined): Params {
  const given = params?.arguments ?? {};
  if (isRecord(given)) return given;
  throw new LmcpError('LMCP_INVALID_PARAMS', '`params.arguments` must be an object.');
}

/** The result that asks for what is open. */
export function inputRequired<Services>({ rounds, host, writer, bound }: Hosted<Services>): string {
  return writer.inputRequired(rounds?.requests ?? {}, host.signer.sign(rounds?.answers ?? {}, bound));
}

/** What of a failure may be shown. */
export function shownError(error: unknown, cancel: Pick<Cancellation, 'aborted'>): LmcpError {
  if (cancel.aborted) return new LmcpError('LMCP_CANCELLED', 'The call was cancelled.');
  return isLmcpError(error) ? error : new LmcpError('LMCP_INTERNAL', 'The tool failed unexpectedly.');
}
