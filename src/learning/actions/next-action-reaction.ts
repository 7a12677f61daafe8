/**
 * What the next-action learner does when its scorecard shows that things have changed.
 * It exists apart so that the reaction and the words that tell of it stand side by side.
 * Invariant: the error of the selective answers is shared among all their restarts, so their promise holds over all of them.
 */
import { errorShare } from '../error-budget.js';
import { SelectiveSets } from '../selective-sets.js';

/** Error of the selective answers over all their restarts. */
const selectiveError = 0.05;

/** What is done about a setback, as the report tells it. */
export const reactions = {
  accuracy: 'the memory of the model was shortened',
  calibration: 'the memory was shortened, and sure answers must be proven anew',
} as const;

/** Selective answers that know nothing yet. @param epoch how often they began, from 1 */
export function selectiveSets(epoch: number): SelectiveSets {
  return new SelectiveSets({ error: selectiveError * errorShare(epoch) });
}
