/**
 * Forgets events of a workspace, or shows what forgetting them would do, with progress.
 * It exists for `lmcp forget`: the token that reaches it is out of a model's reach, so the command is the approval.
 * Invariant: without `?dryRun=0` nothing changes; once begun it goes on to its end, also when the command goes away.
 */

import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { selectEventsModule } from '../../runtime/index.js';
import { selectionOf } from '../../servers/learning/forget-request.js';
import {
  type Forgettable,
  forgetEvents,
  previewForgetting,
  type Selected,
} from '../../servers/learning/forgetting.js';
import type { ApiRequest } from './api-request.js';
import { askServers } from './ask-servers.js';
import { withFoldProgress } from './fold-progress.js';

/** `?workspace=` an id or folder; one of `?source=`, `?session=`, `?before=`; `?dryRun=0` for good. */
export async function forget(request: ApiRequest): Promise<undefined> {
  const { options, url, line } = request;
  const given = (name: string) => url.searchParams.get(name) ?? undefined;
  const selection = selectionOf({
    source: given('source'),
    session: given('session'),
    before: given('before'),
  });
  const { id: workspace } = await options.workspaces.resolve(given('workspace'));
  await options.threads.journal.open(workspace);
  let step = '';
  const on = forgettable(request, workspace, (what) => {
    step = what;
    line({ progress: { what, done: 0, total: null } });
  });
  const report = await withFoldProgress(request, { workspace, what: () => step }, () =>
    given('dryRun') === '0'
      ? forgetEvents(on, selection, { by: 'user of the command line', channel: 'terminal' })
      : previewForgetting(on, selection),
  );
  line({ done: true, workspace, report });
  return undefined;
}

function forgettable(
  { options, signal, line }: ApiRequest,
  workspace: string,
  step: (what: string) => void,
): Forgettable {
  const { threads } = options;
  return {
    workspace,
    ...askServers(threads, workspace),
    select: async (argument) => {
      const job = { module: selectEventsModule.href, name: 'selectEvents', workspace, argument };
      return (await threads.job(job, signal, (progress) => line({ progress }))) as Selected;
    },
    append: (events) => {
      const at = timestampFromMs(Date.now());
      return threads.journal.append(
        workspace,
        events.map((event) => ({ ...event, at })),
      );
    },
    compact: () => threads.journal.compact(workspace),
    backups: async () => threads.backups(),
    step,
  };
}
