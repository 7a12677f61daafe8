/**
 * One difference between a folder before and after a command.
 * It exists as the shape that preview answers with.
 * Invariant: a path is relative to the folder, with `/` between parts and a `/` at the end of a folder's own.
 */

export interface FileChange {
  readonly path: string;
  readonly change: 'added' | 'changed' | 'deleted' | 'renamed' | 'mode' | 'link';
  /** Size afterwards; of what is gone, its size before. 0 for folders and links. */
  readonly bytes: number;
  /** Where a renamed file was. */
  readonly from?: string;
  /** Where a link points: a text for a symbolic link, the other path for a second name of one file. */
  readonly target?: string;
  /** Permission bits, octal, where they differ. */
  readonly mode?: Pair;
  /** `uid:gid`, where they differ. */
  readonly owner?: Pair;
  /** One unified hunk for a short text. */
  readonly hunk?: string;
}

export interface Pair {
  readonly before: string;
  readonly after: string;
}
