/**
 * The learning room: pure, online, bounded models and the arithmetic that judges them.
 * It exists to be folded over the journal; it knows no file, no clock and no server.
 * Invariant: equal events in equal order give equal state, byte for byte.
 */
export type { AnyLearner, Evidence, Learner, Mode, Prediction, Settled } from './learner.js';
export type { ScorecardReport } from './scorecard.js';
