/**
 * Chooses the order in which scored files are shown: each of the first three is the best bet given that those before it
 * were wrong; the next two places are kept for files that nobody would find by name or folder.
 * It exists because an answer is a set: a second file that only ever comes with the first adds little.
 * Invariant: a permutation of the scored files; ties fall to the lower id; a stage learns only from questions it is for.
 *
 * Greedy coverage by one online model a place: Radlinski, Kleinberg, Joachims, "Learning diverse rankings with
 * multi-armed bandits" (ICML 2008).
 */
import type { StateReader, StateWriter } from '../../../../learning/index.js';
import { decay, type Given, limits } from './candidates.js';
import { bin, type Featured, groupCount, relation, slotCount } from './features.js';
import type { FileIndex, IndexedFile } from './file-index.js';
import { Ranker, type Scored } from './ranker.js';

/** Files among which the later places are filled. */
const pool = 24;
/** How strongly past cover counts beside the score before a stage has learned otherwise. */
const strength = 0.6;
/** Commits' worth of doubt in the cover's shares. */
const doubt = 1;
const reserved = 2;
const coverEdges = [-3, -2, -1.2, -0.7, -0.4, -0.2, -0.05, 0.05, 0.2, 0.4, 0.8] as const;
const extraSlots = 16;
const extras = 2;

export interface Stage {
  readonly ranker: number;
  readonly options: readonly Scored[];
}

export interface Choice {
  readonly order: readonly Scored[];
  /** What each later stage chose from, for learning. */
  readonly stages: readonly Stage[];
}

export class Chooser {
  /** Second place, third place, files apart. */
  readonly #rankers = [0.7, 0.7, 0].map(
    (own) => new Ranker(own, slotCount + extras * extraSlots, groupCount + extras),
  );

  choose(index: FileIndex, { file }: Given, scored: readonly Scored[]): Choice {
    const sorted = [...scored].sort(byScore);
    const stages: Stage[] = [];
    const top = sorted.slice(0, pool);
    const head = top.slice(0, 1);
    const past = new Cover(index, file.commits, top);
    for (let place = 1; place < 3 && place < top.length; place++) {
      const last = head[place - 1];
      if (last) past.take(last);
      const left = top.filter((each) => !head.includes(each));
      const options = this.#rankers[place - 1]?.score(
        stagedFeatures(index, left, (each) => past.gain(each), last),
      );
      if (!options) break;
      stages.push({ ranker: place - 1, options });
      const best = options.reduce((a, b) => (byScore(a, b) <= 0 ? a : b));
      const chosen = left.find(({ candidate }) => candidate === best.candidate);
      if (chosen) head.push(chosen);
    }
    const rest = sorted.filter((each) => !head.includes(each));
    const apart = rest.filter(({ candidate }) => {
      const other = index.file(candidate.id);
      return other.directory !== file.directory && other.stem !== file.stem;
    });
    const options = this.#rankers[2]?.score(stagedFeatures(index, apart.slice(0, pool), () => 0)) ?? [];
    stages.push({ ranker: 2, options });
    const names = new Map(apart.map((each) => [each.candidate, each]));
    const kept = new Set(
      [...options]
        .sort(byScore)
        .slice(0, reserved)
        .flatMap(({ candidate }) => names.get(candidate) ?? []),
    );
    return { order: [...head, ...kept, ...rest.filter((each) => !kept.has(each))], stages };
  }

  learnOne({ order, stages }: Choice, changed: ReadonlySet<number>): void {
    const right = (place: number): boolean => changed.has(order[place]?.candidate.id ?? -1);
    for (const { ranker, options } of stages) {
      const missed = ranker === 2 || (!right(0) && (ranker === 0 || !right(1)));
      if (missed) this.#rankers[ranker]?.learnOne(options, changed);
    }
  }

  write(out: StateWriter): void {
    for (const ranker of this.#rankers) ranker.write(out);
  }

  read(input: StateReader): void {
    for (const ranker of this.#rankers) ranker.read(input);
  }
}

function byScore(a: Scored, b: Scored): number {
  return b.score - a.score || a.candidate.id - b.candidate.id;
}

/** The candidates as a later stage sees them: their features, their gain in cover, their relation to the file before. */
function stagedFeatures(
  index: FileIndex,
  options: readonly Scored[],
  gainOf: (option: Scored) => number,
  last?: Scored,
): Featured[] {
  const groups = groupCount + extras;
  const slots = new Int32Array(options.length * groups);
  const before = last && index.file(last.candidate.id);
  return options.map((option, place) => {
    const from = place * groups;
    slots.set(option.slots.subarray(option.from, option.from + groupCount), from);
    const gain = gainOf(option);
    slots[from + groupCount] = slotCount + bin(gain, coverEdges);
    const relation = before ? relationOf(index.file(option.candidate.id), before) : 8;
    slots[from + groupCount + 1] = slotCount + extraSlots + relation;
    return { candidate: option.candidate, prior: option.score + strength * gain, slots, from };
  });
}

function relationOf(a: IndexedFile, b: IndexedFile): number {
  return relation(a, b) + (a.test === b.test ? 4 : 0);
}

interface Row {
  weight: number;
  readonly members: readonly number[];
}

/** Which of the given file's past commits are not yet covered by the files taken. */
class Cover {
  readonly #place: Map<number, number>;
  readonly #share: number[];
  readonly #left: number[];
  readonly #rows: Row[] = [];
  #total = 0;
  #leftTotal = 0;

  constructor(index: FileIndex, commits: readonly number[], top: readonly Scored[]) {
    this.#place = new Map(top.map(({ candidate }, at) => [candidate.id, at]));
    this.#share = top.map(() => 0);
    for (let newest = Math.max(0, commits.length - limits.commits); newest < commits.length; newest++) {
      const commit = index.commit(commits[newest] ?? 0);
      if (commit.weight === 0) continue;
      const weight = commit.weight * decay(index.now - commit.time);
      const members: number[] = [];
      for (const id of commit.files) {
        const at = this.#place.get(id);
        if (at === undefined) continue;
        members.push(at);
        this.#share[at] = (this.#share[at] ?? 0) + weight;
      }
      this.#total += weight;
      if (members.length > 0) this.#rows.push({ weight, members });
    }
    this.#left = [...this.#share];
    this.#leftTotal = this.#total;
  }

  take({ candidate }: Scored): void {
    const taken = this.#place.get(candidate.id) ?? -1;
    for (const row of this.#rows) {
      if (row.weight === 0 || !row.members.includes(taken)) continue;
      this.#leftTotal -= row.weight;
      for (const at of row.members) this.#left[at] = (this.#left[at] ?? 0) - row.weight;
      row.weight = 0;
    }
  }

  /** log of the file's share among uncovered commits over its share among all. */
  gain({ candidate }: Scored): number {
    const at = this.#place.get(candidate.id) ?? -1;
    const all = this.#total + doubt;
    const left = this.#leftTotal + doubt;
    const before = ((this.#share[at] ?? 0) + 0.1) / all;
    const now = ((this.#left[at] ?? 0) + (0.1 * left) / all) / left;
    return Math.log(Math.max(now, 1e-9) / before);
  }
}
