/**
 * The query `hook`: `before` is judged by the analysis and the team's policy, `after` is recorded.
 * It exists as the one place where what the gateway passes on becomes a decision or an event.
 * Invariant: never says "allow"; a command that was recorded once is not recorded again.
 */
import { z } from 'zod';
import type { Services } from '../../../runtime/index.js';
import { type GuardAnswer, guard } from '../approvals/index.js';
import { policyFor } from '../policy/index.js';
import { analyseHere, HOOK_GIT_BUDGET_MS } from '../surroundings/analyse-here.js';
import { captureCommand, type FinishedCommand } from './capture-command.js';

const shared = {
  client: z.string(),
  command: z.string(),
  cwd: z.string(),
  session: z.string(),
  call: z.string(),
};
/** `tree`: absolute root of the working tree; null where there is none, or it is not known yet. */
const question = z.discriminatedUnion('event', [
  z.object({
    event: z.literal('before'),
    ...shared,
    permissionMode: z.string(),
    tree: z.string().nullable(),
  }),
  z.object({
    event: z.literal('after'),
    ...shared,
    exitCode: z.int().nullable(),
    durationMs: z.number().nullable(),
    tree: z.string(),
  }),
]);

/** @returns the guard's answer, or for `after` null */
export async function hookQuery(argument: unknown, services: Services): Promise<GuardAnswer | null> {
  const asked = question.parse(argument);
  if (asked.event === 'before') return judged(asked);
  const finished: FinishedCommand = { ...asked, root: asked.tree };
  captureCommand(finished, services);
  return null;
}

interface Asked {
  readonly command: string;
  readonly cwd: string;
  readonly permissionMode: string;
  readonly tree: string | null;
}

async function judged({ command, cwd, permissionMode, tree }: Asked): Promise<GuardAnswer> {
  const analysis = await analyseHere({
    command,
    root: tree,
    gitBudgetMs: HOOK_GIT_BUDGET_MS,
    ...(cwd === '' ? {} : { cwd }),
  });
  const said = guard(analysis, { permissionMode, policy: policyFor(tree).guard });
  const [fault] = analysis.policyFaults ?? [];
  if (said.decision === 'none' || fault === undefined) return said;
  return { ...said, reason: `${said.reason} (The policy file has a fault: ${fault})` };
}
