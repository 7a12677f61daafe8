/**
 * The learning room: pure, online, bounded models and the arithmetic that judges them.
 * It exists to be folded over the journal; it knows no file, no clock and no server.
 * Invariant: equal events in equal order give equal state, byte for byte.
 */

export { type Action, type ActionLabel, actionOf } from './actions/action.js';
export type { AskingTime } from './actions/action-contexts.js';
export { baselinesOf } from './actions/action-model.js';
export {
  NextActionLearner,
  type NextActionOptions,
  type NextActionQuestion,
  nextActionModel,
} from './actions/next-action.js';
export { distributionOf, questionOf } from './actions/open-receipts.js';
export { AdaptiveConformal, type ConformalOptions, type LabelSet } from './calibration/adaptive-conformal.js';
export { IsotonicCalibrator, type IsotonicOptions } from './calibration/isotonic.js';
export { PlattCalibrator } from './calibration/platt.js';
export { logEvidence, runningLowerBound } from './calibration/running-lower-bound.js';
export { CalibrationError } from './calibration-error.js';
export {
  type Mixed,
  MixedFeatures,
  type MixedOptions,
  type MixedValue,
} from './classification/mixed-features.js';
export { OpenQuestions, type OpenQuestionsOptions } from './classification/open-questions.js';
export { servingEnsemble, servingEnsembleName } from './classification/serving-ensemble.js';
export {
  type ClassBaseline,
  type ClassForecast,
  classBaselines,
  classObservation,
  classScorecard,
  type LabelledExample,
  StreamClassifier,
  type StreamClassifierOptions,
} from './classification/stream-classifier.js';
export { DifferenceSequence } from './confidence-sequence.js';
export type { Distribution } from './distribution.js';
export { Adwin, type AdwinOptions } from './drift/adwin.js';
export type { Change, DriftDetector } from './drift/detector.js';
export { PageHinkley, type PageHinkleyOptions } from './drift/page-hinkley.js';
export { errorShare } from './error-budget.js';
export { GatedEnsemble, type GatedEnsembleOptions, type MemberScore } from './gated-ensemble.js';
export { wilson } from './interval.js';
export type { AnyLearner, Evidence, Learner, Prediction, Settled } from './learner.js';
export { type Additive, join, merge } from './merge.js';
export type { Mode } from './mode.js';
export { HalfSpaceTrees, type HalfSpaceTreesOptions } from './models/anomaly/half-space-trees.js';
export { AnswerCalibrator } from './models/answer-calibrator.js';
export { type Associated, Association, type AssociationOptions } from './models/association.js';
export { GaussianNaiveBayes, type GaussianOptions } from './models/bayes/gaussian.js';
export { MultinomialNaiveBayes, type MultinomialOptions } from './models/bayes/multinomial.js';
export {
  type Classifier,
  checkExample,
  checkFeatures,
  type Features,
  featureOf,
  type Label,
  mostProbable,
} from './models/classifier.js';
export { ContextTable, type ContextTableOptions } from './models/context-table.js';
export {
  type SeasonalForecast,
  SeasonalSmoothing,
  type SmoothingOptions,
} from './models/forecast/seasonal-smoothing.js';
export { DecayedCounter, decayFactor, yearMs } from './models/forward-decay.js';
export { GenerationalMap } from './models/generational-map.js';
export { hashNumbers, hashString } from './models/hash.js';
export { Hedge, type HedgeOptions } from './models/hedge.js';
export { Ipam, type IpamOptions } from './models/ipam.js';
export { Alma, type AlmaOptions } from './models/linear/alma.js';
export { Binary, type BinaryLabels, type BinaryModel } from './models/linear/binary.js';
export { type LogisticOptions, LogisticRegression } from './models/linear/logistic-regression.js';
export { OneVsRest, type OneVsRestOptions } from './models/linear/one-vs-rest.js';
export {
  AdaGrad,
  Ftrl,
  type FtrlOptions,
  type Optimiser,
  Sgd,
  type SgdOptions,
} from './models/linear/optimiser.js';
export { type SoftmaxOptions, SoftmaxRegression } from './models/linear/softmax-regression.js';
export { StandardScaler } from './models/linear/standard-scaler.js';
export {
  abstain,
  type Ballot,
  type Base,
  type Describe,
  type Forecast,
  LogLinearMixture,
  type LogLinearOptions,
} from './models/log-linear.js';
export { MarkovModel, type MarkovOptions, wittenBell, wittenBellRanking } from './models/markov.js';
export { KNearest, type NearestOptions } from './models/neighbours/k-nearest.js';
export { type FeatureEncoder, HashedSlots, NamedSlots } from './models/statistics/feature-slots.js';
export { LastClass } from './models/statistics/last-class.js';
export { TDigest } from './models/statistics/t-digest.js';
export { type Moments, Welford } from './models/statistics/welford.js';
export { Tally, type Votes } from './models/tally.js';
export { Drain, type DrainOptions, type TemplateGroup } from './models/templates/drain.js';
export {
  AdaptiveRandomForest,
  type AdaptiveRandomForestOptions,
} from './models/tree/adaptive-random-forest.js';
export {
  HoeffdingAdaptiveTree,
  type HoeffdingAdaptiveTreeOptions,
} from './models/tree/hoeffding-adaptive-tree.js';
export { HoeffdingTree, type HoeffdingTreeOptions } from './models/tree/hoeffding-tree.js';
export { Vocabulary } from './models/vocabulary.js';
export { VoterMemory, type VoterMemoryOptions } from './models/voter-memory.js';
export { pipe, type Transformer } from './pipeline.js';
export { byProbability, hits, type Ranked, rankOf, topK } from './ranking.js';
export { ReceiptCounts, sampleWeight } from './receipt-counts.js';
export { type Observation, Scorecard, type ScorecardOptions, type ScorecardReport } from './scorecard.js';
export {
  isSetback,
  type ReceiptReport,
  type ScorecardChange,
  type SourceReport,
  suspicionSentence,
} from './scorecard-report.js';
export { answerWhen, SelectiveAnswering, type SelectiveOptions, type SelectiveReport } from './selective.js';
export {
  SelectiveSets,
  type SelectiveSetsOptions,
  type SelectiveSetsReport,
  type SelectiveSize,
} from './selective-sets.js';
export { byCodeUnit, StateReader, StateWriter } from './state-codec.js';
export type { Evident } from './weighted-mean.js';
