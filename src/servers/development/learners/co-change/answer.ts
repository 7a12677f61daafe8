/**
 * Puts an answer together: several given files combined, raw counts, examples, a reason for each file.
 * It exists so that every number shown beside a probability can be checked with `git log`.
 * Invariant: only files that exist; every cited commit touches the file it is cited for; counts are exact.
 */
import type { Given } from './candidates.js';
import type { FileIndex, IndexedFile } from './file-index.js';
import type { CoChangeModel, RankedFile } from './model.js';

export type Reason = 'history' | 'import' | 'test-pair' | 'directory';

export interface RelatedFile {
  readonly path: string;
  /** Calibrated probability that the file belongs to the change. */
  readonly p: number;
  /** Counting commits that touch both this file and the asked file it goes with best. */
  readonly together: number;
  /** Counting commits that touch that asked file. */
  readonly total: number;
  /** The last commit that touches this file; null when no commit of the history that is held does. */
  readonly lastCommit: string | null;
  readonly reason: Reason;
  /** At most two commits that touch both, newest first. */
  readonly commits: string[];
}

/** A file of the answer before its evidence is looked up. */
interface Choice {
  readonly id: number;
  readonly p: number;
  readonly given: Given;
}

/** Combines the rankings of several given files: independent doubts multiply. Asked files are left out. */
export function combine(rankings: readonly { given: Given; ranked: readonly RankedFile[] }[]): Choice[] {
  const asked = new Set(rankings.map(({ given }) => given.id));
  const only = rankings.length === 1 ? rankings[0] : undefined;
  if (only) return only.ranked.map(({ id, p }) => ({ id, p, given: only.given }));
  const best = new Map<number, { doubt: number; p: number; given: Given }>();
  for (const { given, ranked } of rankings) {
    for (const { id, p } of ranked) {
      if (asked.has(id)) continue;
      const known = best.get(id);
      if (!known) best.set(id, { doubt: 1 - p, p, given });
      else {
        known.doubt *= 1 - p;
        if (p > known.p) Object.assign(known, { p, given });
      }
    }
  }
  return [...best]
    .map(([id, { doubt, given }]) => ({ id, p: 1 - doubt, given }))
    .sort((a, b) => b.p - a.p || a.id - b.id);
}

/** Commits that touch both files, ascending: all that are indexed as pairs, and those that count. */
function common(index: FileIndex, a: IndexedFile, b: IndexedFile): { all: number[]; counting: number[] } {
  const all: number[] = [];
  let at = 0;
  let other = 0;
  while (at < a.commits.length && other < b.commits.length) {
    const left = a.commits[at] ?? 0;
    const right = b.commits[other] ?? 0;
    if (left === right) all.push(left);
    if (left <= right) at += 1;
    if (right <= left) other += 1;
  }
  return { all, counting: all.filter((number) => index.commit(number).counting) };
}

function reasonOf(model: CoChangeModel, given: IndexedFile, file: IndexedFile, together: number): Reason {
  if (together > 0) return 'history';
  if (given.test !== file.test && (given.stem === file.stem || given.stem.includes(file.stem)))
    return 'test-pair';
  if (model.imports.linksOf(given.path)(file.path) > 0) return 'import';
  return given.directory === file.directory ? 'directory' : 'history';
}

export function describe(model: CoChangeModel, choice: Choice): RelatedFile {
  const { index } = model;
  const file = index.file(choice.id);
  const given = choice.given.file;
  const { all, counting } = common(index, given, file);
  return {
    path: file.path,
    p: choice.p,
    together: counting.length,
    total: given.total,
    lastCommit: file.last < 0 ? null : index.commit(file.last).sha,
    reason: reasonOf(model, given, file, all.length),
    commits: (counting.length > 0 ? counting : all)
      .slice(-2)
      .reverse()
      .map((number) => index.commit(number).sha),
  };
}
