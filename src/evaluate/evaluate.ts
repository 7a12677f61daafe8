/**
 * The one entry of an evaluation: checks the request against the table of tasks and runs it.
 * It exists so that the command line and the benches ask the same way and get the same errors.
 * Invariant: a bad request is refused before any file is read, and no input is ever written to.
 */
import { statSync } from 'node:fs';
import { LmcpError } from '../errors/index.js';
import type { EvaluationRequest, EvaluationResult } from './result.js';
import { tasks } from './tasks.js';

/**
 * @returns what was measured; see EvaluationResult
 * @throws LMCP_USAGE for an unknown task or label or a missing input, with the list of what is known;
 *   LMCP_BAD_EVENT, LMCP_BAD_EXAMPLE, LMCP_BAD_FEATURES with file and line
 */
export async function evaluate(request: EvaluationRequest): Promise<EvaluationResult> {
  const entry = Object.hasOwn(tasks, request.task) ? tasks[request.task] : undefined;
  if (!entry) throw refused(`Unknown task ${request.task}. Known: ${Object.keys(tasks).join(', ')}.`);
  const { labels = [], input } = entry;
  if (request.label !== undefined && !labels.includes(request.label))
    throw refused(
      labels.length > 0
        ? `Unknown label ${request.label} of ${request.task}. Known: ${labels.join(', ')}.`
        : `${request.task} takes no --label.`,
    );
  if (request.target !== undefined && !entry.reads.includes('example'))
    throw refused(`${request.task} takes no --target.`);
  if (input === 'files' && !request.files?.length)
    throw refused(`${request.task} reads files: give at least one.`);
  if (input === 'files' && request.repo !== undefined)
    throw refused(`${request.task} reads files, no --repo.`);
  if (input === 'files' && request.last !== undefined)
    throw refused(`${request.task} takes no --last: every event is asked about.`);
  if (input === 'repo' && !request.repo)
    throw refused(`${request.task} reads a repository: give one with --repo PATH.`);
  if (input === 'repo' && request.files?.length)
    throw refused(`${request.task} reads a repository, no files.`);
  keepInputs(request);
  const run = await entry.load();
  return run(request);
}

/** @throws LMCP_USAGE when predictions would be written over an input, or an input is given twice */
function keepInputs({ files = [], predictionsPath }: EvaluationRequest): void {
  const known = new Map<string, string>();
  for (const file of files) {
    const place = placeOf(file);
    const before = known.get(place);
    if (before !== undefined) throw refused(`${file} is given twice.`);
    known.set(place, file);
  }
  if (predictionsPath !== undefined && known.has(placeOf(predictionsPath)))
    throw refused(`--predictions names ${predictionsPath}, which is an input: it would be written over.`);
}

/** What tells one file from another: device and inode, or the path of one that is not there. */
function placeOf(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false, bigint: true });
  return found ? `${found.dev}:${found.ino}` : path;
}

function refused(message: string): LmcpError {
  return new LmcpError('LMCP_USAGE', message);
}
