/**
 * Tells once a second how far the learners of a workspace are, while something is done that waits for them.
 * It exists so that long work on learners is seen to go on, and no client takes the silence for an end.
 * Invariant: a failed look is no failure of the work.
 */
import type { ApiRequest } from './api-request.js';

const EVERY_MS = 1_000;

interface Position {
  readonly offset: number;
  readonly target: number;
}

/** @param what is done at the moment it is asked. */
export async function withFoldProgress<T>(
  { options, line }: Pick<ApiRequest, 'options' | 'line'>,
  { workspace, what }: { readonly workspace: string; readonly what: () => string },
  work: () => Promise<T>,
): Promise<T> {
  let over = false;
  const look = async () => {
    const positions = Object.values(await options.threads.queryAll(workspace, 'progress')) as Position[];
    const behind = positions.find(({ offset, target }) => offset < target);
    const [done, total] = behind ? [behind.offset, behind.target] : [0, null];
    if (!over) line({ progress: { what: what(), done, total } });
  };
  const timer = setInterval(() => void look().catch(() => undefined), EVERY_MS);
  try {
    return await work();
  } finally {
    over = true;
    clearInterval(timer);
  }
}
