/**
 * What the daemon answers about a command that waits for a person's word: GET /api/approval?request=ID.
 * It exists so that the answer is parsed once, at the boundary.
 * Invariant: nothing is shown or granted that does not have this shape.
 */
import { z } from 'zod';

export const pendingApproval = z.object({
  request: z.string(),
  workspace: z.string(),
  command: z.string(),
  cwd: z.string(),
  reason: z.string(),
  expiresAt: z.number(),
  analysis: z.object({
    level: z.string(),
    effects: z.array(z.object({ kind: z.string(), target: z.string(), reversible: z.boolean() })),
    findings: z.array(z.object({ message: z.string() })),
    fixedCommand: z.string().optional(),
  }),
});

export type PendingApproval = z.output<typeof pendingApproval>;
