/**
 * Turns a candidate into the features the ranker weighs: one slot a group, each figure cut into bins.
 * It exists because a sum over bins learns any monotone or crooked curve online, with no scale to tune.
 * Invariant: the slots of a candidate lie in [0, slotCount), one for each group; the layout is part of a snapshot's version.
 */
import type { Candidate, Gathered, Knowledge } from './candidates.js';
import type { IndexedFile } from './file-index.js';
import { wordSimilarity } from './paths.js';

const shares = [0.001, 0.01, 0.02, 0.04, 0.07, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.65, 0.8] as const;
const coarse = [0.01, 0.05, 0.1, 0.2, 0.4, 0.6] as const;
const reverse = [0.05, 0.1, 0.2, 0.4, 0.6] as const;
const ages = [1, 2, 3, 5, 10, 20, 50, 100, 300, 1000] as const;
const decades = [1, 3, 10, 30, 100, 1000] as const;
const counts = [1, 2, 3, 4, 6, 10, 20, 50] as const;
const fewCounts = [1, 2, 4, 8] as const;
const totalCounts = [1, 2, 4, 8, 16, 32, 64, 128] as const;
const sizes = [1, 2, 3, 5, 10, 20, 50, 100, 500] as const;
const gaps = [1, 3, 10, 50] as const;
const similarities = [0.001, 0.15, 0.25, 0.34, 0.5, 0.67, 0.99] as const;
const days = [1, 3, 7, 21, 60, 180, 400, 1000] as const;
const popularity = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2] as const;

/** Index of the bin that x falls into: 0 … edges.length. */
export function bin(x: number, edges: readonly number[]): number {
  let at = 0;
  while (at < edges.length && x >= (edges[at] ?? 0)) at += 1;
  return at;
}

/**
 * What a link is worth before live commits have taught it: none, given imports it, imported by it, both. About what
 * progressive indexing of three public repositories came to; history is folded before any import is known.
 */
const importPrior = [0, 0.1, 0.2, 0.2] as const;
/** Slots of the hashed pairs of extensions; a collision costs little. */
const extensionSlots = 512;
/** Most bins any other group has, rounded up. */
const groupSlots = 128;
export const groupCount = 29;
export const slotCount = (groupCount - 1) * groupSlots + extensionSlots;

/** 32-bit FNV-1a over code units. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value >>> 0;
}

/** 1 the same directory, 2 the same stem, 3 both. */
export function relation(given: IndexedFile, other: IndexedFile): number {
  return (
    (given.directoryNumber === other.directoryNumber ? 1 : 0) +
    (given.stemNumber === other.stemNumber ? 2 : 0)
  );
}

/** How many of the ascending numbers are at least `from`. */
function since(commits: readonly number[], from: number): number {
  let low = 0;
  let high = commits.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((commits[middle] ?? 0) < from) low = middle + 1;
    else high = middle;
  }
  return commits.length - low;
}

export interface Featured {
  readonly candidate: Candidate;
  /** What the plain decayed confidence says, as a logarithm: where the ranker starts from. */
  readonly prior: number;
  /** Slots of all candidates of the question, one after the other; this one's begin at `from`. */
  readonly slots: Int32Array;
  readonly from: number;
}

/** Features of every candidate of one question. */
export function featuresOf({ index, patterns, imports }: Knowledge, gathered: Gathered): Featured[] {
  const { totals, candidates } = gathered;
  const given = gathered.given.file;
  const importLink = imports.linksOf(given.path);
  const newest = index.commits.length - 1;
  const givenAge = newest - given.last;
  const daysAgo = (commit: number): number => (index.now - (index.commits[commit]?.time ?? 0)) / 86_400;
  const slots = new Int32Array(candidates.length * groupCount);
  const towards = patterns.directoryConfidences(given.directory);
  return candidates.map((c, place) => {
    const file = index.file(c.id);
    const confidence = c.together / (totals.commits + 1);
    const weighted = c.weighted / (totals.weighted + 0.3);
    const back = c.together / (file.commits.length + 1);
    const age = newest - file.last;
    const gap = c.lastTogether < 0 ? 99 : newest - c.lastTogether;
    const kinds = (given.test ? 1 : 0) + (file.test ? 2 : 0);
    const rel = relation(given, file);
    const recent = c.recent / (totals.recent + 0.5);
    const link = importLink(file.path);
    const met = c.together > 0 ? 1 : 0;
    const from = place * groupCount;
    let group = 0;
    const put = (value: number): void => {
      slots[from + group] = group * groupSlots + value;
      group += 1;
    };
    put(bin(weighted, shares));
    put(bin(c.decayed / (totals.decayed + 0.5), shares));
    put(bin(confidence, shares));
    put(bin(recent, shares));
    put(bin(c.together, counts));
    put(bin(back, shares));
    put(bin(totals.commits, totalCounts) * 8 + bin(weighted, coarse));
    put(c.lastThree * 4 + Math.min(3, totals.commits));
    put(bin(c.small / (totals.decayed + 0.5), shares));
    put(rel * 4 + kinds);
    put(rel * 8 + bin(weighted, coarse));
    put(bin(age, ages));
    put(bin(gap, ages));
    put(bin(file.commits.length / (newest + 1), popularity));
    put(bin(c.transitive, shares));
    put(bin(towards(file.directory), shares));
    put(bin(c.shape, shares) * 8 + bin(c.shapeCount, fewCounts));
    put(bin(age, decades) * 4 + met + (rel & 1) * 2);
    put(bin(givenAge, gaps) * 8 + bin(gap, gaps));
    put(bin(file.commits.length, sizes) * 8 + bin(back, reverse));
    put(kinds * 16 + bin(c.shape, coarse));
    put(link);
    put(bin(since(file.commits, newest - 100), counts));
    put(bin(since(file.commits, newest - 400), counts) * 8 + bin(recent, coarse));
    put(bin(wordSimilarity(given.words, file.words), similarities) * 4 + met + (rel & 1) * 2);
    put((file.commits[0] === given.commits[0] ? 1 : 0) + met * 2 + 4 * bin(given.commits.length, fewCounts));
    put(bin(daysAgo(file.last), days) * 2 + met);
    put(c.lastTogether < 0 ? 15 : bin(daysAgo(c.lastTogether), days));
    put(hash(`${given.extension}>${file.extension}`) % extensionSlots);
    return { candidate: c, prior: Math.log(weighted + 0.02) + importPrior[link], slots, from };
  });
}
