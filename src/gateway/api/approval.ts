/**
 * Commands that wait for a person's word: which they are, and what the person says.
 * It exists for `lmcp approve` and the status page: the token that reaches it is out of the model's channel.
 * Invariant: asks no thread that does not run; an answer names its request, and a yes is on disk before it holds.
 */
import { LmcpError } from '../../errors/index.js';
import type { WaitingCommand } from '../../servers/bash/approvals/index.js';
import type { ApiOptions, ApiRequest } from './api-request.js';

const SERVER = 'bash';
const people = { terminal: 'user of the command line', dashboard: 'user of the status page' } as const;

/** `?request=` only that one. @throws LMCP_APPROVAL when it does not wait */
export async function listApprovals({ options, url }: ApiRequest): Promise<unknown> {
  const request = url.searchParams.get('request');
  const all = await waiting(options);
  if (request === null) return { approvals: all };
  return { approvals: [named(request, all)] };
}

/** `?request=`, `?channel=terminal|dashboard`; `?answer=no` refuses. @throws LMCP_APPROVAL, LMCP_USAGE */
export async function answerApproval({ options, url }: ApiRequest): Promise<unknown> {
  const request = url.searchParams.get('request') ?? '';
  const channel = url.searchParams.get('channel') ?? '';
  const answer = url.searchParams.get('answer') ?? 'yes';
  if (channel !== 'terminal' && channel !== 'dashboard')
    throw new LmcpError('LMCP_USAGE', 'approval needs ?channel=terminal or ?channel=dashboard.');
  if (answer !== 'yes' && answer !== 'no') throw new LmcpError('LMCP_USAGE', 'The answer is yes or no.');
  const { workspace } = named(request, await waiting(options));
  const said = { request, channel, by: people[channel], answer };
  await options.threads.query(SERVER, workspace, 'answerApproval', said);
  return { request, approved: answer === 'yes' };
}

/** One thread holds what waits in all workspaces: any that is open tells of all. */
async function waiting({ threads, workspaces }: ApiOptions): Promise<readonly WaitingCommand[]> {
  if (threads.figures().threads.get(SERVER)?.running !== true) return [];
  const open = (await threads.status()).servers[SERVER]?.workspaces[0] ?? workspaces.default;
  if (open === undefined) return [];
  return (await threads.query(SERVER, open.id, 'pendingApprovals')) as readonly WaitingCommand[];
}

function named(request: string, all: readonly WaitingCommand[]): WaitingCommand {
  const found = all.find((it) => it.request === request);
  if (found) return found;
  throw new LmcpError(
    'LMCP_APPROVAL',
    `Nothing waits for an answer as "${request.slice(0, 100)}": it was answered, used, is over, or was never asked for.`,
  );
}
