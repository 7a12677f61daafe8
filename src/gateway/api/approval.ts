/**
 * Commands that wait for a person's word: which they are, and what the person says.
 * It exists for `lmcp approve` and the status page. Every agent has the daemon's token: an answer needs one that no client is given.
 * Invariant: asks no thread that does not run; an answer names its request, and a yes is on disk before it holds.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { LmcpError } from '../../errors/index.js';
import type { WaitingCommand } from '../../servers/bash/approvals/index.js';
import type { ApiOptions, ApiRequest } from './api-request.js';

const SERVER = 'bash';
const people = { terminal: 'user of the command line', dashboard: 'user of the status page' } as const;

/** A line for each; with `?request=` the whole of that one. @throws LMCP_APPROVAL when it does not wait */
export async function listApprovals({ options, url }: ApiRequest): Promise<unknown> {
  const request = url.searchParams.get('request');
  if (request !== null) return { approvals: [await one(options, request)] };
  return { approvals: (await ask(options, 'pendingApprovals')) ?? [] };
}

/** `?request=`, `?channel=terminal|dashboard`; `?answer=no` refuses. @throws LMCP_APPROVAL also without the approval token, LMCP_USAGE */
export async function answerApproval({ options, url, headers }: ApiRequest): Promise<unknown> {
  if (!isPerson(headers['lmcp-approval'], options.approvalToken))
    throw new LmcpError(
      'LMCP_APPROVAL',
      'An answer needs the approval token beside the client token: `lmcp approve` has it, the status page asks for it.',
    );
  const request = url.searchParams.get('request') ?? '';
  const channel = url.searchParams.get('channel') ?? '';
  const answer = url.searchParams.get('answer') ?? 'yes';
  if (channel !== 'terminal' && channel !== 'dashboard')
    throw new LmcpError('LMCP_USAGE', 'approval needs ?channel=terminal or ?channel=dashboard.');
  if (answer !== 'yes' && answer !== 'no') throw new LmcpError('LMCP_USAGE', 'The answer is yes or no.');
  const { workspace } = await one(options, request);
  const said = { request, channel, by: people[channel], answer };
  await options.threads.query(SERVER, workspace, 'answerApproval', said);
  return { request, approved: answer === 'yes' };
}

/** Digests, so that the time tells nothing. */
function isPerson(said: string | string[] | undefined, token: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return typeof said === 'string' && timingSafeEqual(digest(said), digest(token));
}

async function one(options: ApiOptions, request: string): Promise<WaitingCommand> {
  const found = await ask(options, 'pendingApproval', { request });
  if (found !== null && found !== undefined) return found as WaitingCommand;
  throw new LmcpError(
    'LMCP_APPROVAL',
    `Nothing waits for an answer as "${request.slice(0, 100)}": it was answered, used, is over, or was never asked for.`,
  );
}

/** One thread holds what waits in all workspaces: any that is open tells of all. Undefined where none is. */
async function ask({ threads, workspaces }: ApiOptions, query: string, argument?: unknown): Promise<unknown> {
  if (threads.figures().threads.get(SERVER)?.running !== true) return undefined;
  const open = (await threads.status()).servers[SERVER]?.workspaces[0] ?? workspaces.default;
  return open === undefined ? undefined : threads.query(SERVER, open.id, query, argument);
}
