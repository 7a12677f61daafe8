/**
 * Imports a file into a workspace's journal, in the pool, with progress: events, or the history of a shell.
 * It exists for `lmcp import FORMAT FILE`: years of CI or shell history in one go.
 * Invariant: what the answer counts is on disk; a bad line is named by its number and nothing after it is taken.
 */
import { LmcpError } from '../../errors/index.js';
import { importJobModule } from '../../runtime/index.js';
import { importHistoryModule, type Shell, shells } from '../../servers/bash/history/index.js';
import type { ApiRequest } from './api-request.js';

/** `?file=` an absolute path on this machine, `?format=jsonl` or `history` (with `?shell=`, `?dryRun=true`), `?workspace=` an id or folder. */
export async function importEvents(request: ApiRequest): Promise<undefined> {
  const { searchParams } = request.url;
  const format = searchParams.get('format') ?? 'jsonl';
  const file = searchParams.get('file');
  if (!file?.startsWith('/')) throw new LmcpError('LMCP_USAGE', 'import needs ?file= with an absolute path.');
  if (format === 'jsonl') await jsonl(request, file);
  else if (format === 'history') await history(request, file);
  else
    throw new LmcpError(
      'LMCP_USAGE',
      `Format "${format.slice(0, 40)}" is not known; there are jsonl and history.`,
    );
  return undefined;
}

async function jsonl({ options, url, signal, line }: ApiRequest, file: string): Promise<void> {
  const { threads, workspaces } = options;
  const { id: workspace } = await workspaces.resolve(url.searchParams.get('workspace') ?? undefined);
  await threads.journal.open(workspace);
  const job = { module: importJobModule.href, name: 'importJsonlFile', workspace, argument: { file } };
  const result = await threads.job(job, signal, (progress) => line({ progress }));
  line({ done: true, workspace, ...(result as object) });
}

function shellOf(named: string | null): Shell {
  const shell = shells.find((name) => name === named);
  if (shell === undefined)
    throw new LmcpError('LMCP_USAGE', `A history needs ?shell=, one of ${shells.join(', ')}.`);
  return shell;
}

/**
 * Where the file tells the folders of its commands (atuin's), each goes to the workspace around its folder, of those that this
 * instance knows; the answer has a line `done` for each. Where it does not, all go to the one that was asked for.
 */
async function history({ options, url, signal, line }: ApiRequest, file: string): Promise<void> {
  const { threads, workspaces } = options;
  const shell = shellOf(url.searchParams.get('shell'));
  const dryRun = url.searchParams.get('dryRun') === 'true';
  const asked = await workspaces.resolve(url.searchParams.get('workspace') ?? undefined);
  const others = shell === 'atuin' ? workspaces.all().filter(({ id }) => id !== asked.id) : [];
  for (const { id: workspace, root } of [asked, ...others]) {
    await threads.journal.open(workspace);
    const argument = { file, shell, root, dryRun, others: others.map((other) => other.root) };
    const job = { module: importHistoryModule.href, name: 'importHistoryFile', workspace, argument };
    const result = await threads.job(job, signal, (progress) => line({ progress }));
    line({ done: true, workspace, dryRun, ...(result as object) });
  }
}
