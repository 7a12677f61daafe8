/**
 * The shape of an analysis in answers, as a schema.
 * It exists so that every tool that shows one shows the same fields.
 * Invariant: the same as `Analysis` of the analysis room, and what the policy adds; analysis-answer.ts bounds it. Values are named
 * once: the list of tools has a budget of tokens.
 */
import { z } from 'zod';

export const level = z.enum(['safe', 'caution', 'unknown', 'dangerous', 'blocked']);

export const effect = z.object({
  kind: z.enum(['read', 'write', 'delete', 'network', 'privilege', 'process', 'history', 'exec']),
  target: z.string(),
  reversible: z.boolean(),
});

const span = { start: z.int(), end: z.int() };

export const finding = z.object({
  code: z.string(),
  level: z.string(),
  ...span,
  message: z.string(),
  fix: z.object({ text: z.string(), ...span, why: z.string() }).optional(),
});

export const analysisShape = z.object({
  level,
  effects: z.array(effect),
  findings: z.array(finding),
  fixedCommand: z.string().optional(),
  unanalysable: z.array(z.object({ ...span, why: z.string() })),
  more: z.int().optional().describe('Rows left out'),
  policy: z
    .array(z.object({ rule: z.string(), source: z.string(), change: z.string(), level: z.string() }))
    .optional(),
  policyFaults: z.array(z.string()).optional(),
});

export type ShownAnalysis = z.output<typeof analysisShape>;
