/**
 * The shape of an analysis in answers, as a schema.
 * It exists so that every tool that shows one shows the same fields.
 * Invariant: the same as `Analysis` of the analysis room.
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
  level,
  ...span,
  message: z.string(),
  fix: z.object({ text: z.string(), ...span, why: z.string() }).optional(),
});

export const analysisShape = z.object({
  level,
  effects: z.array(effect).readonly(),
  findings: z.array(finding).readonly(),
  fixedCommand: z.string().optional(),
  unanalysable: z.array(z.object({ ...span, why: z.string() })).readonly(),
});
