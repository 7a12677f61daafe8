/**
 * The one entry of an evaluation: checks the request against the table of tasks and runs it.
 * It exists so that the command line and the benches ask the same way and get the same errors.
 * Invariant: a bad request is refused before any file is opened.
 */
import { LmcpError } from '../errors/index.js';
import type { EvaluationRequest, EvaluationResult } from './result.js';
import { tasks } from './tasks.js';

/**
 * @returns what was measured; see EvaluationResult
 * @throws LMCP_USAGE for an unknown task or label or a missing input, with the list of what is known;
 *   LMCP_BAD_EVENT with file and line
 */
export async function evaluate(request: EvaluationRequest): Promise<EvaluationResult> {
  const entry = Object.hasOwn(tasks, request.task) ? tasks[request.task] : undefined;
  if (!entry)
    throw new LmcpError(
      'LMCP_USAGE',
      `Unknown task ${request.task}. Known: ${Object.keys(tasks).join(', ')}.`,
    );
  const { labels = [], input } = entry;
  if (request.label !== undefined && !labels.includes(request.label))
    throw new LmcpError(
      'LMCP_USAGE',
      labels.length > 0
        ? `Unknown label ${request.label} of ${request.task}. Known: ${labels.join(', ')}.`
        : `${request.task} takes no --label.`,
    );
  if (input === 'files' && !request.files?.length)
    throw new LmcpError('LMCP_USAGE', `${request.task} reads event files: give at least one.`);
  if (input === 'repo' && !request.repo)
    throw new LmcpError('LMCP_USAGE', `${request.task} reads a repository: give one with --repo PATH.`);
  const run = await entry.load();
  return run(request);
}
