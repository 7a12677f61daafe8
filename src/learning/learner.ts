/**
 * The contract of a learner: a fold over the journal that can answer questions.
 * It exists so that serving, replaying, evaluating and rolling back run through the very same code.
 * Invariant: pure. Equal prefixes of a journal give equal states; no clock, no I/O, no randomness of its own.
 */
import type { EventType, PredictionMade, StoredEvent } from '../proto/index.js';
import type { Mode } from './mode.js';
import type { ScorecardReport } from './scorecard.js';

/** What an answer rests on. */
export interface Evidence {
  /** How many settled predictions or observations stand behind the stated confidence. */
  readonly n: number;
  /** Interval of the confidence, in [0, 1]; null when n is too small for one. */
  readonly interval: readonly [number, number] | null;
  /** SHAs, run ids or event ids that the user can look up. */
  readonly references: readonly string[];
}

/** An answer with all that is needed to write its receipt. */
export interface Prediction<Answer> {
  /** null when nothing is known; then `mode` is `insufficient`. */
  readonly answer: Answer | null;
  /** Calibrated probability that the answer (or its first item) is right; null when not known. */
  readonly confidence: number | null;
  readonly evidence: Evidence;
  /** What the trivial predictor says to the same question. */
  readonly baseline: Answer | null;
  readonly mode: Mode;
}

/** How one served prediction came out. */
export interface Settled {
  /** The receipt's id. */
  readonly prediction: string;
  /** Metric → value in [0, 1] for what was answered, e.g. { "hit@3": 1 }. */
  readonly scores: Readonly<Record<string, number>>;
  /** The same for the baseline written on the receipt. */
  readonly baseline: Readonly<Record<string, number>>;
}

export interface Learner<Question, Answer> {
  /** The task's name on receipts and scorecards, e.g. "co-change". */
  readonly task: string;
  readonly consumes: readonly EventType[];
  /** Folds one event in; scores what it would have said before (progressive validation), then learns. */
  learnOne(event: StoredEvent): void;
  predictOne(question: Question): Prediction<Answer>;
  /** Which receipts this event settles. Called before learnOne of the same event. */
  settle(event: StoredEvent): readonly Settled[];
  /**
   * What this state says to the question of a receipt, as a receipt of the same id and question; null when it would say nothing.
   * Asked when what was said then may have rested on events that were forgotten since. Without it such receipts do not count.
   * Pure, as `predictOne` is. @param at when the question was asked, milliseconds since the epoch
   */
  reanswer?(receipt: PredictionMade, at: number): PredictionMade | null;
  /** Progressive-validation scorecards of this learner: history (replayed) and live (served receipts). */
  scorecards(): readonly ScorecardReport[];
  /** Canonical bytes: equal states give equal bytes. No ids, no offsets of the journal. */
  snapshot(): Uint8Array;
  /** @throws LMCP_BAD_STATE when the bytes are of another version or damaged. */
  restore(state: Uint8Array): void;
}

// biome-ignore lint/suspicious/noExplicitAny: a registry holds learners of every question and answer type.
export type AnyLearner = Learner<any, any>;
