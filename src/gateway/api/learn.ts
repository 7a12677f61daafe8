/**
 * Opens a repository as a workspace and tells, line by line, how far learning it is.
 * It exists for `lmcp learn` and for the first start.
 * Invariant: the last line comes when every commit of HEAD is journalled and folded, or names what went wrong.
 */
import { LmcpError } from '../../errors/index.js';
import { scorecardsIn } from '../../runtime/index.js';
import type { ApiRequest } from './api-request.js';

const EVERY_MS = 150;

/** `?path=` an absolute folder inside the repository. */
export async function learn({ options, url, signal, line }: ApiRequest): Promise<undefined> {
  const path = url.searchParams.get('path');
  if (!path?.startsWith('/'))
    throw new LmcpError('LMCP_USAGE', 'learn needs ?path= with an absolute folder.');
  const { threads, workspaces } = options;
  const began = performance.now();
  const workspace = await workspaces.open(path);
  line({ workspace });
  let ready = false;
  const done = threads.query('development', workspace.id, 'ready', { root: workspace.root }).finally(() => {
    ready = true;
  });
  done.catch(() => undefined);
  while (!ready && !signal.aborted) {
    line(await threads.query('development', workspace.id, 'progress'));
    await Promise.race([
      done.catch(() => undefined),
      new Promise((resolve) => setTimeout(resolve, EVERY_MS)),
    ]);
  }
  const state = await done;
  const seconds = (performance.now() - began) / 1000;
  const scorecards = scorecardsIn(await threads.queryAll(workspace.id, 'scorecards'));
  const digests = await threads.query('development', workspace.id, 'digests');
  const example = await threads.query('development', workspace.id, 'example').catch(() => null);
  line({ done: true, example, seconds, state, digests, scorecards });
  return undefined;
}
