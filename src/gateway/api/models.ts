/**
 * The versions of a workspace's learners: all of them, or one step on one of them.
 * It exists for `lmcp models`; agents use the tool `models`.
 * Invariant: takes the same steps as that tool.
 */
import { LmcpError } from '../../errors/index.js';
import { stepVersions, type VersionAction, versionActions } from '../../servers/learning/version-step.js';
import { allVersions, versionsOf } from '../../servers/learning/versions.js';
import type { ApiRequest } from './api-request.js';
import { askServers } from './ask-servers.js';
import { withFoldProgress } from './fold-progress.js';

/** `?workspace=` an id or folder, `?learner=` only that one. */
export async function listVersions({ options, url }: ApiRequest): Promise<unknown> {
  const { id: workspace } = await options.workspaces.resolve(url.searchParams.get('workspace') ?? undefined);
  const servers = askServers(options.threads, workspace);
  const learner = url.searchParams.get('learner');
  const learners = learner === null ? await allVersions(servers) : [await versionsOf(servers, learner)];
  return { workspace, learners };
}

/** `?workspace=`, `?learner=`, `?action=`, and what the action takes: `?ref=`, `?name=`, `?dryRun=1`. */
export async function stepVersion(request: ApiRequest): Promise<undefined> {
  const { options, url, line } = request;
  const given = (name: string) => url.searchParams.get(name) ?? undefined;
  const learner = given('learner');
  if (learner === undefined) throw new LmcpError('LMCP_USAGE', 'models needs ?learner=.');
  const { id: workspace } = await options.workspaces.resolve(given('workspace'));
  const servers = askServers(options.threads, workspace);
  const step = {
    action: actionNamed(given('action') ?? ''),
    learner,
    ref: given('ref'),
    name: given('name'),
    dryRun: given('dryRun') === '1',
  };
  const what = () => `${step.action} of ${learner}`;
  const stepped = await withFoldProgress(request, { workspace, what }, () => stepVersions(servers, step));
  line({ done: true, workspace, learner, ...stepped });
  return undefined;
}

function actionNamed(name: string): VersionAction {
  const action = versionActions.find((it) => it === name);
  if (action) return action;
  throw new LmcpError(
    'LMCP_USAGE',
    `"${name.slice(0, 40)}" is no action; there are ${versionActions.join(', ')}.`,
  );
}
