/**
 * What the daemon answers about commands that wait for a person's word: GET /api/approval.
 * It exists so that the answer is parsed once, at the boundary.
 * Invariant: nothing is shown or granted that does not have this shape.
 */
import { z } from 'zod';

const waitingCommand = z.object({
  request: z.string(),
  workspace: z.string(),
  command: z.string(),
  cwd: z.string(),
  network: z.boolean(),
  reason: z.string(),
  expiresAt: z.number(),
  analysis: z.object({
    level: z.string(),
    effects: z.array(z.object({ kind: z.string(), target: z.string(), reversible: z.boolean() })),
    findings: z.array(z.object({ message: z.string() })),
    fixedCommand: z.string().optional(),
  }),
});

export const waitingCommands = z.object({ approvals: z.array(waitingCommand) });

export type WaitingCommand = z.output<typeof waitingCommand>;
