/**
 * Which files of a giant commit are kept: those that tell what exists, before those that merely changed with everything.
 * It exists because a committed vendor folder or a reformatting has tens of thousands of files, each in every such commit.
 * Invariant: a commit of at most 1,000 files is kept whole (unless its names alone take a mebibyte), and a commit that is too
 * large to be a question (more than 30 files that are not generated) never becomes small enough to be one.
 *
 * What the index learns of such a commit is only which files exist, and when each was last touched. So deletions and renames
 * come first (a lost one would leave a file that is not there), then additions (a lost one is learned at its next change), then
 * up to 1,000 modifications, then up to 1,000 generated files, which no learner counts.
 */
import { FileChange_Status } from '../../../../proto/index.js';
import { isGeneratedPath } from './generated-paths.js';
import type { LoggedFile, RawStatus } from './log-parser.js';

export interface KeepingLimits {
  /** Files kept of one commit. Default 20,000. */
  readonly files?: number;
  /** Up to so many files a commit is kept whole; beyond it, so many modifications and so many generated files. Default 1,000. */
  readonly plain?: number;
  /** Bytes of the kept files, encoded. Default 1 MiB: far below what one event may take, marks of redaction included. */
  readonly bytes?: number;
}

export interface KeptFiles {
  /** In git's order. */
  readonly files: readonly LoggedFile[];
  /** Paths of the generated ones among them. */
  readonly generated: readonly string[];
  /** About what they take encoded. */
  readonly bytes: number;
}

/** Tags, lengths, status and line counts of one file. */
const overhead = 16;

function bytesOf(file: LoggedFile, generated: boolean): number {
  const path = Buffer.byteLength(file.path) * (generated ? 2 : 1);
  return path + (file.previousPath === null ? 0 : Buffer.byteLength(file.previousPath)) + overhead;
}

/** How soon a file is kept; the least first. */
function rank(status: RawStatus, generated: boolean): number {
  if (generated) return 3;
  if (status === 'D' || status === 'R') return 0;
  return status === 'A' ? 1 : 2;
}

export function keptFiles(logged: readonly LoggedFile[], limits: KeepingLimits = {}): KeptFiles {
  const { files: most = 20_000, plain = 1000, bytes: mostBytes = 1_048_576 } = limits;
  const described = logged.map((file) => {
    const generated = isGeneratedPath(file.path);
    return { file, generated, bytes: bytesOf(file, generated), rank: rank(file.status, generated) };
  });
  const whole = described.length <= plain;
  const kept = new Set<(typeof described)[number]>();
  let bytes = 0;
  for (const level of [0, 1, 2, 3]) {
    let room = whole || level < 2 ? most : plain;
    for (const each of described) {
      if (each.rank !== level) continue;
      if (room === 0 || kept.size >= most || bytes + each.bytes > mostBytes) break;
      room -= 1;
      bytes += each.bytes;
      kept.add(each);
    }
  }
  const chosen = described.filter((each) => kept.has(each));
  return {
    files: chosen.map(({ file }) => file),
    generated: chosen.filter(({ generated }) => generated).map(({ file }) => file.path),
    bytes,
  };
}

export const statusOf: Readonly<Record<RawStatus, FileChange_Status>> = {
  A: FileChange_Status.ADDED,
  M: FileChange_Status.MODIFIED,
  D: FileChange_Status.DELETED,
  R: FileChange_Status.RENAMED,
};
