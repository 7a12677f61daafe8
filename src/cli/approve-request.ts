/**
 * What the daemon answers about commands that wait for a person's word: GET /api/approval.
 * It exists so that the answer is parsed once, at the boundary.
 * Invariant: nothing is shown or granted that does not have this shape.
 */
import { z } from 'zod';

const summary = z.object({
  request: z.string(),
  workspace: z.string(),
  command: z.string(),
  cwd: z.string(),
  folder: z.string(),
  network: z.boolean(),
  reason: z.string(),
  expiresAt: z.number(),
});

const waitingCommand = summary.extend({
  analysis: z.object({
    level: z.string(),
    effects: z.array(z.object({ kind: z.string(), target: z.string(), reversible: z.boolean() })),
    findings: z.array(z.object({ message: z.string() })),
    fixedCommand: z.string().optional(),
  }),
});

/** Of all that wait: their commands may be cut. */
export const waitingSummaries = z.object({ approvals: z.array(summary) });

/** Of one request. */
export const waitingCommands = z.object({ approvals: z.array(waitingCommand) });

export type WaitingSummary = z.output<typeof summary>;
export type WaitingCommand = z.output<typeof waitingCommand>;
