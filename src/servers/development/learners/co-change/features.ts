/**
 * Turns a candidate into the features the ranker weighs: one slot a group, each figure cut into bins.
 * It exists because a sum over bins learns any monotone or crooked curve online, with no scale to tune.
 * Invariant: the slots of a candidate lie in [0, slotCount), one for each group; the layout is part of a snapshot's version.
 */
import type { Candidate, Gathered, Knowledge } from './candidates.js';
import type { IndexedFile } from './file-index.js';

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
const popularity = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2] as const;

/** Index of the bin that x falls into: 0 … edges.length. */
function bin(x: number, edges: readonly number[]): number {
  let at = 0;
  while (at < edges.length && x >= (edges[at] ?? 0)) at += 1;
  return at;
}

/** Slots of the hashed pairs of extensions; a collision costs little. */
const extensionSlots = 512;
/** Most bins any other group has, rounded up. */
const groupSlots = 128;
export const groupCount = 23;
export const slotCount = (groupCount - 1) * groupSlots + extensionSlots;

/** 32-bit FNV-1a over code units. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value >>> 0;
}

function relation(given: IndexedFile, other: IndexedFile): number {
  return (given.directory === other.directory ? 1 : 0) + (given.stem === other.stem ? 2 : 0);
}

export interface Featured {
  readonly candidate: Candidate;
  /** What the plain decayed confidence says, as a logarithm: where the ranker starts from. */
  readonly prior: number;
  readonly slots: Int32Array;
}

/** Features of every candidate of one question. */
export function featuresOf({ index, patterns, imports }: Knowledge, gathered: Gathered): Featured[] {
  const { totals, candidates } = gathered;
  const given = gathered.given.file;
  const importLink = imports.linksOf(given.path);
  const newest = index.commits.length - 1;
  const givenAge = newest - given.last;
  return candidates.map((c) => {
    const file = index.file(c.id);
    const confidence = c.together / (totals.commits + 1);
    const weighted = c.weighted / (totals.weighted + 0.3);
    const back = c.together / (file.commits.length + 1);
    const age = newest - file.last;
    const gap = c.lastTogether < 0 ? 99 : newest - c.lastTogether;
    const kinds = (given.test ? 1 : 0) + (file.test ? 2 : 0);
    const rel = relation(given, file);
    const slots = new Int32Array(groupCount);
    let group = 0;
    const put = (value: number): void => {
      slots[group] = group * groupSlots + value;
      group += 1;
    };
    put(bin(weighted, shares));
    put(bin(c.decayed / (totals.decayed + 0.5), shares));
    put(bin(confidence, shares));
    put(bin(c.recent / (totals.recent + 0.5), shares));
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
    put(bin(patterns.directoryConfidence(given.directory, file.directory), shares));
    put(bin(c.shape, shares) * 8 + bin(c.shapeCount, fewCounts));
    put(bin(age, decades) * 4 + (c.together > 0 ? 1 : 0) + (rel & 1) * 2);
    put(bin(givenAge, gaps) * 8 + bin(gap, gaps));
    put(bin(file.commits.length, sizes) * 8 + bin(back, reverse));
    put(kinds * 16 + bin(c.shape, coarse));
    put(importLink(file.path));
    put(hash(`${given.extension}>${file.extension}`) % extensionSlots);
    return { candidate: c, prior: Math.log(weighted + 0.02), slots };
  });
}
