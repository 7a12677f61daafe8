/**
 * The trivial predictors the ranker must beat: same directory, name stem, frequency, ROSE confidence; and decayed confidence.
 * They exist to be asked the very same questions and printed beside every figure.
 * Invariant: each reads the index only and gives at most the asked number of files, best first.
 *
 * ROSE: Zimmermann, Weißgerber, Diehl, Zeller, "Mining version histories to guide software changes" (IEEE TSE 2005):
 * files by the share of the given file's commits that touch them too.
 */
import { decay, type Given } from './candidates.js';
import type { FileIndex } from './file-index.js';

export const baselineNames = ['same-directory', 'name-stem', 'frequency', 'rose-confidence'] as const;
export type BaselineName = (typeof baselineNames)[number];
/** Not trivial, but the figure that non-obvious recall is compared with. */
export const decayedName = 'decayed-confidence';
export const referenceNames = [...baselineNames, decayedName] as const;
export type ReferenceName = (typeof referenceNames)[number];

/** Best first; ties: the file touched last, then the lower id. */
function best(index: FileIndex, values: Iterable<readonly [number, number]>, count: number): number[] {
  return [...values]
    .sort((a, b) => b[1] - a[1] || index.file(b[0]).last - index.file(a[0]).last || a[0] - b[0])
    .slice(0, count)
    .map(([id]) => id);
}

/** The most frequently changed files that exist, kept up commit by commit. */
export class Frequency {
  static readonly #kept = 24;
  #at = 0;
  #top: number[] = [];

  ranked(index: FileIndex, given: number, count: number): number[] {
    // All whose counts changed leave before any enters: among entries that are out of place no place can be found.
    const changed = new Set<number>();
    for (; this.#at < index.commits.length; this.#at++)
      for (const id of index.commit(this.#at).files) changed.add(id);
    if (changed.size > 0) this.#top = this.#top.filter((id) => !changed.has(id));
    for (const id of changed) this.#enter(index, id);
    if (this.#top.some((id) => !index.file(id).alive)) {
      this.#top = [];
      for (let id = 0; id < index.files.length; id++) this.#enter(index, id);
    }
    return this.#top.filter((id) => id !== given).slice(0, count);
  }

  /** Puts the file where it belongs: more commits first, then the lower id. */
  #enter(index: FileIndex, id: number): void {
    const own = index.file(id);
    if (!own.alive) return;
    const before = (other: number): boolean => {
      const size = index.file(other).commits.length;
      return own.commits.length > size || (own.commits.length === size && id < other);
    };
    const last = this.#top[Frequency.#kept - 1];
    if (last !== undefined && !before(last)) return;
    let at = this.#top.length;
    while (at > 0 && before(this.#top[at - 1] ?? id)) at -= 1;
    this.#top.splice(at, 0, id);
    if (this.#top.length > Frequency.#kept) this.#top.pop();
  }
}

/** Newest commits of the given file that are looked at; none of a file's is left out in repositories of usual size. */
const newest = 5000;

interface Counted {
  /** Files with the number of the given file's commits that touch them too. */
  readonly plain: ReadonlyMap<number, number>;
  /** The same, decayed and divided by log2 of the commit's size. */
  readonly weighted: ReadonlyMap<number, number>;
}

function countTogether(index: FileIndex, given: number): Counted {
  const plain = new Map<number, number>();
  const weighted = new Map<number, number>();
  const { commits } = index.file(given);
  for (const number of commits.slice(-newest)) {
    const commit = index.commit(number);
    const weight = commit.weight * decay(index.now - commit.time);
    for (const id of commit.files) {
      if (id === given || !index.file(id).alive) continue;
      plain.set(id, (plain.get(id) ?? 0) + 1);
      weighted.set(id, (weighted.get(id) ?? 0) + weight);
    }
  }
  return { plain, weighted };
}

/** One file of a trivial answer, with the share of the given file's commits that touch it too, shrunk. */
export interface TrivialFile {
  readonly id: number;
  readonly p: number;
}

/** The baselines bound to one question, each worked out when asked for. */
export class Baselines {
  readonly #index: FileIndex;
  readonly #frequency: Frequency;
  readonly #given: Given;
  #counted: Counted | undefined;

  constructor(index: FileIndex, frequency: Frequency, given: Given) {
    this.#index = index;
    this.#frequency = frequency;
    this.#given = given;
  }

  #together(): Counted {
    const { id } = this.#given;
    this.#counted ??= id < 0 ? { plain: new Map(), weighted: new Map() } : countTogether(this.#index, id);
    return this.#counted;
  }

  #byFrequency(ids: readonly number[], count: number): number[] {
    const others = ids.filter((id) => id !== this.#given.id);
    const values = others.map((id) => [id, this.#index.file(id).commits.length] as const);
    return best(this.#index, values, count);
  }

  /** What the baseline of that name says, best first. */
  ranked(name: ReferenceName, count: number): number[] {
    const { file, id } = this.#given;
    switch (name) {
      case 'same-directory':
        return this.#byFrequency(
          id < 0 ? this.#index.nearest(file.directory) : this.#index.inDirectory(file.directory),
          count,
        );
      case 'name-stem':
        return this.#byFrequency(this.#index.withStem(file.stem), count);
      case 'frequency':
        return this.#frequency.ranked(this.#index, id, count);
      case 'rose-confidence':
        return best(this.#index, this.#together().plain, count);
      case decayedName:
        return best(this.#index, this.#together().weighted, count);
    }
  }

  /** What is served while the model has not proven itself: the best baseline, filled up by the others and by imports. */
  filled(first: ReferenceName | null, count: number, linked: readonly number[]): TrivialFile[] {
    const ids = new Set<number>();
    const order = [first ?? 'rose-confidence', 'rose-confidence', 'name-stem'] as const;
    for (const name of order) for (const id of this.ranked(name, count)) ids.add(id);
    for (const id of linked) ids.add(id);
    if (ids.size < count) for (const id of this.ranked('same-directory', count)) ids.add(id);
    const { plain } = this.#together();
    const of = this.#given.file.commits.length + 2;
    return [...ids].slice(0, count).map((id) => ({ id, p: ((plain.get(id) ?? 0) + 0.05) / of }));
  }
}
