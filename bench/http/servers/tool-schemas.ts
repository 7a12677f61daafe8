/**
 * The schemas of the real tools, for peers that serve the same.
 * They exist so that a peer validates what we validate, no more and no less.
 * Invariant: taken from the tools themselves.
 */
import type { z } from 'zod';
import { relatedFilesTool } from '../../../src/servers/development/tools/related-files.js';
import { predictNext } from '../../../src/servers/learning/tools/predict-next.js';

const tools = [relatedFilesTool, predictNext];

export function toolSchemas(name: string): { inputSchema: z.ZodObject; outputSchema: z.ZodObject } {
  const tool = tools.find((each) => each.name === name);
  if (tool === undefined) throw new Error(`No peer of the tool ${name}.`);
  return { inputSchema: tool.input, outputSchema: tool.output };
}
