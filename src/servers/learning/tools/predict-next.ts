/**
 * predict_next: the tool calls most likely to come next in a session.
 * It exists for prefetching and for seeing whether the way of working is predictable at all.
 * Invariant: answers from the learner's state alone; where the model does not win, the trivial predictor answers and it says so.
 */
import { z } from 'zod';
import {
  distributionOf,
  type NextActionLearner,
  nextActionModel,
  questionOf,
} from '../../../learning/index.js';
import { defineTool, type ToolContext } from '../../../protocol/index.js';
import type { Services } from '../../../runtime/index.js';

/** A next call comes soon or the session is over. */
const EXPIRES_MS = 60 * 60_000;
const SHOWN = 10;

const action = z.object({
  server: z.string().describe('empty: a tool of the agent itself'),
  tool: z.string(),
  p: z.number(),
});

export const predictNext = defineTool({
  name: 'predict_next',
  title: 'Predict the next tool call',
  description:
    'The tool calls most likely to come next in this (or the given) session, learned from earlier sessions, with probabilities.',
  input: z.object({
    session: z.string().min(1).max(200).optional().describe('session key; default: the asking session'),
  }),
  output: z.object({
    actions: z.array(action).nullable(),
    prediction: z.string().nullable().describe('receipt id; null when not sampled or nothing is known'),
    confidence: z.number().nullable(),
    evidence: z.object({ n: z.number(), interval: z.array(z.number()).length(2).nullable() }),
    baseline: z.array(action).nullable(),
    mode: z.enum(['learned', 'baseline', 'insufficient']),
  }),
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  run: async (args, { services, call }: ToolContext<Services>) => {
    const { workspace } = services;
    const learner = workspace.learner<NextActionLearner>('next-action');
    const session = args.session ?? call.session;
    const { answer, confidence, evidence, baseline, mode } = learner.predictOne({ session, top: SHOWN });
    const named = (ranked: readonly { label: string; p: number }[]) =>
      ranked.map(({ label, p }) => ({ server: learner.serverOf(label), tool: label, p }));
    const prediction =
      answer === null
        ? null
        : workspace.receipt({
            task: learner.task,
            model: nextActionModel,
            mode,
            subject: session,
            question: questionOf(session, SHOWN),
            ranked: answer.map(({ label }) => label),
            distribution: distributionOf(answer),
            baseline: distributionOf(baseline ?? []),
            expiresInMs: EXPIRES_MS,
          });
    const first = answer?.[0];
    const text = first
      ? `Most likely next: ${first.label} (${(100 * first.p).toFixed(0)} %), by ${mode === 'learned' ? 'the model' : 'the trivial predictor'}.`
      : `Too few calls have been seen (${evidence.n}); work on and ask again, or import sessions with lmcp import jsonl.`;
    return {
      structured: {
        actions: answer && named(answer),
        prediction,
        confidence,
        evidence: { n: evidence.n, interval: evidence.interval && [...evidence.interval] },
        baseline: baseline && named(baseline),
        mode,
      },
      text,
    };
  },
});
