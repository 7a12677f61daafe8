/**
 * The tool `run_command`: runs a shell command in the sandbox, after a person's word where its level asks for one.
 * It exists so that what an agent runs can do no more than was judged, and is written down.
 * Invariant: judged, allowed and journaled before it starts; `blocked` never runs outside the sandbox.
 */
import { z } from 'zod';
import { defineTool, type ToolContext } from '../../../protocol/index.js';
import type { Services } from '../../../runtime/index.js';
import type { Pending } from '../approvals/index.js';
import { policyFor } from '../policy/index.js';
import { type Run, refuseInteractive, run } from '../sandbox/index.js';
import { analyseHere } from '../surroundings/analyse-here.js';
import { level } from './analysis-shape.js';
import { audited } from './audit-trail.js';
import { commandPlace } from './command-place.js';
import { mayRun } from './run-approval.js';
import { commandText, firstWord, TOOL_LIMITS, timeoutMs } from './run-input.js';
import { whileRunning } from './while-running.js';

const input = z.object({
  command: commandText,
  cwd: z.string().max(4096).optional().describe('Folder; default: the session’s'),
  approval: z
    .string()
    .min(1)
    .max(100)
    .optional()
    .describe('`needsApproval.request`, once a person has granted it'),
  network: z.boolean().default(false).describe('Ask for network access'),
  timeoutMs,
});

const output = z.object({
  exitCode: z.int().nullable().describe('null: did not run, or ran out of time'),
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
  subject: ({ command }) => firstWord(command),
  async run({ command, cwd, approval, network, timeoutMs: most }, context: ToolContext<Services>) {
    const { services, call, signal } = context;
    refuseInteractive(command);
    const place = await commandPlace(cwd, context);
    const analysis = await analyseHere({ command, cwd: place.cwd, root: place.root });
    const rules = policyFor(place.root).run;
    const reach = network || rules.network;
    const decision = await mayRun(
      { command, cwd: place.cwd, analysis, network: reach, approval },
      rules,
      context,
    );
    if (!decision.may) return waiting(decision.pending);
    const { action, run: ran } = await whileRunning(context, most, () =>
      audited({ command, place, plan: decision.plan }, services, call, () =>
        run({
          command,
          ...place,
          network: reach,
          timeoutMs: most,
          limits: TOOL_LIMITS,
          hidden: [services.dataFolder],
          unsandboxed: rules.unsandboxed && analysis.level !== 'blocked',
          signal,
        }),
      ),
    );
    return { structured: { ...ran, audit: action, level: analysis.level }, text: ranText(ran) };
  },
});

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

function ranText({ exitCode, stdout, stderr, timedOut }: Run): string {
  const head = timedOut ? 'The time was over; all of it was ended.' : `Exit code ${exitCode}.`;
  return [head, stdout.slice(-2_000), stderr.slice(-2_000)].filter((part) => part !== '').join('\n');
}
