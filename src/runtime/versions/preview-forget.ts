/**
 * What forgetting events would do to the learners, and what forgetting did.
 * It exists because nobody should destroy events before seeing what is lost, and then wants to see that it is.
 * Invariant: a preview folds beside what serves and changes nothing; what was rebuilt is told once all of it is folded.
 */
import type { AnyLearner, ScorecardReport } from '../../learning/index.js';
import { buildVersion, forgottenOf } from './build-version.js';
import { countEvents, sum } from './count-events.js';
import { digestOf } from './feed.js';
import { Forgotten } from './forgotten.js';
import { canonical, difference, lastOf, type Range } from './ranges.js';
import type { VersionControl } from './version-control.js';

export interface LearnerState {
  readonly digest: string;
  readonly scorecards: readonly ScorecardReport[];
}

export interface ForgetPreview {
  readonly task: string;
  /** Events that the learner has learned and would have not. */
  readonly affected: number;
  readonly before: LearnerState;
  readonly after: LearnerState;
}

/** Of the learners that would be affected. @param ranges of the events to forget */
export async function previewForget(
  control: VersionControl,
  ranges: readonly Range[],
): Promise<readonly ForgetPreview[]> {
  const { source, host } = control;
  const named = canonical(ranges);
  const previews: ForgetPreview[] = [];
  for (const seat of host.seats) {
    const known = forgottenOf(seat, host.history);
    const { folded, before } = await source.slowly(async () => ({
      folded: seat.folded,
      before: stateOf(seat.learner),
    }));
    const learned = difference(folded, difference(folded, named));
    const affected = sum(await countEvents(source, learned, { types: seat.consumes, except: known }));
    if (affected === 0) continue;
    const next = Math.max(lastOf(folded), host.history.through) + 1;
    const forgotten = new Forgotten(
      [...host.history.forgettings, { sequence: next, named, types: [] }],
      seat.consumes,
    );
    const { learner } = await buildVersion(source, { seat, forgotten }, folded);
    previews.push({
      task: seat.task,
      affected,
      before,
      after: await source.slowly(async () => stateOf(learner)),
    });
  }
  return previews;
}

export interface RebuiltLearner extends LearnerState {
  readonly task: string;
  /** Whether it was folded anew because of this event, or a later one. */
  readonly rebuilt: boolean;
}

/** Every learner, once it has folded up to that event, which named what is forgotten, and no older state is being stored. */
export async function rebuilt(
  control: VersionControl,
  sequence: number,
  signal: AbortSignal,
): Promise<readonly RebuiltLearner[]> {
  const { source, host } = control;
  await host.folded(sequence, signal);
  await control.idle();
  return source.slowly(async () =>
    host.seats.map((seat) => ({
      task: seat.task,
      rebuilt: seat.rebuiltBy >= sequence,
      ...stateOf(seat.learner),
    })),
  );
}

function stateOf(learner: AnyLearner): LearnerState {
  return { digest: digestOf(learner), scorecards: learner.scorecards() };
}
