/**
 * `lmcp approve REQUEST`: shows a command that waits for a person's word, with its analysis, and asks on the terminal.
 * It exists because a yes must come from outside the model's channel.
 * Invariant: there is no option that answers; without a terminal nothing is approved.
 */
import { confirm, isCancel } from '@clack/prompts';
import { LmcpError } from '../errors/index.js';
import { dataFolder } from '../runtime/paths.js';
import { pendingApproval } from './approve-request.js';
import { approvalText } from './approve-text.js';
import { call, runningDaemon } from './daemon-client.js';

export interface ApproveOptions {
  readonly data?: string;
  readonly json?: boolean;
}

/** @throws LMCP_NO_DAEMON, LMCP_APPROVAL, LMCP_USAGE without a terminal */
export async function approve(request: string, options: ApproveOptions): Promise<void> {
  if (!process.stdin.isTTY || !process.stderr.isTTY)
    throw new LmcpError(
      'LMCP_USAGE',
      'An approval is given by a person at a terminal; this is none. Nothing was approved.',
    );
  const daemon = runningDaemon(dataFolder(options.data));
  const shown = pendingApproval.parse(
    await call(daemon, { method: 'GET', path: '/api/approval', query: { request } }),
  );
  process.stderr.write(`${approvalText(shown, Date.now())}\n`);
  const answer = await confirm({ message: 'Run it once?', initialValue: false, output: process.stderr });
  const approved = !isCancel(answer) && answer;
  if (approved) {
    // What was shown is what is granted: the daemon compares the digest of the request, not a text of ours.
    await call(daemon, { method: 'POST', path: '/api/approval', query: { request, channel: 'terminal' } });
  }
  process.stdout.write(
    options.json
      ? `${JSON.stringify({ request, approved })}\n`
      : approved
        ? 'approved, for one run\n'
        : 'not approved\n',
  );
  if (!approved) process.exitCode = 1;
}
