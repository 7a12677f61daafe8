/**
 * learning_report: how often the answers of each task were right, beside the trivial predictors.
 * It exists because a system that learns must be able to say when it does not.
 * Invariant: reports what the scorecards of all servers hold; leaves no task and no suspect source out.
 */
import { z } from 'zod';
import { LmcpError } from '../../../errors/index.js';
import { type SourceReport, suspicionSentence } from '../../../learning/index.js';
import { defineTool, type ToolContext } from '../../../protocol/index.js';
import { type Services, scorecardsIn } from '../../../runtime/index.js';

/** Two numbers; no tuple, because clients that read draft-07 do not know `prefixItems`. */
const interval = z.array(z.number()).length(2).nullable();

/** Sources listed of each scorecard when no task is named: suspects come first. */
const sourcesShown = 5;

const sourceReport = z.object({
  source: z.string().nullable(),
  n: z.number(),
  value: z.number().nullable(),
  baseline: z.number().nullable(),
  difference: z.number().nullable(),
  interval,
  suspect: z.boolean(),
  overall: z.object({
    difference: z.number().nullable(),
    interval,
    lower: z.boolean(),
    by: z.enum(['model', 'baseline']).nullable(),
  }),
});

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
  since: z.string().optional().describe('lift and interval: since it changed then'),
  sources: z
    .array(sourceReport)
    .optional()
    .describe('by source of the outcome; difference from the others where as sure, and overall'),
  receipts: z
    .object({ open: z.number(), settled: z.number(), expired: z.number(), dropped: z.number() })
    .optional(),
});

/** ISO 8601; a time beyond what a date can hold is its last. */
function iso(millis: number): string {
  return new Date(Math.min(8.64e15, Math.max(0, millis))).toISOString();
}

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
      .map(({ minimum: _, unbeaten: __, lastAt, since, sources, interval: bounds, ...report }) => ({
        ...report,
        interval: bounds ? [...bounds] : null,
        ...(lastAt === undefined ? {} : { lastAt: iso(lastAt) }),
        ...(since === undefined ? {} : { since: iso(since) }),
        ...(sources === undefined || sources.length < 2
          ? {}
          : { sources: shown(sources, task === undefined).map(plain) }),
      }));
    return { structured: { tasks }, text: tasks.map(sentence).join('\n') || 'Nothing has been scored.' };
  },
});

/** All sources, or those that stand out and the largest. */
function shown(sources: readonly SourceReport[], few: boolean): readonly SourceReport[] {
  const outstanding = sources.filter(({ suspect, overall }) => suspect || overall.lower).length;
  return few ? sources.slice(0, Math.max(outstanding, sourcesShown)) : sources;
}

function plain({ overall, ...row }: SourceReport): z.output<typeof sourceReport> {
  const list = (bounds: readonly number[] | null) => bounds && [...bounds];
  return {
    ...row,
    interval: list(row.interval),
    overall: { ...overall, interval: list(overall.interval) },
  };
}

const signed = (share: number) => `${share < 0 ? '−' : '+'}${Math.abs(share).toFixed(3)}`;

function sentence(report: z.output<typeof taskReport>): string {
  const { task, kind, n, metrics, model, primary, baseline, lift, interval: bounds, mode } = report;
  const value = metrics[model]?.[primary];
  const scored = n > 0 && value !== undefined;
  const beside = baseline ? `, ${baseline.name} ${baseline.value.toFixed(3)}` : '';
  const gap =
    lift === null || !bounds
      ? ''
      : `, lift ${signed(lift)} (${bounds.map(signed).join(' to ')}${report.since ? ` since ${report.since}` : ''})`;
  const ece = report.calibration ? `, ECE ${report.calibration.ece.toFixed(3)}` : '';
  const lines = [
    scored
      ? `${task} (${kind}): ${primary} ${value.toFixed(3)}${beside}, n ${n}${gap}${ece}; answers: ${mode}.`
      : `${task} (${kind}): nothing scored yet.`,
  ];
  const { drift, receipts } = report;
  if (drift) lines.push(`  changed ${iso(drift.at)}: ${drift.what}`);
  if (receipts && Object.values(receipts).some((count) => count > 0)) {
    const { open, settled, expired, dropped } = receipts;
    lines.push(`  receipts: ${open} open, ${settled} settled, ${expired} expired, ${dropped} dropped`);
  }
  for (const row of report.sources ?? []) {
    const overall = { ...row.overall, interval: asPair(row.overall.interval) };
    const suspicion = suspicionSentence({ ...row, interval: asPair(row.interval), overall });
    if (suspicion) lines.push(`  ${suspicion}`);
  }
  return lines.join('\n');
}

function asPair(bounds: readonly number[] | null): readonly [number, number] | null {
  return bounds === null ? null : [bounds[0] ?? -1, bounds[1] ?? 1];
}
