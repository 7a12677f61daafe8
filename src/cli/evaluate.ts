/**
 * `lmcp evaluate`: replays a file or a repository through the serving code, and prints the score beside every baseline.
 * It exists so that anyone can check what we claim, on data of their own.
 * Invariant: needs no daemon and leaves nothing behind but the predictions file that was asked for.
 */
import { LmcpError } from '../errors/index.js';
import {
  type EvaluationRequest,
  type EvaluationResult,
  renderTable,
  evaluate as run,
  suitableTasks,
} from '../evaluate/index.js';
import { bar } from './progress.js';

export interface EvaluateOptions {
  readonly task?: string;
  readonly label?: string;
  readonly target?: string;
  readonly repo?: string;
  readonly last?: string;
  readonly predictions?: string;
  readonly json?: boolean;
}

export async function evaluate(files: readonly string[], options: EvaluateOptions): Promise<void> {
  const { task, label, target, repo, predictions } = options;
  const given = {
    ...(label === undefined ? {} : { label }),
    ...(target === undefined ? {} : { target }),
    ...(files.length === 0 ? {} : { files }),
    ...(repo === undefined ? {} : { repo }),
    ...(options.last === undefined ? {} : { last: share(options.last) }),
    ...(predictions === undefined ? {} : { predictionsPath: predictions }),
  };
  const requests = task === undefined ? await suitableTasks(given) : [{ ...given, task }];
  if (predictions !== undefined && requests.length > 1)
    throw new LmcpError(
      'LMCP_USAGE',
      `Several tasks suit: ${requests.map((each) => each.task).join(', ')}. Name one with --task to write its predictions.`,
    );
  for (const [i, request] of requests.entries()) {
    if (i > 0 && !options.json) process.stdout.write('\n');
    await one(request, options.json === true);
  }
}

async function one(request: EvaluationRequest, json: boolean): Promise<void> {
  const { task } = request;
  const shown = bar(json);
  const unit = request.repo === undefined ? 'kB read' : 'commits';
  const scale = request.repo === undefined ? 1000 : 1;
  let told = false;
  const onProgress = (done: number, total: number | null) => {
    told = true;
    shown.at(Math.round(done / scale), total === null ? null : Math.ceil(total / scale), `${task}, ${unit}`);
  };
  let result: EvaluationResult;
  try {
    result = await run({ ...request, onProgress });
  } catch (error) {
    if (told) shown.end(`${task}: stopped`);
    throw error;
  }
  shown.end(`${task}: ${result.n.toLocaleString('en')} predictions scored`);
  process.stdout.write(`${json ? JSON.stringify(result) : renderTable(result)}\n`);
}

function share(text: string): number {
  const value = Number(text);
  if (value > 0 && value <= 1) return value;
  throw new LmcpError(
    'LMCP_USAGE',
    `--last needs a share above 0 and at most 1, not "${text.slice(0, 40)}".`,
  );
}
