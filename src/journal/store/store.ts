/**
 * The store of what can be rebuilt from the segments: an ordered map of short ASCII keys to bytes.
 * It exists as a seam (LMDB, memory) under one contract suite, `checkStore`; indexes and snapshots are written once, over it.
 * Invariant: a batch is applied whole or not at all, in order; a value that is not the one written is never returned.
 */

export type StoreOperation =
  | { readonly put: string; readonly value: Uint8Array }
  | { readonly remove: string };

export interface StoreEntry {
  readonly key: string;
  readonly value: Uint8Array;
}

export interface StoreRange {
  /** First key, included. */
  readonly start: string;
  /** End key, excluded. */
  readonly end: string;
  /** From the last key backwards. */
  readonly reverse?: boolean;
  readonly limit?: number;
}

/** Keys: 1–512 characters of printable ASCII; the order is that of their characters. */
export interface Store {
  readonly driver: string;
  /** @throws LMCP_BAD_STATE when the value's checksum does not fit. */
  get(key: string): Uint8Array | undefined;
  /** @throws LMCP_BAD_STATE when a value's checksum does not fit. */
  range(range: StoreRange): Iterable<StoreEntry>;
  /** Applies the operations atomically; resolves when they can be read. */
  write(operations: readonly StoreOperation[]): Promise<void>;
  /** Resolves when everything written so far is on disk. */
  flushed(): Promise<void>;
  /**
   * Has the store written anew at its next opening, so that nothing removed before then is left in its file. Resolves when that is
   * sure to happen, crash or not.
   */
  vacuum(): Promise<void>;
  /** Why the opening did not do so though it was asked to (a full disk; the next one tries again); null when nothing is due. */
  readonly vacuumDue: string | null;
  /** Removes everything. */
  clear(): Promise<void>;
  close(): Promise<void>;
}
