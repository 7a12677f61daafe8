/**
 * The tool `analyze_command`: what a command would do, before it does it.
 * It exists to be asked before an agent runs what it is not sure of.
 * Invariant: reads nothing but where the command would run; runs nothing of it.
 */
import { z } from 'zod';
import { defineTool, type ToolContext } from '../../../protocol/index.js';
import type { Services } from '../../../runtime/index.js';
import { analyseHere } from '../surroundings/analyse-here.js';
import { analysisText, shownAnalysis } from './analysis-answer.js';
import { analysisShape } from './analysis-shape.js';

const input = z.object({
  command: z.string().min(1).max(1_048_576),
  cwd: z.string().max(4096).optional().describe('Folder it would run in'),
});

/** The first program's name: what is learned of a call is no text of the user's. */
export function programOf(command: string): string | undefined {
  return /^\s*(?:[A-Za-z_]\w*=[^\s'"`$]*\s+)*(?:[\w.~/-]*\/)?([\w.+-]{1,40})(?=[\s;|&]|$)/.exec(
    command.slice(0, 400),
  )?.[1];
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
  subject: ({ command }) => programOf(command),
  async run({ command, cwd }, { services, call }: ToolContext<Services>) {
    const root = call.root ?? services.workspace.root;
    const analysis = await analyseHere({ command, cwd, base: call.cwd, root });
    return { structured: shownAnalysis(analysis), text: analysisText(analysis) };
  },
});
