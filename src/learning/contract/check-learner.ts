/**
 * The contract of a learner as a fold over the journal.
 * It exists because crash recovery, rollback, replicas and honest scores all rest on these few promises.
 * Invariant: only the events given are used; a learner that reads an outcome before its event cannot pass.
 */
import { atMillis, type PredictionMade, payloadOf, type StoredEvent } from '../../proto/index.js';
import type { AnyLearner } from '../learner.js';
import { holds, same, sameBytes } from './promise.js';

export interface LearnerCase {
  readonly make: () => AnyLearner;
  /** At least 20 events in sequence, the kinds it consumes among them. */
  readonly events: readonly StoredEvent[];
  /** The question to ask just before an event, e.g. about that event's session; undefined to ask nothing. */
  readonly question: (event: StoredEvent) => unknown;
  /** The same event with another outcome (and what `question` reads unchanged): a peeking learner gives itself away by it. */
  readonly altered: (event: StoredEvent) => StoredEvent;
  /** Where events are altered from; default the middle. */
  readonly cut?: number;
}

function feed(learner: AnyLearner, event: StoredEvent): void {
  const { case: type } = event.event.data;
  if (!type || !learner.consumes.includes(type)) return;
  learner.settle(event);
  learner.learnOne(event);
}

/** Folds and asks; what was said before each event, as JSON. */
function run(
  { make, question }: LearnerCase,
  events: readonly StoredEvent[],
): { said: string[]; learner: AnyLearner } {
  const learner = make();
  const said: string[] = [];
  for (const event of events) {
    const asked = question(event);
    if (asked !== undefined) said.push(JSON.stringify(learner.predictOne(asked)));
    feed(learner, event);
  }
  return { said, learner };
}

/** A receipt of its task is answered anew by the state alone: the same question, and nothing learned by asking. */
function checkReanswer({ make, events }: LearnerCase): void {
  const learner = make();
  for (const event of events) {
    const receipt = payloadOf(event.event, 'predictionMade');
    if (learner.reanswer && receipt?.task === learner.task) {
      const state = learner.snapshot();
      const at = atMillis(event.event);
      const said = learner.reanswer(receipt, at);
      sameBytes(learner.snapshot(), state, 'answering a receipt anew changes no state');
      const other = make();
      other.restore(state);
      const blank = { ...receipt, distribution: {}, baseline: {}, ranked: receipt.ranked.map(() => '') };
      same(
        told(other.reanswer?.(blank, at)),
        told(said),
        'a receipt is answered anew by the state, not by what was said',
      );
      if (said) same(askedBy(said), askedBy(receipt), 'a receipt answered anew keeps its question');
    }
    feed(learner, event);
  }
}

function told(receipt: PredictionMade | null | undefined): unknown {
  return (
    receipt && [askedBy(receipt), receipt.ranked, receipt.distribution, receipt.baseline, receipt.values]
  );
}

function askedBy({ prediction, task, subject, question, expiresAt, sampleWeight }: PredictionMade): unknown {
  return [prediction, task, subject, question, String(expiresAt?.seconds), sampleWeight];
}

/** @throws Error naming the first broken promise */
export function checkLearner(given: LearnerCase): void {
  const { make, events, question, altered } = given;
  const cut = given.cut ?? Math.floor(events.length / 2);
  holds(events.length >= 20, 'the case gives at least 20 events');
  holds(
    events.some((e) => e.event.data.case !== undefined && make().consumes.includes(e.event.data.case)),
    'the case holds events that the learner consumes',
  );

  const first = run(given, events);
  holds(first.said.length > 0, 'the case asks something');
  const second = run(given, events);
  sameBytes(second.learner.snapshot(), first.learner.snapshot(), 'equal prefixes give equal digests');

  const silent = make();
  for (const event of events) feed(silent, event);
  sameBytes(silent.snapshot(), first.learner.snapshot(), 'asking changes no state');

  const unsettled = make();
  for (const event of events) {
    const { case: type } = event.event.data;
    if (type && unsettled.consumes.includes(type)) unsettled.learnOne(event);
  }
  sameBytes(unsettled.snapshot(), first.learner.snapshot(), 'settling reads and does not change');

  const prefix = events.slice(0, cut);
  const other = [...prefix, ...events.slice(cut).map(altered)];
  // The question before the cut's own event counts too: only its outcome is another.
  const askedBefore = events.slice(0, cut + 1).filter((event) => question(event) !== undefined).length;
  same(
    run(given, other).said.slice(0, askedBefore),
    first.said.slice(0, askedBefore),
    'no outcome is read before its event',
  );

  const half = run(given, prefix).learner;
  const state = half.snapshot();
  const restored = make();
  restored.restore(state);
  sameBytes(restored.snapshot(), state, 'a restored learner writes the same bytes');
  for (const event of events.slice(cut)) {
    const asked = question(event);
    if (asked !== undefined)
      same(restored.predictOne(asked), half.predictOne(asked), 'a restored learner gives the same answers');
    same(restored.settle(event), half.settle(event), 'a restored learner settles the same receipts');
    feed(restored, event);
    feed(half, event);
  }
  sameBytes(
    restored.snapshot(),
    first.learner.snapshot(),
    'a replay from a snapshot equals a replay from zero',
  );
  same(restored.scorecards(), first.learner.scorecards(), 'scorecards survive a snapshot');

  checkReanswer(given);

  const damaged = state.slice();
  damaged[damaged.length >> 1] = (damaged[damaged.length >> 1] ?? 0) ^ 0x55;
  let refused = false;
  try {
    make().restore(damaged);
  } catch (error) {
    refused = (error as { code?: unknown }).code === 'LMCP_BAD_STATE';
  }
  holds(refused, 'a damaged snapshot is refused with LMCP_BAD_STATE');
}
