/**
 * The tool `preview_command`: the files a command would add, change or delete, without doing it.
 * It exists so that a difference is seen before it is real.
 * Invariant: nothing of the machine changes; what the preview cannot show is said.
 */
import { z } from 'zod';
import { defineTool, type ToolContext } from '../../../protocol/index.js';
import type { Services } from '../../../runtime/index.js';
import { visible } from '../approvals/index.js';
import { type FileChange, type Preview, preview } from '../sandbox/index.js';
import { programOf } from './analyze-command.js';
import { commandPlace } from './command-place.js';
import { commandText, TOOL_LIMITS, timeoutMs } from './run-input.js';
import { whileRunning } from './while-running.js';

const pair = z.object({ before: z.string(), after: z.string() }).optional();

const input = z.object({
  command: commandText,
  cwd: z.string().max(4096).optional().describe('Folder; default: the session’s'),
  timeoutMs,
});

const output = z.object({
  diff: z.array(
    z.object({
      path: z.string().describe('relative to `folder`'),
      change: z.enum(['added', 'changed', 'deleted', 'renamed', 'mode', 'link']),
      bytes: z.int(),
      from: z.string().optional(),
      target: z.string().optional(),
      mode: pair,
      owner: pair,
      hunk: z.string().optional(),
    }),
  ),
  more: z.int().describe('changes not listed'),
  exitCode: z.int().nullable(),
  stdout: z.string(),
  stderr: z.string(),
  durationMs: z.int(),
  timedOut: z.boolean(),
  truncated: z.boolean().describe('output was cut'),
  method: z.enum(['overlay', 'reflink', 'copy']),
  folder: z.string(),
  notCovered: z.array(z.string()),
});

const signs = { added: '+', changed: '~', deleted: '-', renamed: '>', mode: 'm', link: 'l' } as const;
const SHOWN = 20;

/** The short text for people. */
function previewText({ diff, more, exitCode, timedOut }: Preview): string {
  const total = diff.length + more;
  const end = timedOut ? 'The time was over.' : `Exit code ${exitCode}.`;
  const rows = diff.slice(0, SHOWN).map(rowOf);
  const rest = total - rows.length;
  return [
    `${total === 0 ? 'No file would change' : `${total} ${total === 1 ? 'file' : 'files'} would change`}. ${end}`,
    ...rows,
    ...(rest > 0 ? [`… and ${rest} more`] : []),
  ].join('\n');
}

const rowOf = ({ change, path, from }: FileChange) =>
  `${signs[change]} ${visible(path)}${from === undefined ? '' : ` (from ${visible(from)})`}`;

export const previewCommand = defineTool({
  name: 'preview_command',
  title: 'Preview command',
  description:
    'Runs a shell command on a throw-away overlay of the work tree, without network, and shows which files it would add, change or delete. Nothing changes.',
  input,
  output,
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  combined: true,
  maxBytes: 512 * 1024,
  task: { support: 'optional' },
  subject: ({ command }) => programOf(command),
  async run({ command, cwd, timeoutMs: most }, context: ToolContext<Services>) {
    const place = await commandPlace(cwd, context);
    const seen = await whileRunning(context, most, () =>
      preview({
        command,
        ...place,
        timeoutMs: most,
        limits: TOOL_LIMITS,
        hidden: [context.services.dataFolder],
        signal: context.signal,
      }),
    );
    const structured = {
      ...seen,
      diff: [...seen.diff],
      notCovered: [...seen.notCovered],
      folder: place.folder,
    };
    return { structured, text: previewText(seen) };
  },
});
