/**
 * Which file imports which, as the source index says.
 * It exists for pairs without a common past: a new file belongs to what it imports.
 * Invariant: holds the last word on each path; only links inside the repository are kept.
 */
import type { StateReader, StateWriter } from '../../../../learning/index.js';
import type { SourceIndexed } from '../../../../proto/index.js';

/** Links of one pair: 0 none, 1 the given file imports the other, 2 the other imports it, 3 both. */
export type Link = 0 | 1 | 2 | 3;

const none: ReadonlySet<string> = new Set();
/** Importers kept of one file: a file that all import says little. */
const importersKept = 256;

export class Imports {
  readonly #from = new Map<string, readonly string[]>();
  readonly #to = new Map<string, Set<string>>();

  learnOne({ path, imports, deleted }: SourceIndexed): void {
    this.#forget(path);
    if (deleted) return;
    const resolved = [
      ...new Set(imports.map((each) => each.resolvedPath).filter((p) => p !== '' && p !== path)),
    ];
    this.#set(path, resolved.sort());
  }

  #set(path: string, targets: readonly string[]): void {
    if (targets.length === 0) return;
    this.#from.set(path, targets);
    for (const target of targets) {
      const importers = this.#to.get(target);
      if (importers) importers.add(path);
      else this.#to.set(target, new Set([path]));
    }
  }

  #forget(path: string): void {
    for (const target of this.#from.get(path) ?? []) {
      const importers = this.#to.get(target);
      importers?.delete(path);
      if (importers?.size === 0) this.#to.delete(target);
    }
    this.#from.delete(path);
  }

  /** What the file imports, then what imports it, in path order. */
  linked(path: string): string[] {
    const importers = this.#to.get(path) ?? none;
    return [
      ...(this.#from.get(path) ?? []),
      ...(importers.size > importersKept ? [] : [...importers].sort()),
    ];
  }

  /** A function from another path to its link with this one. */
  linksOf(path: string): (other: string) => Link {
    const targets = new Set(this.#from.get(path) ?? []);
    const importers = this.#to.get(path) ?? none;
    return (other) => ((targets.has(other) ? 1 : 0) + (importers.has(other) ? 2 : 0)) as Link;
  }

  write(out: StateWriter): void {
    out.section('co-change-imports', 1).sorted(this.#from, (targets) => out.strings(targets));
  }

  static read(input: StateReader): Imports {
    const made = new Imports();
    input.section('co-change-imports', 1);
    for (const [path, targets] of input.sorted(() => input.strings())) made.#set(path, targets);
    return made;
  }
}
