/**
 * The inverted index of history: files with identities that survive renames, and for each the commits that touch it.
 * It exists so that confidences, counts and examples are computed when asked, exactly, from small integer lists.
 * Invariant: a pure fold over commit records; ids, lists and sets depend on nothing but the records' order.
 */
import { type CommitRecord, counts, deleted, largest, pathBefore, renamed } from './commit-record.js';
import { directoryOf, extensionOf, isTestPath, shapeOf, stemOf, wordsOf } from './paths.js';

/** A commit with at least one file that is not generated; merges leave none. */
export interface IndexedCommit {
  readonly sha: string;
  /** Seconds since the epoch. */
  readonly time: number;
  readonly files: readonly number[];
  /** 1 / log2(files): a large commit says little about any one pair. 0 for a single file. */
  readonly weight: number;
  readonly counting: boolean;
}

export interface IndexedFile {
  path: string;
  directory: string;
  stem: string;
  /** Equal exactly where the directories (the stems) are: compares faster. */
  directoryNumber: number;
  stemNumber: number;
  extension: string;
  test: boolean;
  /** Path with the stem left open, null when the stem is too short. */
  shape: string | null;
  words: ReadonlySet<string>;
  alive: boolean;
  /** Numbers of the commits of at most 30 files that touch it, ascending. */
  readonly commits: number[];
  /** Number of the last commit of any size that touches it. */
  last: number;
  /** Counting commits that touch it: `total` of an answer. */
  total: number;
}

/** The files a commit asks about: those known before it. */
export interface Question {
  readonly counting: boolean;
  /** Ids of the commit's files that were known before, in path order of before. */
  readonly known: readonly number[];
}

const none: readonly number[] = [];

/** Numbers equal strings alike. */
class Numbers {
  readonly #known = new Map<string, number>();

  /** The number of a text that was numbered, else −1. */
  find(text: string): number {
    return this.#known.get(text) ?? -1;
  }

  of(text: string): number {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    this.#known.set(text, this.#known.size);
    return this.#known.size - 1;
  }
}

export class FileIndex {
  readonly files: IndexedFile[] = [];
  readonly commits: IndexedCommit[] = [];
  readonly #directoryNumbers = new Numbers();
  readonly #stemNumbers = new Numbers();
  readonly #ids = new Map<string, number>();
  readonly #directories = new Map<string, number[]>();
  readonly #stems = new Map<string, number[]>();
  /** Latest commit time so far, seconds: "now" of all decay. */
  now = 0;

  /** Id of the file of that path that exists now. */
  idOf(path: string): number | undefined {
    const id = this.#ids.get(path);
    return id !== undefined && this.files[id]?.alive ? id : undefined;
  }

  file(id: number): IndexedFile {
    const file = this.files[id];
    if (!file) throw new RangeError(`No file has the id ${id}.`);
    return file;
  }

  commit(number: number): IndexedCommit {
    const commit = this.commits[number];
    if (!commit) throw new RangeError(`No commit has the number ${number}.`);
    return commit;
  }

  /** Files that exist in exactly that directory, ascending ids. */
  inDirectory(directory: string): readonly number[] {
    return this.#directories.get(directory) ?? none;
  }

  /** The same, of the nearest directory upwards that has any file. */
  nearest(directory: string): readonly number[] {
    for (let at = directory; ; at = directoryOf(at)) {
      const found = this.inDirectory(at);
      if (found.length > 0 || at === '') return found;
    }
  }

  withStem(stem: string): readonly number[] {
    return this.#stems.get(stem) ?? none;
  }

  /** What the commit would be asked; call before `add` of the same record. */
  questionOf(record: CommitRecord): Question {
    const found = new Set<number>();
    for (const change of record.changes) {
      const id = this.idOf(pathBefore(change));
      if (id !== undefined) found.add(id);
    }
    const known = [...found].sort((a, b) => (this.file(a).path < this.file(b).path ? -1 : 1));
    return { counting: counts(record), known };
  }

