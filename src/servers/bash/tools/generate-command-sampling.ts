/**
 * One more candidate from the client's own model, where the client lets itself be asked.
 * It exists because a language model writes commands that no pair has; it is held to the same checks.
 * Invariant: what the model says is text to parse: one command that parses, or nothing; a client that declines costs only the candidate.
 */
import { LmcpError } from '../../../errors/index.js';
import type { ToolContext } from '../../../protocol/index.js';
import type { Services } from '../../../runtime/index.js';
import { type Generator, type Proposal, shapeOf } from '../generate/index.js';

export interface Sampling {
  readonly request: string;
  readonly cwd: string | null;
  readonly generator: Generator;
  /** What is known already: shown to the model as examples. */
  readonly proposals: readonly Proposal[];
}

const maxTokens = 300;
const systemPrompt =
  'You write one POSIX or bash command line for a request. Answer with the command alone: no explanation, no code fence, no comment.';
/** Programs among which the answer's is looked up. */
const programsAsked = 20;
/** Confidence in a program that no known request points to. */
const unheard = 0.5;

/** Without the marks that stand around a command in prose: one pair of backticks, a prompt. */
function bare(text: string): string {
  return text
    .trim()
    .replace(/^`([^`]*)`$/, '$1')
    .replace(/^[$#]\s+/, '');
}

/** What parses as a command: the fenced block, else the whole, else the first line that does; null when nothing does. */
export function commandIn(text: string): string | null {
  const block = /```[a-z]*\n([\s\S]*?)```/.exec(text)?.[1] ?? text;
  for (const part of [block, ...block.split('\n')]) {
    const command = bare(part);
    if (command !== '' && shapeOf(command)) return command;
  }
  return null;
}

export async function sampledCommand(
  { sample }: Pick<ToolContext<Services>, 'sample'>,
  { request, cwd, generator, proposals }: Sampling,
): Promise<Proposal | null> {
  const like = proposals.map(({ command }) => command).join('\n');
  const text = `${cwd === null ? '' : `Folder: ${cwd}\n`}Request: ${request}\nCommands for like requests:\n${like}`;
  try {
    const answer = await sample({
      key: 'command',
      messages: [{ role: 'user', content: { type: 'text', text } }],
      maxTokens,
      systemPrompt,
    });
    const command = commandIn(answer.text);
    const first = command === null ? undefined : shapeOf(command)?.programs[0]?.name;
    if (command === null || first === undefined) return null;
    const known = generator.programs(request, programsAsked).find(({ name }) => name === first);
    return { command, confidence: Math.max(unheard, known?.p ?? 0), source: 'sampling' };
  } catch (error) {
    // Anything else is how a request of several rounds says that it has to come again.
    if (error instanceof LmcpError) return null;
    throw error;
  }
}
