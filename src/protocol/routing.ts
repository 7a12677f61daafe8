/**
 * Which requests a server thread answers, what names their target, and what is said when there is no such target.
 * It exists so that header, gateway and server thread mean the same member of the body by "name".
 * Invariant: a method is in this table or the gateway answers it by itself.
 */
import { type ErrorCode, LmcpError } from '../errors/index.js';
import type { Revision } from './call.js';
import { hasTasks, missingTasks } from './capabilities.js';
import type { View } from './endpoint.js';
import { isRecord, type Params } from './message.js';
import { quoted } from './quoted.js';
import { metaKeys, metaOf } from './revisions/2026-07-28.js';

interface Target {
  /** The member of the body that the header Mcp-Name repeats; undefined where no header does. */
  readonly member?: 'name' | 'uri' | 'taskId';
  readonly unknown: ErrorCode;
  /** The one revision that knows the method. */
  readonly only?: Revision;
}

const task: Target = { member: 'taskId', unknown: 'LMCP_UNKNOWN_TASK', only: '2026-07-28' };

const targets: ReadonlyMap<string, Target> = new Map<string, Target>([
  ['tools/call', { member: 'name', unknown: 'LMCP_UNKNOWN_TOOL' }],
  ['resources/read', { member: 'uri', unknown: 'LMCP_UNKNOWN_RESOURCE' }],
  ['prompts/get', { member: 'name', unknown: 'LMCP_UNKNOWN_PROMPT' }],
  ['completion/complete', { unknown: 'LMCP_INVALID_PARAMS' }],
  ['tasks/get', task],
  ['tasks/update', task],
  ['tasks/cancel', task],
]);

/** Whether a view serves the method by a server thread, in that revision. */
export function isForwarded({ surface }: View, method: string, revision: Revision): boolean {
  if (method === 'tools/call') return true;
  const target = targets.get(method);
  if (target === undefined || (target.only !== undefined && target.only !== revision)) return false;
  if (method === 'resources/read') return surface.resources.length + surface.templates.length > 0;
  if (method === 'prompts/get') return surface.prompts.length > 0;
  return method === 'completion/complete' ? surface.features.completion : surface.features.tasks;
}

/** Whether the header Mcp-Name belongs to the method. */
export function isNamed(method: string): boolean {
  return targets.get(method)?.member !== undefined;
}

/** What the body names as its target; undefined when it names none. */
export function nameIn(method: string, params: Params | undefined): string | undefined {
  const member = targets.get(method)?.member;
  const value = member === undefined ? completed(params) : params?.[member];
  return typeof value === 'string' ? value : undefined;
}

/** A completion is about a prompt or a resource template. */
function completed(params: Params | undefined): unknown {
  const ref = params?.ref;
  if (!isRecord(ref)) return undefined;
  return ref.type === 'ref/prompt' ? ref.name : ref.type === 'ref/resource' ? ref.uri : undefined;
}

/** The server whose thread answers; undefined when this view offers no such target. */
export function ownerOf({ surface }: View, method: string, name: string): string | undefined {
  switch (method) {
    case 'tools/call':
      return surface.toolOwner(name);
    case 'resources/read':
      return surface.resourceOwner(name);
    case 'prompts/get':
      return surface.promptOwner(name);
    case 'completion/complete':
      return surface.promptOwner(name) ?? surface.resourceOwner(name);
    default: {
      const server = name.slice(0, Math.max(name.indexOf('.'), 0));
      return surface.servers.has(server) ? server : undefined;
    }
  }
}

/** LMCP_INVALID_PARAMS where nothing is named, else the error of an unknown target; a client without tasks learns that first. */
export function unknownTarget(
  { method, params }: { readonly method: string; readonly params: Params | undefined },
  name: string | undefined,
  revision: Revision,
): LmcpError {
  if (targets.get(method) === task && !hasTasks(metaOf(params)?.[metaKeys.capabilities]))
    return missingTasks();
  const { member, unknown } = targets.get(method) ?? { unknown: 'LMCP_INVALID_PARAMS' as const };
  if (name === undefined)
    return new LmcpError('LMCP_INVALID_PARAMS', `\`params.${member ?? 'ref'}\` names nothing.`);
  if (unknown === 'LMCP_UNKNOWN_RESOURCE') return unknownResource(name, revision);
  const what = unknown === 'LMCP_INVALID_PARAMS' ? 'reference' : (method.split('/')[0] ?? '').slice(0, -1);
  return new LmcpError(unknown, `Unknown ${what}: ${quoted(name)}.`);
}

/** Resource not found, with the URI in its data as both revisions want it. */
export function unknownResource(uri: string, revision: Revision): LmcpError {
  const code = revision === '2026-07-28' ? 'LMCP_UNKNOWN_RESOURCE' : 'LMCP_RESOURCE_NOT_FOUND';
  return new LmcpError(code, `Resource not found: ${quoted(uri)}.`, { data: { uri: uri.slice(0, 2048) } });
}
