/**
 * The same events with sessions named by hashes: how much of the accuracy rests on what names of sessions tell.
 * It exists because sessions of public data are named by task, model or helper, and the model takes such names apart.
 * Invariant: only the names change; which events belong to one session does not, nor their order.
 */
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EvaluationRequest, evaluate, readLines } from '../../src/evaluate/index.js';

/** @returns lines of the file, each session under sixteen hexadecimal digits that follow from its name */
async function renamed(file: string): Promise<string> {
  const lines: string[] = [];
  for await (const { text } of readLines(file)) {
    const line = JSON.parse(text) as Record<string, unknown>;
    for (const value of Object.values(line)) {
      if (typeof value !== 'object' || value === null || !('session' in value)) continue;
      value.session = createHash('sha256').update(String(value.session)).digest('hex').slice(0, 16);
    }
    lines.push(JSON.stringify(line));
  }
  return lines.join('\n');
}

/** @returns rows of the model, told the time of each event and asked ahead: metric → mean */
export async function measureOpaqueSessions({
  file,
  ...asked
}: Pick<EvaluationRequest, 'task' | 'label'> & { readonly file: string }): Promise<
  Record<string, Record<string, number>>
> {
  const folder = await mkdtemp(join(tmpdir(), 'lmcp-bench-'));
  try {
    const path = join(folder, 'opaque.jsonl');
    await writeFile(path, await renamed(file));
    const { metrics, model, ahead } = await evaluate({ ...asked, files: [path] });
    return Object.fromEntries(
      [model, ...(ahead ? [ahead.predictor] : [])].map((name) => [
        `${name}, sessions hashed`,
        metrics[name] ?? {},
      ]),
    );
  } finally {
    await rm(folder, { recursive: true });
  }
}
