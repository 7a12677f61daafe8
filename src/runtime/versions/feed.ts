/**
 * Folding one event into one learner: settle, then learn; and what is not folded because it was undone or forgotten.
 * It exists so that serving, folding anew and preparing another version treat an event alike.
 * Invariant: a forgotten event is never shown to a learner; a receipt that is audit only is answered anew by the state that meets it.
 */
import { createHash } from 'node:crypto';
import { describeError } from '../../errors/index.js';
import type { AnyLearner, Settled } from '../../learning/index.js';
import { atMillis, type PredictionMade, payloadOf, type StoredEvent } from '../../proto/index.js';
import type { Forgotten } from './forgotten.js';
import { isIn, type Lineage } from './lineage.js';

type Log = (level: 'error', text: string) => void;

/** Which events of the journal a learner's state is the fold of. */
export interface Course {
  readonly lineage: Lineage;
  readonly forgotten: Forgotten;
}

/** Folds an event if it is on the learner's course; what it settled. */
export function feed(learner: AnyLearner, stored: StoredEvent, course: Course, log: Log): readonly Settled[] {
  const { sequence, event } = stored;
  if (!isIn(course.lineage, sequence) || course.forgotten.has(sequence)) return [];
  const receipt = payloadOf(event, 'predictionMade');
  if (!receipt || !course.forgotten.isAudit(sequence, Number(receipt.stateOffset)))
    return foldOne(learner, stored, log);
  const answered = answeredAnew(learner, stored, receipt, log);
  return answered === null ? [] : foldOne(learner, answered, log);
}

/**
 * Folds one event into one learner, settling before learning; what it does not consume is skipped.
 * A learner that fails on an event fails on it in every replay: it is said, and the fold goes on.
 */
export function foldOne(learner: AnyLearner, stored: StoredEvent, log: Log): readonly Settled[] {
  const { case: type } = stored.event.data;
  if (!type || !learner.consumes.includes(type)) return [];
  try {
    const settled = learner.settle(stored);
    learner.learnOne(stored);
    return settled;
  } catch (error) {
    log(
      'error',
      `${learner.task}: event ${stored.sequence} (${type}) not learned: ${describeError(error).message}`,
    );
    return [];
  }
}

/** Hash of a learner's canonical state: equal for equal folds. */
export function digestOf(learner: AnyLearner): string {
  return createHash('sha256').update(learner.snapshot()).digest('hex');
}

/** The receipt with what this state says to its question; null when it has no say. Another task's keeps its question alone. */
function answeredAnew(
  learner: AnyLearner,
  { sequence, event }: StoredEvent,
  receipt: PredictionMade,
  log: Log,
): StoredEvent | null {
  const value = receipt.task === learner.task ? askAgain() : unanswered(receipt);
  return value && { sequence, event: { ...event, data: { case: 'predictionMade', value } } };

  function askAgain(): PredictionMade | null {
    try {
      return learner.reanswer?.(receipt, atMillis(event)) ?? null;
    } catch (error) {
      log('error', `${learner.task}: receipt ${sequence} not answered anew: ${describeError(error).message}`);
      return null;
    }
  }
}

function unanswered(receipt: PredictionMade): PredictionMade {
  return { ...receipt, distribution: {}, baseline: {}, ranked: [], values: {} };
}
