/**
 * The trivial predictors the ranker must beat: same directory, name stem, frequency, ROSE confidence; and decayed confidence.
 * They exist to be asked the very same questions and printed beside every figure.
 * Invariant: each reads the index only and gives at most the asked number of files, best first.
 *
 * ROSE: Zimmermann, Weißgerber, Diehl, Zeller, "Mining version histories to guide software changes" (IEEE TSE 2005):
 * files by the share of the given file's commits that touch them too.
 */
import { decay, limits } from './candidates.js';
import type { FileIndex } from './file-index.js';

export const baselineNames = ['same-directory', 'name-stem', 'frequency', 'rose-confidence'] as const;
export type BaselineName = (typeof baselineNames)[number];
/** Not trivial, but the figure that non-obvious recall is compared with. */
export const decayedName = 'decayed-confidence';
export type ReferenceName = BaselineName | typeof decayedName;

/** Best first; ties: the file touched last, then the lower id. */
function best(index: FileIndex, values: Iterable<readonly [number, number]>, count: number): number[] {
  return [...values]
    .sort((a, b) => b[1] - a[1] || index.file(b[0]).last - index.file(a[0]).last || a[0] - b[0])
    .slice(0, count)
    .map(([id]) => id);
}

/** The most frequently changed files that exist; recomputed when a commit has come. */
export class Frequency {
  #at = -1;
  #top: number[] = [];

  ranked(index: FileIndex, given: number, count: number): number[] {
    if (this.#at !== index.commits.length) {
      this.#at = index.commits.length;
      this.#top = mostFrequent(index, 24);
    }
    return this.#top.filter((id) => id !== given).slice(0, count);
  }
}

function mostFrequent(index: FileIndex, count: number): number[] {
  const top: number[] = [];
  const size = (id: number) => index.file(id).commits.length;
  for (let id = 0; id < index.files.length; id++) {
    if (!index.file(id).alive) continue;
    const own = size(id);
    if (top.length === count && own <= size(top[count - 1] ?? 0)) continue;
    let at = top.length;
    while (at > 0 && own > size(top[at - 1] ?? 0)) at -= 1;
    top.splice(at, 0, id);
    if (top.length > count) top.pop();
  }
  return top;
}

/** ROSE and decayed confidence in one pass over the given file's commits. */
function confidences(index: FileIndex, given: number, count: number): { rose: number[]; decayed: number[] } {
  const plain = new Map<number, number>();
  const weighted = new Map<number, number>();
  for (const number of index.file(given).commits.slice(-limits.commits)) {
    const commit = index.commit(number);
    const weight = commit.weight * decay(index.now - commit.time);
    for (const id of commit.files) {
      if (id === given || !index.file(id).alive) continue;
      plain.set(id, (plain.get(id) ?? 0) + 1);
      weighted.set(id, (weighted.get(id) ?? 0) + weight);
    }
  }
  return { rose: best(index, plain, count), decayed: best(index, weighted, count) };
}

/** What every baseline says to one given file. */
export function baselinesFor(
  index: FileIndex,
  frequency: Frequency,
  given: number,
  count: number,
): Record<ReferenceName, number[]> {
  const file = index.file(given);
  const byFrequency = (ids: readonly number[]) =>
    best(
      index,
      ids.filter((id) => id !== given).map((id) => [id, index.file(id).commits.length] as const),
      count,
    );
  const { rose, decayed } = confidences(index, given, count);
  return {
    'same-directory': byFrequency(index.inDirectory(file.directory)),
    'name-stem': byFrequency(index.withStem(file.stem)),
    frequency: frequency.ranked(index, given, count),
    'rose-confidence': rose,
    [decayedName]: decayed,
  };
}
