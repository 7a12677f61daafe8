/**
 * One receipt for one answer, however often a session asks for it: kept in the session's context.
 * It exists because agents repeat themselves, and a prediction that is counted three times makes its record look surer than it is.
 * Invariant: given again only to the same session, for the same answer, while the learner has neither learned nor settled anything.
 */
import type { Workspace } from '../../../runtime/index.js';

/** An agent that asks again after this long has gone on to something else. */
const keptMs = 10 * 60_000;

export interface Answered {
  readonly session: string;
  readonly paths: readonly string[];
  /** The learner's: grows with whatever it learns or settles. */
  readonly revision: number;
  /** What was answered, best first. */
  readonly ranked: readonly string[];
}

/** The receipt this session already holds for that answer, else the one that `write` makes (null: sampled out). */
export function sessionReceipt(
  state: Workspace['state'],
  { session, paths, revision, ranked }: Answered,
  write: () => string | null,
): string | null {
  const key = `${session}/related_files ${paths.join('\n')}`;
  const answer = ranked.join('\n');
  const held = state.get(key)?.value;
  if (Array.isArray(held) && held[0] === revision && held[1] === answer) return String(held[2]);
  const prediction = write();
  if (prediction !== null) state.set(key, [revision, answer, prediction], keptMs);
  return prediction;
}
