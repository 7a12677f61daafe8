/**
 * What the gateway asks this thread about commands that wait for a person: which, and what was said.
 * It exists as the way in for answers from outside the model's channel: no tool leads here.
 * Invariant: an approval is on disk before it holds; a thread that starts anew has none, and what was asked is asked again.
 */
import { z } from 'zod';
import { LmcpError } from '../../../errors/index.js';
import type { DomainServer, Services } from '../../../runtime/index.js';
import {
  type Channel,
  PendingApprovals,
  type WaitingCommand,
  type WaitingSummary,
} from '../approvals/index.js';

/** All of this thread, of every workspace. */
export const approvals = new PendingApprovals();

const answerShape = z.strictObject({
  request: z.string(),
  channel: z.enum(['terminal', 'dashboard']),
  by: z.string(),
  answer: z.enum(['yes', 'no']),
});

export const approvalQueries: DomainServer['queries'] = {
  pendingApprovals: async (_, services): Promise<WaitingSummary[]> => approvals.open(services.now()),

  /** The whole of one; null when it does not wait. */
  pendingApproval: async (argument, services): Promise<WaitingCommand | null> => {
    const { request } = z.strictObject({ request: z.string() }).parse(argument);
    const found = approvals.find(request, services.now());
    if (found === undefined) return null;
    const { secret, digest, session, ...shown } = found;
    return shown;
  },

  answerApproval: async (argument, services): Promise<null> => {
    const { request, channel, by, answer } = answerShape.parse(argument);
    const waits = approvals.find(request, services.now());
    if (waits === undefined || waits.workspace !== services.workspace.id) throw gone(request);
    if (answer === 'yes') await granted({ request, by, channel }, services);
    else if (!approvals.refuse(request, services.now())) throw gone(request);
    return null;
  },
};

/** Writes down a person's yes, then lets it hold. @throws LMCP_APPROVAL when it answers nothing that waits */
export async function granted(
  grant: { readonly request: string; readonly by: string; readonly channel: Channel },
  { workspace, now }: Pick<Services, 'workspace' | 'now'>,
): Promise<void> {
  const { request } = grant;
  await workspace.append([
    { source: 'mcp', data: { case: 'approvalGranted', value: { ...grant, plan: request } } },
  ]);
  if (!approvals.grant(grant, now())) throw gone(request);
}

const gone = (request: string) =>
  new LmcpError(
    'LMCP_APPROVAL',
    `Nothing waits for an answer as ${request}: it was answered, used, or is over.`,
  );