  /** Folds one commit in; gives its number, or -1 when it has no files. */
  add(record: CommitRecord): number {
    if (record.time > this.now) this.now = record.time;
    const found = new Set<number>();
    const giant = record.changes.length > largest;
    for (const change of record.changes) {
      // Of a giant commit not all additions are told (see adapters/git/kept-files.ts): what is gone and was never known is nothing.
      if (giant && change.kind === deleted && !this.#ids.has(change.path)) continue;
      const id = change.kind === renamed ? this.#rename(change.from, change.path) : this.#touch(change.path);
      if (change.kind === deleted) this.#bury(id);
      found.add(id);
    }
    const ids = [...found];
    if (record.merge || ids.length === 0) return -1;
    const number = this.commits.length;
    const counting = counts(record);
    const weight = ids.length > 1 ? 1 / Math.log2(ids.length) : 0;
    this.commits.push({ sha: record.sha, time: record.time, files: ids, weight, counting });
    for (const id of ids) {
      const file = this.file(id);
      file.last = number;
      if (record.changes.length <= largest) file.commits.push(number);
      if (counting) file.total += 1;
    }
    return number;
  }

  #touch(path: string): number {
    const known = this.#ids.get(path);
    if (known === undefined) return this.#create(path);
    const file = this.file(known);
    if (!file.alive) {
      file.alive = true;
      this.#place(known, file);
    }
    return known;
  }

  /** The file of that id, or one made up for a path that is not known: it has a name and no past. */
  fileOrNew(path: string): { id: number; file: IndexedFile } {
    const id = this.idOf(path);
    return id === undefined ? { id: -1, file: this.#asked(path) } : { id, file: this.file(id) };
  }

  #create(path: string): number {
    const id = this.files.length;
    const file = this.#unborn(path);
    this.files.push(file);
    this.#ids.set(path, id);
    this.#place(id, file);
    return id;
  }

  #rename(from: string, to: string): number {
    const id = this.#ids.get(from);
    if (id === undefined) return this.#touch(to);
    const file = this.file(id);
    const before = this.#ids.get(to);
    if (before !== undefined && before !== id) this.#bury(before);
    if (file.alive) this.#displace(id, file);
    if (this.#ids.get(from) === id) this.#ids.delete(from);
    Object.assign(file, this.#described(to), { alive: true });
    this.#ids.set(to, id);
    this.#place(id, file);
    return id;
  }

  #bury(id: number): void {
    const file = this.file(id);
    if (!file.alive) return;
    file.alive = false;
    this.#displace(id, file);
  }

  #unborn(path: string): IndexedFile {
    return { ...this.#described(path), alive: true, commits: [], last: -1, total: 0 };
  }

  /** A path that is only asked about leaves no trace. */
  #asked(path: string): IndexedFile {
    const directoryNumber = this.#directoryNumbers.find(directoryOf(path));
    const stemNumber = this.#stemNumbers.find(stemOf(path));
    return { ...described(path), directoryNumber, stemNumber, alive: true, commits: [], last: -1, total: 0 };
  }

  #described(path: string) {
    const rest = described(path);
    const directoryNumber = this.#directoryNumbers.of(rest.directory);
    return { ...rest, directoryNumber, stemNumber: this.#stemNumbers.of(rest.stem) };
  }

  #place(id: number, file: IndexedFile): void {
    insert(this.#directories, file.directory, id);
    insert(this.#stems, file.stem, id);
  }

  #displace(id: number, file: IndexedFile): void {
    remove(this.#directories, file.directory, id);
    remove(this.#stems, file.stem, id);
  }
}

function described(path: string) {
  const stem = stemOf(path);
  return {
    path,
    directory: directoryOf(path),
    stem,
    extension: extensionOf(path),
    test: isTestPath(path),
    shape: shapeOf(path, stem),
    words: wordsOf(path),
  };
}

/** Position of the first element not below `id`. */
function position(ids: readonly number[], id: number): number {
  let low = 0;
  let high = ids.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ids[middle] ?? 0) < id) low = middle + 1;
    else high = middle;
  }
  return low;
}

function insert(map: Map<string, number[]>, key: string, id: number): void {
  const ids = map.get(key);
  if (!ids) map.set(key, [id]);
  else if (ids[position(ids, id)] !== id) ids.splice(position(ids, id), 0, id);
}

function remove(map: Map<string, number[]>, key: string, id: number): void {
  const ids = map.get(key);
  if (!ids) return;
  const at = position(ids, id);
  if (ids[at] === id) ids.splice(at, 1);
  if (ids.length === 0) map.delete(key);
}
