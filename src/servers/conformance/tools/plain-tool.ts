/**
 * A fixture tool that takes nothing and answers no data, only content.
 * It exists because most of what the public conformance suite calls is of this kind.
 * Invariant: its description is its title.
 */
import { z } from 'zod';
import { defineTool, type ToolContext, type ToolResult } from '../../../protocol/index.js';
import type { Services } from '../../../runtime/index.js';
import { annotations } from '../fixtures.js';

export function plainTool(
  name: string,
  title: string,
  answer: (context: ToolContext<Services>) => Promise<ToolResult<Record<string, never>>>,
) {
  return defineTool({
    name,
    title,
    description: `${title}.`,
    input: z.object({}),
    output: z.object({}),
    annotations,
    run: (_args, context: ToolContext<Services>) => answer(context),
  });
}
