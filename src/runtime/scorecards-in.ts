/**
 * The scorecards of all servers as one list, from their answers to the query `scorecards`.
 * It exists because status, learning progress and learning_report ask the same.
 * Invariant: leaves none out; an answer that is no list is none.
 */
import type { ScorecardReport } from '../learning/index.js';

export function scorecardsIn(answers: Readonly<Record<string, unknown>>): ScorecardReport[] {
  return Object.values(answers).flatMap((answer) =>
    Array.isArray(answer) ? (answer as ScorecardReport[]) : [],
  );
}
