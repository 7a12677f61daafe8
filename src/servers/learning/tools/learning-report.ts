/**
 * learning_report: how often the answers of each task were right, beside the trivial predictors.
 * It exists because a system that learns must be able to say when it does not.
 * Invariant: reports what the scorecards of all servers hold; leaves no task out for looking bad.
 */
import { z } from 'zod';
import { LmcpError } from '../../../errors/index.js';
import { defineTool, type ToolContext } from '../../../protocol/index.js';
import { type Services, scorecardsIn } from '../../../runtime/index.js';

/** Two numbers; no tuple, because clients that read draft-07 do not know `prefixItems`. */
const interval = z.array(z.number()).length(2).nullable();

const taskReport = z.object({
  task: z.string(),
  kind: z
    .enum(['history', 'live'])
    .describe('history: replayed in time order; live: answers that were served'),
  n: z.number().describe('predictions scored'),
  metrics: z
    .record(z.string(), z.record(z.string(), z.number()))
    .describe('predictor → metric → mean, on the same questions'),
  model: z.string(),
  primary: z.string().describe('the metric that decides who answers'),
  baseline: z
    .object({ name: z.string(), value: z.number() })
    .nullable()
    .describe('the best trivial predictor'),
  lift: z.number().nullable().describe('model − best baseline on the primary metric'),
  interval: interval.describe('of the lift, 95 %, valid at every look'),
  calibration: z.object({ ece: z.number(), n: z.number() }).nullable(),
  drift: z.object({ at: z.number(), what: z.string() }).nullable(),
  mode: z.enum(['learned', 'baseline', 'insufficient']).describe('who answers'),
  lastAt: z.string().optional().describe('when the last of them was settled'),
});

export const learningReport = defineTool({
  name: 'learning_report',
  title: 'Learning report',
  description:
    'How often the predictions of each task were right on this repository, beside trivial predictors, with intervals and who answers. Ask before relying on a prediction.',
  input: z.object({
    task: z.string().max(100).optional().describe('only this task, e.g. "co-change"'),
    since: z.iso.datetime({ offset: true }).optional().describe('only tasks that had an outcome since then'),
  }),
  output: z.object({ tasks: z.array(taskReport) }),
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  combined: true,
  subject: ({ task }) => task,
  run: async ({ task, since }, { services }: ToolContext<Services>) => {
    const all = scorecardsIn(await services.askAll('scorecards', null));
    const known = [...new Set(all.map((report) => report.task))];
    if (task !== undefined && !known.includes(task)) {
      throw new LmcpError(
        'LMCP_INVALID_PARAMS',
        `There is no task "${task}"; there are ${known.join(', ')}.`,
      );
    }
    const after = since === undefined ? Number.NEGATIVE_INFINITY : Date.parse(since);
    const tasks = all
      .filter((report) => task === undefined || report.task === task)
      .filter((report) => since === undefined || (report.lastAt ?? 0) >= after)
      .map(({ minimum: _, lastAt, interval: bounds, ...report }) => ({
        ...report,
        interval: bounds ? [...bounds] : null,
        ...(lastAt === undefined ? {} : { lastAt: new Date(lastAt).toISOString() }),
      }));
    return { structured: { tasks }, text: tasks.map(sentence).join('\n') || 'Nothing has been scored.' };
  },
});

function sentence({
  task,
  kind,
  n,
  metrics,
  model,
  primary,
  baseline,
  mode,
}: z.output<typeof taskReport>): string {
  const value = metrics[model]?.[primary];
  if (n === 0 || value === undefined) return `${task} (${kind}): nothing scored yet.`;
  const beside = baseline ? `, ${baseline.name} ${baseline.value.toFixed(3)}` : '';
  return `${task} (${kind}): ${primary} ${value.toFixed(3)}${beside}, n ${n}; answers: ${mode}.`;
}
