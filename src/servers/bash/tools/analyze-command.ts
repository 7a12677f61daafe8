/**
 * The tool `analyze_command`: what a command would do, before it does it.
 * It exists to be asked before an agent runs what it is not sure of.
 * Invariant: reads nothing but where the command would run; runs nothing of it.
 */
import { statSync } from 'node:fs';
import { z } from 'zod';
import { LmcpError } from '../../../errors/index.js';
import { defineTool, type ToolContext } from '../../../protocol/index.js';
import type { Services } from '../../../runtime/index.js';
import { analyseHere, folderOf } from '../surroundings/analyse-here.js';
import { analysisText, MOST_ROWS, shownAnalysis } from './analysis-answer.js';
import { analysisShape } from './analysis-shape.js';

const input = z.object({
  command: z.string().min(1).max(1_048_576),
  cwd: z.string().max(4096).optional(),
  limit: z.int().min(1).max(MOST_ROWS).default(MOST_ROWS),
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
    'What a shell command does to which targets, how dangerous that is here, and a safer form. Ask before what is unfamiliar or destructive.',
  input,
  output: analysisShape,
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  combined: true,
  subject: ({ command }) => programOf(command),
  async run({ command, cwd, limit }, { services, call }: ToolContext<Services>) {
    const root = call.root ?? services.workspace.root;
    if (cwd === '' || cwd?.includes('\0'))
      throw new LmcpError(
        'LMCP_INVALID_PARAMS',
        '`cwd` must name a folder: it is empty or holds a null character.',
      );
    const analysis = await analyseHere({ command, cwd, base: call.cwd, root });
    const folder = cwd === undefined ? null : folderOf({ cwd, base: call.cwd, root });
    const note = folder === null || isFolder(folder) ? '' : `\nThe folder ${folder} does not exist.`;
    return { structured: shownAnalysis(analysis, limit), text: `${analysisText(analysis)}${note}` };
  },
});

/** What may not be looked at counts as there. */
function isFolder(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  } catch {
    return true;
  }
}
