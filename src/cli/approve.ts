/**
 * `lmcp approve [REQUEST]`: lists commands that wait for a person's word, or shows one with its analysis and asks on the terminal.
 * It exists because a yes must come from outside the model's channel.
 * Invariant: there is no option that answers; without a terminal nothing is approved.
 */
import { readFileSync } from 'node:fs';
import { confirm, isCancel } from '@clack/prompts';
import { LmcpError } from '../errors/index.js';
import { approvalTokenFile, dataFolder } from '../runtime/paths.js';
import { waitingCommands, waitingSummaries } from './approve-request.js';
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
  const data = dataFolder(options.data);
  const daemon = runningDaemon(data);
  const approvalToken = keptApprovalToken(data);
  const said = await call(daemon, { method: 'GET', path: '/api/approval', query: { request } });
  const [shown] = waitingCommands.parse(said).approvals;
  if (shown === undefined) throw new LmcpError('LMCP_APPROVAL', `Nothing waits as ${request}.`);
  process.stderr.write(`${approvalText(shown, Date.now())}\n`);
  const answer = await confirm({ message: 'Run it once?', initialValue: false, output: process.stderr });
  const approved = !isCancel(answer) && answer;
  // A question that was put aside stays open; a no ends it. What was shown is what is granted: it is bound to the request.
  if (!isCancel(answer)) {
    const query = { request, channel: 'terminal', answer: approved ? 'yes' : 'no' };
    await call(daemon, { method: 'POST', path: '/api/approval', query, approvalToken });
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
  const folder = dataFolder(data);
  const said = await call(runningDaemon(folder), { method: 'GET', path: '/api/approval' });
  const { approvals } = waitingSummaries.parse(said);
  const lines = waitingLines(approvals, Date.now());
  if (approvals.length > 0)
    lines.push(
      `Answer with \`lmcp approve REQUEST\`, or on the status page with the token in ${approvalTokenFile(folder)}.`,
    );
  process.stdout.write(json ? `${JSON.stringify({ approvals })}\n` : `${lines.join('\n')}\n`);
}

/** @throws LMCP_NO_DAEMON where no daemon has made it. */
function keptApprovalToken(data: string): string {
  try {
    return readFileSync(approvalTokenFile(data), 'utf8').trim();
  } catch (cause) {
    throw new LmcpError('LMCP_NO_DAEMON', `${approvalTokenFile(data)} cannot be read.`, { cause });
  }
}
