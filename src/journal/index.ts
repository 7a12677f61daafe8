/**
 * The journal: the append-only, hash-chained, checksummed store of events that everything rests on.
 * Follow one event: codec → redact → append (group commit) → block → segment file → onAppended → read.
 * Invariant: what was acknowledged is on disk, in one order, unaltered, and holds no secret; anything else is reported loudly.
 */

export { decodeBatch, encodeBatch, splitBatch } from './batch.js';
export { decodeEvent, type EventInit, type EventInput, encodeEvent } from './codec.js';
export { formatEventLine, parseEventLine } from './event-line.js';
export { type ExportProgress, exportJsonl } from './export/jsonl.js';
export type { FileHandle, FileLayer } from './files/layer.js';
export { createMemoryFiles } from './files/memory-files.js';
export { nodeFiles } from './files/node-files.js';
export { type FsckOptions, type FsckReport, fsck } from './fsck.js';
export { type ImportOptions, type ImportReport, type ImportTarget, importJsonl } from './import/jsonl.js';
export type {
  Appended,
  AppendedListener,
  Journal,
  JournalDamage,
  JournalReport,
  JournalState,
  JournalStats,
} from './journal.js';
export { type ProcessView, takeLock } from './lock.js';
export { type OpenOptions, openJournal } from './open.js';
export { loadHashKey } from './redact/hash-key.js';
export { createRedactor, type Redactor } from './redact/redactor.js';
export { redactText } from './redact/scan.js';
export { type RepairReport, repairJournal } from './repair.js';
export { openLmdbStore } from './store/lmdb-store.js';
export { createMemoryStore } from './store/memory-store.js';
export { probeLmdb } from './store/probe.js';
export { type Snapshot, type SnapshotInfo, type SnapshotInit, Snapshots } from './store/snapshots.js';
export type { Store, StoreEntry, StoreOperation, StoreRange } from './store/store.js';
export { createUlids } from './ulid.js';
