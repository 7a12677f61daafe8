/**
 * The few file operations the journal needs, as an interface.
 * It exists so that a memory driver and a fault-injecting one can stand in for the disk, crash included.
 * Invariant: what `datasync` resolved for survives a crash; a created, renamed or removed name does after `syncDirectory`.
 */

/** An open file. Operations of one handle are issued one after the other by its owner. */
export interface FileHandle {
  /** Writes all bytes at that position. May leave a part of them behind when it rejects (ENOSPC, EIO). */
  write(bytes: Uint8Array, position: number): Promise<void>;
  /** Reads up to `length` bytes; fewer only at the end of the file. */
  read(position: number, length: number): Promise<Uint8Array>;
  /** fdatasync. After a rejection nothing written since the last success may be trusted. */
  datasync(): Promise<void>;
  truncate(size: number): Promise<void>;
  /** Size in bytes. */
  size(): Promise<number>;
  close(): Promise<void>;
}

/** Paths are absolute, `/`-separated. Rejections carry Node's `code` (ENOENT, EEXIST, ENOSPC, EIO, …). */
export interface FileLayer {
  /** `append` creates the file when absent; `create` fails with EEXIST when present; `read` fails with ENOENT. */
  open(path: string, mode: 'append' | 'create' | 'read'): Promise<FileHandle>;
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** Names (not paths) in a folder, sorted; empty when the folder does not exist. */
  list(path: string): Promise<string[]>;
  /** Creates the folder and its parents, readable by the owner alone. */
  makeDirectory(path: string): Promise<void>;
  syncDirectory(path: string): Promise<void>;
}
