/**
 * `lmcp approve [REQUEST]`: lists commands that wait for a person's word, or shows one with its analysis and asks on the terminal.
 * It exists because a yes must come from outside the model's channel.
 * Invariant: there is no option that answers; without a terminal nothing is approved.
 */
import { confirm, isCancel } from '@clack/prompts';
import { LmcpError } from '../errors/index.js';
import type { DaemonFile } from '../gateway/daemon-file.js';
import { dataFolder } from '../runtime/paths.js';
import { type WaitingCommand, waitingCommands } from './approve-request.js';
import { approvalText, waitingLines } from './approve-text.js';
import { call, runningDaemon } from './daemon-client.js';

export interface ApproveOptions {
  readonly data?: string;
  readonly json?: boolean;
}

/** @throws LMCP_NO_DAEMON, LMCP_APPROVAL, LMCP_USAGE without a terminal */
export async function approve(request: string | undefined, options: ApproveOptions): Promise<void> {
  if (request === undefined) return list(options);
  if (!process.stdin.isTTY || !process.stderr.isTTY)
    throw new LmcpError(
      'LMCP_USAGE',
      'An approval is given by a person at a terminal; this is none. Nothing was approved.',
    );
  const daemon = runningDaemon(dataFolder(options.data));
  const [shown] = await waiting(daemon, { request });
  if (shown === undefined) throw new LmcpError('LMCP_APPROVAL', `Nothing waits as ${request}.`);
  process.stderr.write(`${approvalText(shown, Date.now())}\n`);
  const answer = await confirm({ message: 'Run it once?', initialValue: false, output: process.stderr });
  const approved = !isCancel(answer) && answer;
  // A question that was put aside stays open; a no ends it. What was shown is what is granted: it is bound to the request.
  if (!isCancel(answer)) {
    const query = { request, channel: 'terminal', answer: approved ? 'yes' : 'no' };
    await call(daemon, { method: 'POST', path: '/api/approval', query });
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

async function list({ data, json }: ApproveOptions): Promise<void> {
  const all = await waiting(runningDaemon(dataFolder(data)));
  process.stdout.write(
    json ? `${JSON.stringify({ approvals: all })}\n` : `${waitingLines(all, Date.now()).join('\n')}\n`,
  );
}

async function waiting(
  daemon: DaemonFile,
  query: Readonly<Record<string, string>> = {},
): Promise<readonly WaitingCommand[]> {
  const said = await call(daemon, { method: 'GET', path: '/api/approval', query });
  return waitingCommands.parse(said).approvals;
}
