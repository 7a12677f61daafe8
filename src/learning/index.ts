/**
 * The learning room: pure, online, bounded models and the arithmetic that judges them.
 * It exists to be folded over the journal; it knows no file, no clock and no server.
 * Invariant: equal events in equal order give equal state, byte for byte.
 */
export { CalibrationError } from './calibration-error.js';
export { DifferenceSequence } from './confidence-sequence.js';
export type { Distribution } from './distribution.js';
export { wilson } from './interval.js';
export type { AnyLearner, Evidence, Learner, Prediction, Settled } from './learner.js';
export type { Mode } from './mode.js';
export { type Associated, Association, type AssociationOptions } from './models/association.js';
export { ContextTable, type ContextTableOptions } from './models/context-table.js';
export { DecayedCounter, decayFactor, yearMs } from './models/forward-decay.js';
export { GenerationalMap } from './models/generational-map.js';
export { hashNumbers, hashString } from './models/hash.js';
export { Hedge, type HedgeOptions } from './models/hedge.js';
export {
  type Base,
  type Describe,
  type Forecast,
  LogLinearMixture,
  type LogLinearOptions,
} from './models/log-linear.js';
export { MarkovModel, type MarkovOptions, wittenBell, wittenBellRanking } from './models/markov.js';
export { PlattCalibrator } from './models/platt.js';
export { Tally, type Votes } from './models/tally.js';
export { Vocabulary } from './models/vocabulary.js';
export { byProbability, hits, type Ranked, rankOf, topK } from './ranking.js';
export { type Observation, Scorecard, type ScorecardOptions, type ScorecardReport } from './scorecard.js';
export { SelectiveAnswering } from './selective.js';
export { byCodeUnit, StateReader, StateWriter } from './state-codec.js';
