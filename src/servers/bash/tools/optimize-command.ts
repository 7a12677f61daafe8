/**
 * The tool `optimize_command`: cheaper forms of a command, and how far each agrees with it.
 * It exists so that a rewrite is taken for what it is: exact, or different in a stated way.
 * Invariant: runs nothing; no rewrite weighs more than the command it is of.
 */
import { z } from 'zod';
import { defineTool, type ToolContext } from '../../../protocol/index.js';
import type { Services } from '../../../runtime/index.js';
import { LEVELS } from '../analysis/index.js';
import { optimise, type Rewrite } from '../optimise/index.js';
import { analyseHere } from '../surroundings/analyse-here.js';
import { programOf } from './analyze-command.js';

/** Rewrites in one answer. */
const MOST = 12;

const input = z.object({
  command: z.string().min(1).max(32_768),
  cwd: z.string().max(4096).optional(),
  limit: z.int().min(1).max(MOST).default(MOST),
});

const rewrite = z.object({
  command: z.string(),
  equivalence: z.enum(['exact', 'exit-code', 'order', 'conditional']),
  preconditions: z.array(z.string()),
  speedup: z.number().optional().describe('times faster'),
  measuredOn: z.string().optional(),
  reason: z.string(),
});

const output = z.object({ rewrites: z.array(rewrite) });
type Shown = z.output<typeof rewrite>;

export const optimizeCommand = defineTool({
  name: 'optimize_command',
  title: 'Optimize command',
  description: 'Cheaper forms of a shell command, and how far each agrees with it.',
  input,
  output,
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  subject: ({ command }) => programOf(command),
  async run({ command, cwd, limit }, { services, call }: ToolContext<Services>) {
    const root = call.root ?? services.workspace.root;
    const here = { cwd, base: call.cwd, root };
    const found = optimise(command).slice(0, limit);
    if (found.length === 0) return { structured: { rewrites: [] }, text: 'No cheaper form is known.' };
    const weightOf = async (text: string) =>
      LEVELS.indexOf((await analyseHere({ command: text, ...here })).level);
    const most = await weightOf(command);
    const rewrites: Shown[] = [];
    for (const one of found) if ((await weightOf(one.command)) <= most) rewrites.push(shown(one));
    return { structured: { rewrites }, text: rewrites.map(line).join('\n') || 'No cheaper form is known.' };
  },
});

function shown({ command, equivalence, preconditions, reason, speedup }: Rewrite): Shown {
  const gain = speedup === undefined ? {} : { speedup: speedup.ratio, measuredOn: speedup.measuredOn };
  return { command, equivalence, preconditions: [...preconditions], ...gain, reason };
}

function line({ command, equivalence, preconditions, speedup, measuredOn, reason }: Shown): string {
  const when = preconditions.length === 0 ? '' : ` where ${preconditions.join(' and ')}`;
  const times = speedup?.toFixed(speedup < 10 ? 1 : 0);
  const gain = times === undefined ? '' : ` Of this kind, ${measuredOn} ran ${times} times faster.`;
  return `${command}\n  ${equivalence}${when}. ${reason}${gain}`;
}
