/**
 * forget: takes what came from one source, one session or before a time out of the journal and out of what was learned.
 * It exists for poisoned sources, and because what is kept must be possible to be forgotten.
 * Invariant: without `dryRun: false` nothing changes; with it, a person has said yes through the client, outside the model's channel.
 */
import { z } from 'zod';
import { LmcpError } from '../../../errors/index.js';
import { defineTool, type ToolContext } from '../../../protocol/index.js';
import { type Services, selectEventsModule } from '../../../runtime/index.js';
import { type Selection, selectionCommand, selectionOf, selectionText } from '../forget-request.js';
import {
  type ForgetReport,
  type Forgettable,
  forgetEvents,
  previewForgetting,
  type Selected,
} from '../forgetting.js';
import { scoreText } from '../score-row.js';

/** Backups an answer names, the newest. */
const BACKUPS_SHOWN = 20;

const input = z.object({
  source: z.string().min(1).max(200).optional(),
  session: z.string().min(1).max(200).optional(),
  before: z.string().max(40).optional().describe('time, RFC 3339'),
  dryRun: z.boolean().default(true),
});

export const forget = defineTool({
  name: 'forget',
  title: 'Forget events',
  description:
    'Forgets what came from a source, from a session or before a time (exactly one), for good, and rebuilds the learners without it. The default is a dry run: what would go, and each scorecard before and after. dryRun false asks the user through the client.',
  input,
  output: z.object({
    done: z.boolean(),
    events: z.number(),
    byType: z.record(z.string(), z.number()),
    firstAt: z.string().nullable(),
    lastAt: z.string().nullable(),
    learners: z
      .array(z.looseObject({ task: z.string(), affected: z.number() }))
      .describe('with scorecards before and after'),
    digest: z.string().nullable().describe('of the learners without the events'),
    backups: z.array(z.string()).describe('still hold the events'),
  }),
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false },
  task: { support: 'optional' },
  run: async (args, context: ToolContext<Services>) => {
    const selection = selectionOf(args);
    const on = forgettable(context);
    if (args.dryRun) return answer(await previewForgetting(on, selection));
    await approved(selection, context);
    const client = context.call.client?.name.slice(0, 100) ?? 'unnamed client';
    return answer(await forgetEvents(on, selection, { by: `user of ${client}`, channel: 'elicitation' }));
  },
});

/** Has the client ask its user. @throws LMCP_NEEDS_APPROVAL when it cannot, or when the user says no */
async function approved(selection: Selection, context: ToolContext<Services>): Promise<void> {
  const command = selectionCommand(selection);
  if (!context.can('elicitation'))
    throw new LmcpError(
      'LMCP_NEEDS_APPROVAL',
      `This client cannot ask its user, and forgetting destroys events. On a terminal: ${command}`,
    );
  const selected = await forgettable(context).select(selection);
  const types = Object.entries(selected.byType).map(([type, count]) => `${count} ${type}`);
  const { action, content } = await context.elicit({
    // What is approved is this selection, also when events of it arrive while the question is open.
    key: `forget ${selectionText(selection)}`,
    message:
      `Forget ${selectionText(selection)} in ${context.services.workspace.id}? ` +
      `${selected.events} events (${types.join(', ') || 'none'}) are destroyed and what was learned from them is unlearned. This cannot be undone.`,
    requestedSchema: {
      type: 'object',
      properties: { forget: { type: 'boolean', title: 'Forget them for good', default: false } },
      required: ['forget'],
    },
  });
  if (action !== 'accept' || content.forget !== true)
    throw new LmcpError('LMCP_NEEDS_APPROVAL', 'The user did not agree; nothing was forgotten.');
}

function forgettable({ services, progress }: ToolContext<Services>): Forgettable {
  let steps = 0;
  return {
    workspace: services.workspace.id,
    ask: services.ask,
    askAll: services.askAll,
    select: async (selection) =>
      (await services.job(selectEventsModule, 'selectEvents', selection)) as Selected,
    append: (events) => services.workspace.append(events),
    compact: () => services.compact(),
    backups: () => services.backups(),
    step: (what) => {
      steps += 1;
      progress(steps, undefined, what);
    },
  };
}

function answer({ what, compacted, backups, ...report }: ForgetReport) {
  const structured = {
    ...report,
    done: compacted !== null,
    byType: { ...report.byType },
    learners: report.learners.map((it) => ({ ...it })),
    backups: backups.slice(0, BACKUPS_SHOWN).map(({ folder, at }) => `${folder} (${at})`),
  };
  const lines = [
    `${compacted ? 'Forgotten' : 'A dry run'}: ${report.events} events of ${what}.`,
    ...report.learners.flatMap(({ task, before, after }) =>
      after.map((row, i) => {
        const earlier = before.find(({ kind }) => kind === row.kind) ?? before[i];
        return `${task}: ${earlier ? scoreText(earlier) : 'nothing'} → ${scoreText(row)}`;
      }),
    ),
    ...(backups.length > 0
      ? [`Still held by backups: ${backups.map(({ folder }) => folder).join(', ')}`]
      : []),
  ];
  return { structured, text: lines.join('\n') };
}
