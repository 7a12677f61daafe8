/**
 * The tool `search_history`: commands that were run here before, by their words.
 * It exists because what worked once is the best source of a command, and because agents cannot press Ctrl-R.
 * Invariant: shows what the journal holds, so secrets are out; reads no file; an answer stays below its cap of bytes.
 */
import { z } from 'zod';
import { LmcpError } from '../../../errors/index.js';
import { defineTool, type ToolContext } from '../../../protocol/index.js';
import type { Services } from '../../../runtime/index.js';
import { below, type KnownLine } from '../history/index.js';
import { type CommandLinesLearner, commandTasks } from '../predict/index.js';
import { folderOf } from '../surroundings/analyse-here.js';

/** Bytes of commands in one answer. */
const mostBytes = 48 * 1024;
/** Lines that cursors reach. */
const mostLines = 1000;
/** Lines that the short text shows. */
const textLines = 10;

const found = z.object({
  command: z.string(),
  cwd: z.string().describe('of the last run, relative to the root'),
  exitCode: z.int().nullable(),
  count: z.int(),
  lastAt: z.string().nullable(),
});

const input = z.object({
  query: z.string().max(1000).describe('words, in any order'),
  cwd: z.string().max(4096).optional().describe('its commands come first'),
  limit: z.int().min(1).max(100).default(20),
  cursor: z.string().max(20).optional(),
});

const output = z.object({
  commands: z.array(found),
  total: z.int(),
  partial: z.boolean().describe('none has all the words'),
  cursor: z.string().nullable(),
});

type Answer = z.output<typeof output>;

function shown({ command, cwd, exitCode, count, lastAt }: KnownLine): Answer['commands'][number] {
  return { command, cwd, exitCode, count, lastAt: lastAt > 0 ? new Date(lastAt).toISOString() : null };
}

/** As many lines as fit, one at least. */
function fitting(lines: readonly KnownLine[]): readonly KnownLine[] {
  let bytes = 0;
  const kept: KnownLine[] = [];
  for (const line of lines) {
    bytes += Buffer.byteLength(line.command) + 128;
    if (bytes > mostBytes && kept.length > 0) break;
    kept.push(line);
  }
  return kept;
}

/** How many lines a cursor leaves out. @throws LMCP_INVALID_PARAMS */
function offsetOf(cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  const offset = /^\d{1,6}$/.test(cursor) ? Number(cursor) : Number.NaN;
  if (!(offset < mostLines))
    throw new LmcpError(
      'LMCP_INVALID_PARAMS',
      'The cursor is none that this tool handed out: give the last answer’s `cursor`, or none to start over.',
    );
  return offset;
}

/** The short text for people. */
export function historyText({ commands, total, partial }: Answer): string {
  if (commands.length === 0)
    return "No such command was recorded here; bring your shell's history with lmcp import history.";
  const lines = commands.slice(0, textLines).map(({ command, count, exitCode }) => {
    const ended = exitCode === null || exitCode === 0 ? '' : `, failed last with ${exitCode}`;
    return `${command}  (${count} ×${ended})`;
  });
  if (partial) lines.unshift('No command has all these words; these have most of them.');
  if (total > lines.length) lines.push(`${total} in all.`);
  return lines.join('\n');
}

export const searchHistory = defineTool({
  name: 'search_history',
  title: 'Search the command history',
  description: 'Commands that were run here before, by words.',
  input,
  output,
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  subject: ({ query }) => query.slice(0, 200),
  async run({ query, cwd, limit, cursor }, { services, call }: ToolContext<Services>) {
    const { workspace } = services;
    const root = call.root ?? workspace.root;
    const folder = folderOf({ cwd, base: call.cwd, root });
    const offset = offsetOf(cursor);
    const learner = workspace.learner<CommandLinesLearner>(commandTasks.line);
    const { lines, total, partial } = learner.find({
      query,
      cwd: folder === null || root === null ? null : below(root, folder),
      limit: Math.min(limit, mostLines - offset),
      offset,
    });
    const kept = fitting(lines);
    const next = offset + kept.length;
    const structured = {
      commands: kept.map(shown),
      total,
      partial,
      cursor: next < Math.min(total, mostLines) ? String(next) : null,
    };
    return { structured, text: historyText(structured) };
  },
});
