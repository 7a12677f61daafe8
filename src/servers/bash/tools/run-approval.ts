/**
 * Whether a command may run now: by the policy, by an approval that came along, or by asking the client's user.
 * It exists so that a yes comes from a person and never from the model's own arguments.
 * Invariant: `blocked` always needs a person; a question to the client is named by a secret that the model is never shown, so that
 * an answer nobody asked for answers nothing.
 */
import { randomBytes } from 'node:crypto';
import { LmcpError } from '../../../errors/index.js';
import type { ToolContext } from '../../../protocol/index.js';
import type { Services } from '../../../runtime/index.js';
import { type Analysis, LEVELS, type Level } from '../analysis/index.js';
import { type Bound, type Pending, visible } from '../approvals/index.js';
import { approvals, granted } from './approval-queries.js';

export interface Asked {
  readonly bound: Bound;
  readonly analysis: Analysis;
  /** Whether the model itself named the folder that would be writable. */
  readonly outside: boolean;
  /** The request id of an approval that was granted before. */
  readonly approval: string | undefined;
}

export interface Rules {
  /** This level and all that are heavier need a person. */
  readonly approvalFrom: Level;
  /** Whether commands may reach the network without one. */
  readonly network: boolean;
}

/** `plan`: the request that was answered; empty where none was needed. */
export type Decision =
  | { readonly may: true; readonly plan: string }
  | { readonly may: false; readonly pending: Pending };

/** @throws LMCP_APPROVAL when an approval does not hold, or the user says no */
export async function mayRun(asked: Asked, rules: Rules, context: ToolContext<Services>): Promise<Decision> {
  const { bound, analysis, approval } = asked;
  const { services, call } = context;
  if (approval !== undefined) {
    approvals.take(approval, bound, services.now());
    return { may: true, plan: approval };
  }
  const reason = reasonToAsk(asked, rules);
  if (reason === undefined) return { may: true, plan: '' };
  const [request, secret] = [token(), token()];
  const workspace = services.workspace.id;
  const question = { ...bound, request, secret, workspace, session: call.session, reason, analysis };
  const pending = approvals.ask(question, services.now());
  if (pending.request === request) noteAsked(pending, services);
  if (!context.can('elicitation')) return { may: false, pending };
  return (await userSaysYes(pending, context))
    ? { may: true, plan: pending.request }
    : { may: false, pending };
}

/** Undefined where nobody need be asked. */
function reasonToAsk({ analysis, bound, outside }: Asked, rules: Rules): string | undefined {
  const { level, findings, unanalysable } = analysis;
  const weighs = LEVELS.indexOf(level) >= LEVELS.indexOf(rules.approvalFrom);
  const reasons: string[] = [];
  if (level === 'blocked' || weighs) {
    const why = findings.find((finding) => finding.level === level)?.message ?? unanalysable[0]?.why;
    reasons.push(why === undefined ? level : `${level}: ${why.slice(0, 500)}`);
  }
  if (outside) reasons.push(`it may write to ${bound.folder}, which is not this session’s folder`);
  if (bound.network && !rules.network) reasons.push('it asks for the network');
  return reasons.length === 0 ? undefined : reasons.join('; ');
}

/** What was asked for stays known also when nobody answers. */
function noteAsked({ request, cwd, command }: Pending, { workspace }: Services): void {
  const value = { plan: request, kind: 'command', subject: cwd, steps: [command] };
  workspace.note({ source: 'mcp', data: { case: 'planCreated', value } });
}

/** False when the question was put aside: it stays open for other channels. @throws LMCP_APPROVAL when the user says no */
async function userSaysYes(pending: Pending, context: ToolContext<Services>): Promise<boolean> {
  const { request, secret } = pending;
  const { services, call } = context;
  const { action, content } = await context.elicit({
    key: `approve-${secret}`,
    message: questionText(pending),
    requestedSchema: {
      type: 'object',
      properties: { run: { type: 'boolean', title: 'Run it once', default: false } },
      required: ['run'],
    },
  });
  if (action === 'cancel') return false;
  if (action === 'decline' || content.run !== true) {
    approvals.refuse(request, services.now());
    throw new LmcpError('LMCP_APPROVAL', 'The user said no; nothing was run.');
  }
  const client = call.client?.name.slice(0, 100) ?? 'unnamed client';
  await granted({ request, by: `user of ${client}`, channel: 'elicitation' }, services);
  approvals.take(request, pending, services.now());
  return true;
}

function questionText({ command, cwd, folder, reason, network, analysis }: Pending): string {
  return [
    'Run this command once?',
    visible(command),
    `Folder: ${visible(cwd)}`,
    `It may write to: ${visible(folder)}`,
    `Why you are asked: ${visible(reason)}`,
    ...(network ? ['It may reach the network.'] : []),
    ...(analysis.fixedCommand === undefined ? [] : [`Safer: ${visible(analysis.fixedCommand)}`]),
  ].join('\n');
}

const token = () => randomBytes(16).toString('base64url');
