/**
 * How a server, its tools, resources and prompts are declared.
 * It exists so that each is one value, checked by the compiler, from which every wire form is derived once.
 * Invariant: a declaration that clients could not use is refused at start, not at the first call.
 */
import type { z } from 'zod';
import { type Catalogue, catalogueOf } from './catalogue.js';
import type { PromptDefinition } from './prompt.js';
import type { Resource, ResourceTemplate } from './resource.js';
import type { ServerDefinition } from './server-definition.js';
import type { ToolDefinition } from './tool.js';

/** A declared server with its wire forms built. */
export interface Server<Services> extends ServerDefinition<Services> {
  readonly catalogue: Catalogue;
}

/**
 * Declares a tool; the result keeps its precise types.
 *
 * @example
 * const echo = defineTool({
 *   name: 'echo',
 *   title: 'Echo',
 *   description: 'Returns the text it was given.',
 *   input: z.object({ text: z.string() }),
 *   output: z.object({ text: z.string() }),
 *   annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
 *   run: async ({ text }, _context: ToolContext<unknown>) => ({ structured: { text }, text }),
 * });
 */
export function defineTool<Services, Input extends z.ZodObject, Output extends z.ZodObject>(
  tool: ToolDefinition<Services, Input, Output>,
): ToolDefinition<Services, Input, Output> {
  return tool;
}

/** Declares a resource: data at one address. */
export function defineResource<Services>(resource: Resource<Services>): Resource<Services> {
  return resource;
}

/** Declares a resource template: data at every address of one form. */
export function defineResourceTemplate<Services>(
  template: ResourceTemplate<Services>,
): ResourceTemplate<Services> {
  return template;
}

/**
 * Declares a prompt; the result keeps its precise types.
 *
 * @example
 * const review = definePrompt({
 *   name: 'review',
 *   title: 'Review a file',
 *   description: 'Asks for a review of one file.',
 *   arguments: z.object({ path: z.string().describe('relative to the root') }),
 *   messages: async ({ path }, _context: RequestContext<unknown>) => [
 *     { role: 'user', content: { type: 'text', text: `Review ${path}.` } },
 *   ],
 * });
 */
export function definePrompt<Services, Arguments extends z.ZodObject>(
  prompt: PromptDefinition<Services, Arguments>,
): PromptDefinition<Services, Arguments> {
  return prompt;
}

/**
 * Declares a server and builds its catalogue, once.
 *
 * @throws LMCP_INTERNAL when a name is malformed or given twice.
 */
export function defineServer<Services>(server: ServerDefinition<Services>): Server<Services> {
  return { ...server, catalogue: catalogueOf(server) };
}
