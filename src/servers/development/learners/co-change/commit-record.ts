/**
 * What the learner keeps of a commit: who may count it, when it was, which files it touched and how.
 * It exists as the primary state: every index is folded from these records, so a rewritten history can be folded anew.
 * Invariant: no author, message or line count is kept; generated files are left out before a record is made.
 */
import type { StateReader, StateWriter } from '../../../../learning/index.js';
import { type CommitLanded, FileChange_Status } from '../../../../proto/index.js';

/** 0 added or modified, 1 deleted, 2 renamed. */
export const touched = 0;
export const deleted = 1;
export const renamed = 2;

export interface Change {
  readonly kind: number;
  readonly path: string;
  /** '' unless renamed. */
  readonly from: string;
}

export interface CommitRecord {
  readonly sha: string;
  /** Seconds since the epoch. */
  readonly time: number;
  readonly merge: boolean;
  readonly bot: boolean;
  readonly changes: readonly Change[];
}

/** Files of a commit that counts, after generated ones are left out. */
export const smallest = 2;
export const largest = 30;

function kindOf(status: FileChange_Status): number {
  if (status === FileChange_Status.DELETED) return deleted;
  return status === FileChange_Status.RENAMED ? renamed : touched;
}

export function recordOf(commit: CommitLanded, time: number): CommitRecord {
  const generated = new Set(commit.generatedPaths);
  const changes = commit.files
    .filter((file) => !generated.has(file.path))
    .map((file) => {
      const kind = kindOf(file.status);
      return { kind, path: file.path, from: kind === renamed ? file.previousPath : '' };
    });
  return { sha: commit.sha, time, merge: commit.parents.length > 1, bot: commit.bot, changes };
}

/** Whether the commit is a question: not a merge, not by a bot, 2–30 files. */
export function counts(record: CommitRecord): boolean {
  const { length } = record.changes;
  return !record.merge && !record.bot && length >= smallest && length <= largest;
}

/** Path of the file as it was before the commit. */
export function pathBefore(change: Change): string {
  return change.kind === renamed ? change.from : change.path;
}

export function writeRecords(out: StateWriter, records: readonly CommitRecord[]): void {
  const numbers = new Map<string, number>();
  /** Of each path in the order of the records: one look-up each is what this costs. */
  const found: number[] = [];
  const number = (path: string): void => {
    let known = numbers.get(path);
    if (known === undefined) {
      known = numbers.size;
      numbers.set(path, known);
    }
    found.push(known);
  };
  for (const { changes } of records) {
    for (const change of changes) {
      number(change.path);
      if (change.kind === renamed) number(change.from);
    }
  }
  let at = 0;
  const next = (): number => found[at++] ?? 0;
  out.section('commit-records', 1).strings([...numbers.keys()]);
  out.list(records, (record) => {
    out.string(record.sha).uint(Math.max(0, Math.floor(record.time)));
    out.uint((record.merge ? 1 : 0) + (record.bot ? 2 : 0));
    out.list(record.changes, (change) => {
      out.uint(next() * 3 + change.kind);
      if (change.kind === renamed) out.uint(next());
    });
  });
}

export function readRecords(input: StateReader): CommitRecord[] {
  input.section('commit-records', 1);
  const paths = input.strings();
  return input.list(() => {
    const sha = input.string();
    const time = input.uint();
    const flags = input.uint();
    const changes = input.list(() => {
      const coded = input.uint();
      const kind = coded % 3;
      const path = paths[(coded - kind) / 3] ?? '';
      return { kind, path, from: kind === renamed ? (paths[input.uint()] ?? '') : '' };
    });
    return { sha, time, merge: (flags & 1) !== 0, bot: (flags & 2) !== 0, changes };
  });
}
