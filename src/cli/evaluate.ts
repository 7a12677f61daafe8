/**
 * `lmcp evaluate`: replays a file or a repository through the serving code, and prints the score beside every baseline.
 * It exists so that anyone can check what we claim, on data of their own.
 * Invariant: needs no daemon and leaves nothing behind but the predictions file that was asked for.
 */
import { LmcpError } from '../errors/index.js';
import { type EvaluationRequest, renderTable, evaluate as run } from '../evaluate/index.js';
import { bar } from './progress.js';

export interface EvaluateOptions {
  readonly task: string;
  readonly label?: string;
  readonly repo?: string;
  readonly last?: string;
  readonly predictions?: string;
  readonly json?: boolean;
}

export async function evaluate(files: readonly string[], options: EvaluateOptions): Promise<void> {
  const { task, label, repo, predictions } = options;
  const shown = bar(options.json === true);
  const request: EvaluationRequest = {
    task,
    onProgress: (done, total) => shown.at(done, total, task),
    ...(label === undefined ? {} : { label }),
    ...(files.length === 0 ? {} : { files }),
    ...(repo === undefined ? {} : { repo }),
    ...(options.last === undefined ? {} : { last: share(options.last) }),
    ...(predictions === undefined ? {} : { predictionsPath: predictions }),
  };
  const result = await run(request);
  if (options.json) process.stdout.write(`${JSON.stringify(result)}\n`);
  else {
    shown.end(`${task}: ${result.n.toLocaleString('en')} predictions scored`);
    process.stdout.write(`${renderTable(result)}\n`);
  }
}

function share(text: string): number {
  const value = Number(text);
  if (value > 0 && value <= 1) return value;
  throw new LmcpError(
    'LMCP_USAGE',
    `--last needs a share above 0 and at most 1, not "${text.slice(0, 40)}".`,
  );
}
