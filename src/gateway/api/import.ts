/**
 * Imports a file of events into a workspace's journal, in the pool, with progress.
 * It exists for `lmcp import jsonl FILE`: years of CI or shell history in one go.
 * Invariant: what the answer counts is on disk; a bad line is named by its number and nothing after it is taken.
 */
import { LmcpError } from '../../errors/index.js';
import { importJobModule } from '../../runtime/index.js';
import type { ApiRequest } from './api-request.js';

/** `?file=` an absolute path on this machine, `?format=jsonl`, `?workspace=` an id or folder. */
export async function importEvents({ options, url, signal, line }: ApiRequest): Promise<undefined> {
  const format = url.searchParams.get('format') ?? 'jsonl';
  if (format !== 'jsonl')
    throw new LmcpError('LMCP_USAGE', `Format "${format.slice(0, 40)}" is not known; there is jsonl.`);
  const file = url.searchParams.get('file');
  if (!file?.startsWith('/')) throw new LmcpError('LMCP_USAGE', 'import needs ?file= with an absolute path.');
  const { threads, workspaces } = options;
  const { id: workspace } = await workspaces.resolve(url.searchParams.get('workspace') ?? undefined);
  await threads.journal.open(workspace);
  const request = { module: importJobModule.href, name: 'importJsonlFile', workspace, argument: { file } };
  const result = await threads.job(request, signal, (progress) => line({ progress }));
  line({ done: true, workspace, ...(result as object) });
  return undefined;
}
