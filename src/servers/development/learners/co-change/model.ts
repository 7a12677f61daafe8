/**
 * The co-change model: the index, the ranker over it and its probabilities, learned one commit at a time.
 * It exists apart from the journal so that it can be asked and tested with plain records.
 * Invariant: a commit is asked about before it is learned; all its questions are asked before any of them teaches.
 */
import type { StateReader, StateWriter } from '../../../../learning/index.js';
import { Baselines, Frequency, type ReferenceName, type TrivialFile } from './baselines.js';
import { type Given, gather, type Knowledge, limits } from './candidates.js';
import { Chooser } from './choice.js';
import { type CommitRecord, readRecords, writeRecords } from './commit-record.js';
import { featuresOf } from './features.js';
import { FileIndex } from './file-index.js';
import { Imports } from './imports.js';
import { PairPatterns } from './pair-patterns.js';
import { logShares, Probability, placesLearned } from './probability.js';
import { Ranker, type Scored } from './ranker.js';
import { questionsPerCommit } from './validation.js';

/** Bounds of what is kept; a tenth more may gather before the oldest are dropped. */
export interface Bounds {
  readonly commits: number;
  readonly changes: number;
}
export const defaultBounds: Bounds = { commits: 200_000, changes: 2_000_000 };

export interface RankedFile {
  readonly id: number;
  /** Calibrated probability that it belongs. */
  readonly p: number;
}

/** One question of a counting commit, as it was answered before the commit was learned. */
export interface Asked {
  readonly given: number;
  /** Best first, at most 20. */
  readonly ranked: readonly RankedFile[];
  /** The commit's other files that were known before; at least one. */
  readonly changed: readonly number[];
  readonly baselines: Baselines;
}

export class CoChangeModel implements Knowledge {
  readonly #bounds: Bounds;
  #records: CommitRecord[] = [];
  #shas = new Set<string>();
  #changes = 0;
  #index = new FileIndex();
  #patterns = new PairPatterns();
  #imports = new Imports();
  readonly #ranker = new Ranker(0.7);
  readonly #chooser = new Chooser();
  #probability = new Probability();
  #frequency = new Frequency();

  constructor(bounds: Bounds = defaultBounds) {
    this.#bounds = bounds;
  }

  get index(): FileIndex {
    return this.#index;
  }
  get patterns(): PairPatterns {
    return this.#patterns;
  }
  get imports(): Imports {
    return this.#imports;
  }
  get probability(): Probability {
    return this.#probability;
  }
  /** Forgets how sure to be, where it was found to be wrong about that; what belongs together is kept. */
  recalibrate(): void {
    this.#probability = new Probability();
  }
  /** SHA of the commit learned last, or null. */
  get head(): string | null {
    return this.#records.at(-1)?.sha ?? null;
  }
  /** SHAs of the commits that are held, oldest first. */
  get shas(): Iterable<string> {
    return this.#shas;
  }

  /** How many commits are held. */
  get size(): number {
    return this.#records.length;
  }

  /** Ranks the files that could belong to the given one, best first. */
  rank(given: Given, limit = placesLearned): RankedFile[] {
    return this.#probable(this.#chooser.choose(this.#index, given, this.#scored(given)).order).slice(
      0,
      limit,
    );
  }

  baselines(given: Given): Baselines {
    return new Baselines(this.#index, this.#frequency, given);
  }

  /** What is served while the ranker has not proven itself. */
  trivial(given: Given, best: ReferenceName | null, count: number): TrivialFile[] {
    const linked = this.#imports.linked(given.file.path).flatMap((path) => this.#index.idOf(path) ?? []);
    return this.baselines(given).filled(best, count, linked.slice(0, limits.imports));
  }

  #scored(given: Given): Scored[] {
    return this.#ranker.score(featuresOf(this, gather(this, given)));
  }

  #probable(chosen: readonly Scored[]): (RankedFile & { logShare: number })[] {
    const shares = logShares(chosen.map(({ score }) => score));
    return chosen.map(({ candidate }, place) => {
      const logShare = shares[place] ?? 0;
      return { id: candidate.id, logShare, p: this.#probability.of(place, logShare) };
    });
  }

  /**
   * Learns one commit; a SHA that is already held is ignored (`false`).
   * `onAsked` hears each question of a counting commit as it was answered before.
   */
  learn(record: CommitRecord, onAsked?: (asked: Asked) => void): boolean {
    if (this.#shas.has(record.sha)) return false;
    const { counting, known } = this.#index.questionOf(record);
    if (counting && known.length > 1) this.#ask(known, onAsked);
    this.#fold(record);
    this.#records.push(record);
    if (
      this.#records.length > this.#bounds.commits * 1.1 ||
      (this.#changes > this.#bounds.changes * 1.1 && this.#records.length > 1)
    )
      this.#evict();
    return true;
  }

  #ask(known: readonly number[], onAsked?: (asked: Asked) => void): void {
    const questions = known.slice(0, questionsPerCommit).map((id) => {
      const given = { id, file: this.#index.file(id) };
      const scored = this.#scored(given);
      const choice = this.#chooser.choose(this.#index, given, scored);
      return { given, scored, choice, ranked: this.#probable(choice.order) };
    });
    for (const { given, ranked } of questions) {
      onAsked?.({
        given: given.id,
        ranked: ranked.slice(0, placesLearned),
        changed: known.filter((other) => other !== given.id),
        baselines: this.baselines(given),
      });
    }
    const changed = new Set(known);
    for (const { scored, choice, ranked } of questions) {
      this.#ranker.learnOne(scored, changed);
      this.#chooser.learnOne(choice, changed);
      ranked.slice(0, placesLearned).forEach(({ id, logShare }, place) => {
        this.#probability.learnOne(place, logShare, changed.has(id));
      });
    }
  }

  #fold(record: CommitRecord): void {
    const number = this.#index.add(record);
    if (number >= 0) this.#patterns.add(this.#index, number);
    this.#shas.add(record.sha);
    this.#changes += record.changes.length;
  }

  learnImports(...args: Parameters<Imports['learnOne']>): void {
    this.#imports.learnOne(...args);
  }

  /** Forgets commits by SHA: the index is folded anew from the rest; how people work stays learned. */
  forget(shas: ReadonlySet<string>): void {
    const rest = this.#records.filter((record) => !shas.has(record.sha));
    if (rest.length < this.#records.length) this.#refold(rest);
  }

  #evict(): void {
    let from = Math.max(0, this.#records.length - this.#bounds.commits);
    let changes = this.#records.slice(from).reduce((sum, record) => sum + record.changes.length, 0);
    while (changes > this.#bounds.changes && from < this.#records.length - 1) {
      changes -= this.#records[from]?.changes.length ?? 0;
      from += 1;
    }
    this.#refold(this.#records.slice(from));
  }

  #refold(records: CommitRecord[]): void {
    this.#records = records;
    this.#shas = new Set();
    this.#changes = 0;
    this.#index = new FileIndex();
    this.#patterns = new PairPatterns();
    this.#frequency = new Frequency();
    for (const record of records) this.#fold(record);
  }

  write(out: StateWriter): void {
    writeRecords(out, this.#records);
    this.#imports.write(out);
    this.#ranker.write(out);
    this.#chooser.write(out);
    this.#probability.write(out);
  }

  static read(input: StateReader, bounds: Bounds = defaultBounds): CoChangeModel {
    const made = new CoChangeModel(bounds);
    made.#refold(readRecords(input));
    made.#imports = Imports.read(input);
    made.#ranker.read(input);
    made.#chooser.read(input);
    made.#probability = Probability.read(input);
    return made;
  }
}
