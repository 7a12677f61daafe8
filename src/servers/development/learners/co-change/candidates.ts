/**
 * Gathers the files that could belong to a change, with all that history says of each beside the given file.
 * It exists to bound the work of a question: one pass over the given file's commits, then a capped handful of others.
 * Invariant: reads the index only; the order of the result is a function of the index, so ranking is deterministic.
 */
import type { FileIndex, IndexedFile } from './file-index.js';
import type { Imports } from './imports.js';
import type { PairPatterns } from './pair-patterns.js';

/** What is known of one file beside the given one. Weights are in commits. */
export interface Candidate {
  readonly id: number;
  /** Commits of at most 30 files that touch both. */
  together: number;
  /** The same, decayed with a half-life of one year. */
  decayed: number;
  /** Decayed and divided by log2 of the commit's size. */
  weighted: number;
  /** Decayed by the given file's own commits, half-life 8 of them. */
  recent: number;
  /** Decayed count of commits of at most 4 files. */
  small: number;
  /** How many of the given file's last three commits. */
  lastThree: number;
  /** Number of the last common commit, -1 for none. */
  lastTogether: number;
  /** Confidence over a third file that changes with both. */
  transitive: number;
  /** Confidence of the pair of shapes over all stems, and its count. */
  shape: number;
  shapeCount: number;
}

/** Sums over the given file's commits, the denominators of the candidates' figures. */
export interface Totals {
  commits: number;
  decayed: number;
  weighted: number;
  recent: number;
}

/** The file a question is about; id −1 when it is not known. */
export interface Given {
  readonly id: number;
  readonly file: IndexedFile;
}

export interface Gathered {
  readonly given: Given;
  readonly totals: Totals;
  readonly candidates: readonly Candidate[];
}

export const limits = {
  /** Newest commits of the given file that are looked at. */
  commits: 600,
  /** Candidates that are ranked. */
  candidates: 100,
  sameStem: 40,
  sameDirectory: 20,
  recentCommits: 40,
  recentFiles: 30,
  imports: 40,
  bridges: 6,
  bridgeCommits: 30,
} as const;

const year = 365.25 * 86_400;
const ln2 = Math.LN2;

/** Weight of a commit of that age in seconds: half after a year. */
export function decay(age: number): number {
  return Math.exp((-ln2 * age) / year);
}

/** What questions are answered from. */
export interface Knowledge {
  readonly index: FileIndex;
  readonly patterns: PairPatterns;
  readonly imports: Imports;
}

export function gather({ index, patterns, imports }: Knowledge, given: Given): Gathered {
  const found = new Map<number, Candidate>();
  const add = (id: number): Candidate | undefined => {
    const known = found.get(id);
    if (known) return known;
    if (id === given.id || !index.file(id).alive) return undefined;
    const made = fresh(id);
    found.set(id, made);
    return made;
  };
  const { file } = given;
  const totals = fromHistory(index, file, add);
  for (const id of index.withStem(file.stem).slice(-limits.sameStem)) add(id);
  if (file.shape !== null) {
    const sameStem = new Map(index.withStem(file.stem).map((id) => [index.file(id).shape, id]));
    for (const { shape, together, total } of patterns.partnersOf(file.shape)) {
      const id = sameStem.get(shape) ?? index.idOf(shape.replace('*', () => file.stem));
      const candidate = id === undefined ? undefined : add(id);
      if (candidate) {
        candidate.shape = together / total;
        candidate.shapeCount = together;
      }
    }
  }
  for (const id of newest(index, index.nearest(file.directory), limits.sameDirectory + 1)) add(id);
  for (const path of imports.linked(file.path).slice(0, limits.imports)) {
    const id = index.idOf(path);
    if (id !== undefined) add(id);
  }
  fromRecentCommits(index, add);
  overBridges(index, given.id, totals, [...found.values()], add);
  return { given, totals, candidates: capped(index, [...found.values()]) };
}

type Add = (id: number) => Candidate | undefined;

function fresh(id: number): Candidate {
  return {
    id,
    together: 0,
    decayed: 0,
    weighted: 0,
    recent: 0,
    small: 0,
    lastThree: 0,
    lastTogether: -1,
    transitive: 0,
    shape: 0,
    shapeCount: 0,
  };
}

function fromHistory(index: FileIndex, { commits }: IndexedFile, add: Add): Totals {
  const totals: Totals = { commits: 0, decayed: 0, weighted: 0, recent: 0 };
  const oldest = Math.max(0, commits.length - limits.commits);
  for (let at = commits.length - 1; at >= oldest; at--) {
    const number = commits[at] ?? 0;
    const commit = index.commit(number);
    const decayed = decay(index.now - commit.time);
    const weighted = decayed * commit.weight;
    const recent = 0.5 ** (totals.commits / 8);
    totals.commits += 1;
    totals.decayed += decayed;
    totals.weighted += weighted;
    totals.recent += recent;
    for (const id of commit.files) {
      const candidate = add(id);
      if (!candidate) continue;
      candidate.together += 1;
      candidate.decayed += decayed;
      candidate.weighted += weighted;
      candidate.recent += recent;
      if (commit.files.length <= 4) candidate.small += decayed;
      if (totals.commits <= 3) candidate.lastThree += 1;
      if (candidate.lastTogether < 0) candidate.lastTogether = number;
    }
  }
  return totals;
}

function newest(index: FileIndex, ids: readonly number[], count: number): number[] {
  return [...ids].sort((a, b) => index.file(b).last - index.file(a).last || a - b).slice(0, count);
}

function fromRecentCommits(index: FileIndex, add: Add): void {
  let seen = 0;
  const { length } = index.commits;
  for (let at = length - 1; at >= 0 && at > length - limits.recentCommits; at--) {
    if (seen >= limits.recentFiles) return;
    const { files, weight } = index.commit(at);
    if (files.length > limits.recentFiles || weight === 0) continue;
    for (const id of files) if (add(id)) seen += 1;
  }
}

/** Files that change with those which change most with the given one. */
function overBridges(index: FileIndex, given: number, totals: Totals, so: Candidate[], add: Add): void {
  const bridges = so
    .filter((candidate) => candidate.weighted > 0)
    .sort((a, b) => b.weighted - a.weighted || a.id - b.id)
    .slice(0, limits.bridges);
  const known = new Set(so.map((candidate) => candidate.id));
  for (const bridge of bridges) {
    const confidence = bridge.weighted / totals.weighted;
    const { commits } = index.file(bridge.id);
    const counts = new Map<number, number>();
    const looked = commits.slice(-limits.bridgeCommits);
    for (const number of looked) {
      for (const id of index.commit(number).files) counts.set(id, (counts.get(id) ?? 0) + 1);
    }
    for (const [id, count] of counts) {
      if (id === bridge.id || id === given || (count < 2 && !known.has(id))) continue;
      const candidate = add(id);
      if (candidate) candidate.transitive += (confidence * count) / (looked.length + 2);
    }
  }
}

function capped(index: FileIndex, all: Candidate[]): Candidate[] {
  if (all.length <= limits.candidates) return all;
  const promise = (c: Candidate) => c.weighted * 10 + c.transitive + c.shape + index.file(c.id).last / 1e6;
  return all
    .map((candidate) => ({ candidate, promise: promise(candidate) }))
    .sort((a, b) => b.promise - a.promise || a.candidate.id - b.candidate.id)
    .slice(0, limits.candidates)
    .map(({ candidate }) => candidate);
}
