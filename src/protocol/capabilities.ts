/**
 * What each side says it can do: our capabilities from what is declared, a client's from what it sent.
 * It exists so that nothing is announced that is not served, and nothing is asked that was not announced.
 * Invariant: a feature nobody declared is absent, not empty.
 */
import { LmcpError } from '../errors/index.js';
import type { Askable } from './asking.js';
import { isRecord } from './message.js';
import type { Surface } from './surface.js';

/** The extension for long tools (SEP-2663). */
export const tasksExtension = 'io.modelcontextprotocol/tasks';

/** ServerCapabilities of a view; extensions exist in 2026-07-28 only. */
export function serverCapabilities(surface: Surface, extensions: boolean): Readonly<Record<string, object>> {
  const { features, subscribable } = surface;
  const changes = (list: (typeof features.changing)[number]) =>
    features.changing.includes(list) ? { listChanged: true } : {};
  const resources = surface.resources.length + surface.templates.length > 0;
  return {
    tools: changes('tools'),
    ...(resources && {
      resources: { ...(subscribable && { subscribe: true }), ...changes('resources') },
    }),
    ...(surface.prompts.length > 0 && { prompts: changes('prompts') }),
    ...(features.completion && { completions: {} }),
    ...(features.logging && { logging: {} }),
    ...(features.tasks && extensions && { extensions: { [tasksExtension]: {} } }),
  };
}

/** Whether a client's capabilities name what is to be asked. */
export function canBeAsked(capabilities: unknown, what: Askable): boolean {
  const said = isRecord(capabilities) ? capabilities[what] : undefined;
  if (!isRecord(said)) return false;
  // A client that lists modes without `form` shows no forms (client/elicitation, Capabilities).
  return what !== 'elicitation' || said.url === undefined || said.form !== undefined;
}

export function hasTasks(capabilities: unknown): boolean {
  return (
    isRecord(capabilities) &&
    isRecord(capabilities.extensions) &&
    isRecord(capabilities.extensions[tasksExtension])
  );
}

/** MissingRequiredClientCapabilityError with the data the specification asks for. */
export function missingCapability(required: Readonly<Record<string, object>>): LmcpError {
  const names = Object.keys(required.extensions ?? required).join(', ');
  return new LmcpError('LMCP_MISSING_CAPABILITY', `The client did not declare: ${names}.`, {
    data: { requiredCapabilities: required },
  });
}

export function missingTasks(): LmcpError {
  return missingCapability({ extensions: { [tasksExtension]: {} } });
}

/** The part of a client's capabilities that decides what it can be asked; undefined when it can be asked nothing. */
export function askableOf(capabilities: unknown): Readonly<Record<string, object>> | undefined {
  const asked = (['elicitation', 'sampling', 'roots'] as const).filter((it) => canBeAsked(capabilities, it));
  return asked.length === 0 ? undefined : Object.fromEntries(asked.map((it) => [it, {}]));
}
