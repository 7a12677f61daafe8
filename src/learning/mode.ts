/**
 * Who answers a question: the one word that the gate decides and every answer carries.
 * It exists apart so that scorecards and learners can both speak of it.
 * Invariant: the three words are part of the contract with clients.
 */

/** Who gives the answer: the model, the trivial predictor that it could not beat, or nobody. */
export type Mode = 'learned' | 'baseline' | 'insufficient';
