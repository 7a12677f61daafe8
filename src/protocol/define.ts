/**
 * How a server and its tools are declared.
 * It exists so that a tool is one value, checked by the compiler, from which every wire form is derived once.
 * Invariant: a declaration that clients could not use is refused at start, not at the first call.
 */
import type { z } from 'zod';
import { type Catalogue, catalogueOf } from './catalogue.js';
import type { ServerDefinition, ToolDefinition } from './tool.js';

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

/**
 * Declares a server and builds its catalogue, once.
 *
 * @throws LMCP_INTERNAL when a name is malformed or given twice.
 */
export function defineServer<Services>(server: ServerDefinition<Services>): Server<Services> {
  return { ...server, catalogue: catalogueOf(server) };
}
