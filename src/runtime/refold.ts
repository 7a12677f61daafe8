/**
 * Folds a journal from its first event into new learners, to compare them with the ones that serve.
 * It exists as the proof that serving state is a function of the journal: same events, same digest.
 * Invariant: touches nothing that serves, and uses no snapshot; gives the thread back between slices.
 */
import type { AnyLearner } from '../learning/index.js';
import type { JournalClient } from './journal-client.js';
import { digestOf } from './versions/feed.js';
import { type Folding, foldRanges } from './versions/fold-ranges.js';
import { Forgotten } from './versions/forgotten.js';
import { VersionHistory } from './versions/version-history.js';

export interface Refolded {
  readonly task: string;
  readonly digest: string;
}

/** How far is folded. */
export interface RefoldTo {
  /** Of each task, or of all: last sequence that is folded. */
  readonly offset: number | ReadonlyMap<string, number>;
  /** Last event that moved a head or forgot something of which is known; default all there are. */
  readonly versions?: number;
}

export async function refold(
  source: {
    readonly journal: JournalClient;
    readonly workspace: string;
    readonly learners: readonly (() => AnyLearner)[];
  },
  { offset, versions }: RefoldTo,
): Promise<Refolded[]> {
  const history = new VersionHistory();
  await history.readOn(source.journal, source.workspace, versions);
  const foldings = source.learners.map((make): Folding => {
    const learner = make();
    const { lineage } = history.of(learner.task);
    const forgotten = new Forgotten(history.forgettings, new Set(learner.consumes));
    const to = typeof offset === 'number' ? offset : (offset.get(learner.task) ?? 0);
    return { learner, course: { lineage, forgotten }, from: 0, to };
  });
  await foldRanges(source, foldings);
  return foldings.map(({ learner }) => ({ task: learner.task, digest: digestOf(learner) }));
}
