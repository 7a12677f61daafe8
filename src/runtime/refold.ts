/**
 * Folds a journal from its first event into new learners, to compare them with the ones that serve.
 * It exists as the proof that serving state is a function of the journal: same events, same digest.
 * Invariant: touches nothing that serves; gives the thread back between slices.
 */
import type { AnyLearner } from '../learning/index.js';
import type { JournalClient } from './journal-client.js';
import { digestOf, foldOne } from './learner-host.js';
import { Slices } from './slices.js';

export interface Refolded {
  readonly task: string;
  readonly digest: string;
}

/** @param to last sequence that is folded. */
export async function refold(
  source: {
    readonly journal: JournalClient;
    readonly workspace: string;
    readonly learners: readonly (() => AnyLearner)[];
  },
  to: number,
): Promise<Refolded[]> {
  const learners = source.learners.map((make) => make());
  const slices = new Slices();
  for (let next = 1; next <= to; ) {
    const events = await source.journal.read(source.workspace, next, { wait: false });
    if (events.length === 0) break;
    for (const stored of events) {
      if (stored.sequence > to) break;
      for (const learner of learners) foldOne(learner, stored, () => undefined);
      if (slices.over) await slices.next();
    }
    next = (events.last ?? to) + 1;
  }
  return learners.map((learner) => ({ task: learner.task, digest: digestOf(learner) }));
}
