/**
 * The tool `analyze_command`: what a command would do, before it does it.
 * It exists to be asked before an agent runs what it is not sure of.
 * Invariant: reads nothing but where the command would run; runs nothing.
 */
import { z } from 'zod';
import { defineTool, type ToolContext } from '../../../protocol/index.js';
import type { Services } from '../../../runtime/index.js';
import type { Analysis } from '../analysis/index.js';
import { analyseHere } from '../surroundings/analyse-here.js';
import { analysisShape } from './analysis-shape.js';

const input = z.object({
  command: z.string().min(1).max(1_048_576),
  cwd: z.string().max(4096).optional().describe('Folder it would run in'),
});

/** The short text for people. */
export function analysisText({ level, findings, fixedCommand, unanalysable }: Analysis): string {
  return [
    `${level}.`,
    ...findings.slice(0, 5).map(({ message }) => message),
    ...unanalysable.slice(0, 3).map(({ why }) => `Not analysed: ${why}.`),
    ...(fixedCommand === undefined ? [] : [`Safer: ${fixedCommand}`]),
  ].join('\n');
}

export const analyzeCommand = defineTool({
  name: 'analyze_command',
  title: 'Analyze command',
  description:
    'What a shell command does to which targets, how dangerous that is here, and a safer form. Ask before running anything destructive or unfamiliar.',
  input,
  output: analysisShape,
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  combined: true,
  subject: ({ command }) => command.slice(0, 200),
  async run({ command, cwd }, { services, call }: ToolContext<Services>) {
    const root = call.root ?? services.workspace.root;
    const analysis = await analyseHere({ command, cwd, base: call.cwd, root });
    return { structured: analysis, text: analysisText(analysis) };
  },
});
