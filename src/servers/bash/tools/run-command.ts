/**
 * The tool `run_command`: runs a shell command in the sandbox, after a person's word where its level asks for one.
 * It exists so that what an agent runs can do no more than was judged, and is written down.
 * Invariant: judged, allowed and journaled before it starts; `blocked` never runs outside the sandbox.
 */
import { z } from 'zod';
import { LmcpError } from '../../../errors/index.js';
import { defineTool, type ToolContext } from '../../../protocol/index.js';
import type { Services } from '../../../runtime/index.js';
import { type Bound, mismatch, type Pending } from '../approvals/index.js';
import { type Run, refuseInteractive, run } from '../sandbox/index.js';
import { level } from './analysis-shape.js';
import { programOf } from './analyze-command.js';
import { audited } from './audit-trail.js';
import { judgedRun } from './judged-run.js';
import { mayRun } from './run-approval.js';
import { commandText, TOOL_LIMITS, timeoutMs } from './run-input.js';
import { whileRunning } from './while-running.js';

const input = z.object({
  command: commandText,
  cwd: z.string().max(4096).optional().describe('Folder; default: the session’s'),
  approval: z.string().min(1).max(100).optional().describe('`needsApproval.request`, once granted'),
  network: z.boolean().default(false).describe('Ask for network access'),
  timeoutMs,
});

const output = z.object({
  exitCode: z.int().nullable().describe('null: did not run or end'),
  stdout: z.string(),
  stderr: z.string(),
  durationMs: z.int(),
  timedOut: z.boolean(),
  truncated: z.boolean(),
  sandbox: z
    .object({
      program: z.enum(['bubblewrap', 'none']),
      writable: z.string(),
      network: z.boolean(),
      bounded: z.enum(['tree', 'process']),
      protected: z.array(z.string()),
      made: z.array(z.string()),
    })
    .nullable(),
  audit: z.string().nullable().describe('journal id of the run'),
  level,
  needsApproval: z
    .object({
      request: z.string(),
      reason: z.string(),
      expiresAt: z.string(),
      analysis: z.looseObject({ level }).describe('as of analyze_command'),
    })
    .optional(),
});

const nothing = { exitCode: null, stdout: '', stderr: '', durationMs: 0, timedOut: false, truncated: false };

export const runCommand = defineTool({
  name: 'run_command',
  title: 'Run command',
  description:
    'Runs a shell command in a sandbox: only the work tree is writable, no network. A dangerous one answers needsApproval: the user grants it outside this conversation, then call again with `approval`.',
  input,
  output,
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: true },
  combined: true,
  maxBytes: 512 * 1024,
  task: { support: 'optional' },
  subject: ({ command }) => programOf(command),
  async run({ command, cwd, approval, network, timeoutMs: most }, context: ToolContext<Services>) {
    const { services, call, signal } = context;
    refuseInteractive(command);
    const wanted = { command, cwd, network };
    const { place, analysis, rules, bound } = await judgedRun(wanted, context);
    const { outside } = place;
    const decision = await mayRun({ bound, analysis, outside, approval }, rules, context);
    if (!decision.may) return waiting(decision.pending);
    const approved = decision.plan !== '';
    // A person takes time to answer: what was agreed to may be something else by now.
    if (approved) refuseChanged(bound, (await judgedRun(wanted, context)).bound);
    const { action, run: ran } = await whileRunning(context, most, () =>
      audited({ command, place, plan: decision.plan }, services, call, () =>
        run({
          command,
          cwd: place.cwd,
          folder: place.folder,
          network: bound.network,
          timeoutMs: most,
          limits: TOOL_LIMITS,
          hidden: [services.dataFolder],
          protect: !approved,
          unsandboxed: rules.unsandboxed && analysis.level !== 'blocked',
          signal,
        }),
      ),
    );
    const sandbox = { ...ran.sandbox, protected: [...ran.sandbox.protected], made: [...ran.sandbox.made] };
    return { structured: { ...ran, sandbox, audit: action, level: analysis.level }, text: ranText(ran) };
  },
});

/** @throws LMCP_APPROVAL */
function refuseChanged(agreed: Bound, now: Bound): void {
  const other = mismatch(agreed, now);
  if (other !== undefined)
    throw new LmcpError(
      'LMCP_APPROVAL',
      `Meanwhile it became another ${other} than was agreed to; nothing was run.`,
    );
}

function waiting({ request, reason, expiresAt, analysis }: Pending) {
  const until = new Date(expiresAt).toISOString();
  const text = [
    `Nothing was run: a person must agree (${reason}).`,
    `Ask the user to run \`lmcp approve ${request}\` in a terminal, or to open the status page, before ${until}; then call run_command again with the same command and approval "${request}".`,
    ...(analysis.fixedCommand === undefined ? [] : [`Safer: ${analysis.fixedCommand}`]),
  ].join('\n');
  const needsApproval = { request, reason, expiresAt: until, analysis: { ...analysis } };
  return {
    structured: { ...nothing, sandbox: null, audit: null, level: analysis.level, needsApproval },
    text,
  };
}

function ranText({ exitCode, stdout, stderr, timedOut, sandbox }: Run): string {
  const head = timedOut ? 'The time was over; all of it was ended.' : `Exit code ${exitCode}.`;
  const kept =
    exitCode !== 0 && /resource busy|Read-only file system/.test(stderr) && sandbox.protected.length > 0
      ? `Read-only in a run that no person approved: ${sandbox.protected.join(', ')}.`
      : '';
  const made = sandbox.made.length > 0 ? `Hooks or settings that are new: ${sandbox.made.join(', ')}.` : '';
  return [head, stdout.slice(-2_000), stderr.slice(-2_000), kept, made]
    .filter((part) => part !== '')
    .join('\n');
}
