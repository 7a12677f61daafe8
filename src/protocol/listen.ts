/**
 * subscriptions/listen of revision 2026-07-28: one request that stays open and brings what its filter names.
 * It exists apart from the transports, because a stream over HTTP and a connection of lines carry the same messages.
 * Invariant: the acknowledgement is the first message; each carries the subscription's id; nothing after its end.
 */
import { LmcpError } from '../errors/index.js';
import { hasTasks, missingTasks } from './capabilities.js';
import type { View } from './endpoint.js';
import { encodeNotification, encodeResult, type RequestId } from './jsonrpc.js';
import { isRecord, type RequestMessage } from './message.js';
import { completeMeta, metaKeys, metaOf } from './revisions/2026-07-28.js';
import type { Listener, Wanted } from './subscriptions.js';
import { uriLimit } from './uri-template.js';

/** Addresses one subscription may name. */
const urisLimit = 1000;

export interface Listening {
  readonly view: View;
  /** What the client said its workspace is; resolved where a resource is listened to. */
  readonly workspace: string;
  /** Sends one message on the subscription's stream. */
  send(message: Uint8Array): void;
  /** Ends the stream with the response to the request. */
  end(response: Uint8Array): void;
}

/**
 * Opens a subscription; its result closes it without a word, as when the client cancelled or went away.
 *
 * @throws LMCP_INVALID_PARAMS, LMCP_MISSING_CAPABILITY, LMCP_OVERLOADED, or what resolving the workspace throws.
 */
export async function listen(request: RequestMessage, listening: Listening): Promise<() => void> {
  const { view } = listening;
  const wanted = wantedBy(request, view);
  const workspace = wanted.uris.size === 0 ? '' : await view.resolveWorkspace(listening.workspace);
  const meta = { [metaKeys.subscription]: request.id };
  const listener: Listener = {
    surface: view.surface,
    workspace,
    wanted,
    tell: (method, params) => listening.send(encodeNotification(method, { ...params, _meta: meta })),
    end: () => listening.end(closingOf(view, request.id)),
  };
  view.subscriptions.add(listener);
  listener.tell('notifications/subscriptions/acknowledged', { notifications: filterOf(wanted) });
  return () => view.subscriptions.delete(listener);
}

/** What is asked for, cut to what this view can tell. */
function wantedBy({ params }: RequestMessage, { surface }: View): Wanted {
  const filter = params?.notifications;
  if (!isRecord(filter)) throw malformed('`params.notifications` must be an object');
  const uris = strings(filter.resourceSubscriptions, 'resourceSubscriptions');
  if (strings(filter.taskIds, 'taskIds').length > 0 && !hasTasks(metaOf(params)?.[metaKeys.capabilities]))
    throw missingTasks();
  const { changing } = surface.features;
  return {
    tools: flag(filter.toolsListChanged, 'toolsListChanged') && changing.includes('tools'),
    prompts: flag(filter.promptsListChanged, 'promptsListChanged') && changing.includes('prompts'),
    resources: flag(filter.resourcesListChanged, 'resourcesListChanged') && changing.includes('resources'),
    uris: new Set(uris.filter((uri) => surface.tells(uri))),
  };
}

function filterOf({ tools, prompts, resources, uris }: Wanted): object {
  return {
    ...(tools && { toolsListChanged: true }),
    ...(prompts && { promptsListChanged: true }),
    ...(resources && { resourcesListChanged: true }),
    ...(uris.size > 0 && { resourceSubscriptions: [...uris] }),
  };
}

function flag(value: unknown, member: string): boolean {
  if (value === undefined || typeof value === 'boolean') return value === true;
  throw malformed(`\`${member}\` must be a boolean`);
}

function strings(value: unknown, member: string): readonly string[] {
  if (value === undefined) return [];
  const fits = (it: unknown): it is string => typeof it === 'string' && it.length <= uriLimit;
  if (!Array.isArray(value) || value.length > urisLimit || !value.every(fits))
    throw malformed(`\`${member}\` must be a list of at most ${urisLimit} strings`);
  return value;
}

function malformed(what: string): LmcpError {
  return new LmcpError('LMCP_INVALID_PARAMS', `${what}.`);
}

/** The graceful end (basic/patterns/subscriptions, Graceful Closure). */
function closingOf(view: View, id: RequestId): Buffer {
  const result = {
    resultType: 'complete',
    _meta: { ...completeMeta(view.info), [metaKeys.subscription]: id },
  };
  return encodeResult(id, JSON.stringify(result));
}
