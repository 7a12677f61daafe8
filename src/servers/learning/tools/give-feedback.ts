/**
 * give_feedback: settles a prediction by its receipt: right, wrong, or what would have been right.
 * It exists because many outcomes are seen by the agent alone.
 * Invariant: answers after the feedback is on disk; an unknown receipt is refused, not swallowed.
 */
import { z } from 'zod';
import { LmcpError } from '../../../errors/index.js';
import { defineTool, type ToolContext } from '../../../protocol/index.js';
import type { Services } from '../../../runtime/index.js';

export const giveFeedback = defineTool({
  name: 'give_feedback',
  title: 'Give feedback on a prediction',
  description:
    'Tells whether a prediction was right. Pass the `prediction` id of an answer; with accepted false, `correction` names what was right (for related_files a path). It counts in learning_report.',
  input: z.object({
    prediction: z.string().min(1).max(100).describe('receipt id from the answer'),
    accepted: z.boolean(),
    correction: z.string().max(2_000).optional().describe('what would have been right'),
  }),
  output: z.object({
    settled: z
      .boolean()
      .describe('false: the receipt had been settled or had expired; the feedback is kept all the same'),
    prediction: z.string(),
    task: z.string(),
    scores: z.record(z.string(), z.number()).nullable().describe('what the answer scored'),
    sequence: z.number().describe('number of the event in the journal'),
  }),
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false },
  combined: true,
  run: async ({ prediction, accepted, correction }, { services }: ToolContext<Services>) => {
    const { workspace } = services;
    const receipt = await workspace.findReceipt(prediction);
    if (!receipt)
      throw new LmcpError('LMCP_UNKNOWN_PREDICTION', `No receipt "${prediction}" is in this workspace.`);
    const value = { prediction, accepted, correction: correction ?? '' };
    const sequence = await workspace.append([
      { source: 'mcp', causedBy: prediction, data: { case: 'feedbackGiven', value } },
    ]);
    const answers = Object.values(await services.askAll('settled', { prediction, sequence, by: sequence }));
    const scores = answers.map(scoresIn).find((it) => it !== null) ?? null;
    const settled = scores !== null;
    const text = settled
      ? `Settled ${receipt.task}.`
      : `Kept; the receipt of ${receipt.task} had been settled before or had expired.`;
    return { structured: { settled, prediction, task: receipt.task, scores, sequence }, text };
  },
});

function scoresIn(answer: unknown): Record<string, number> | null {
  if (typeof answer !== 'object' || answer === null || !('scores' in answer)) return null;
  return answer.scores as Record<string, number>;
}
