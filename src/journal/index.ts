/**
 * The journal: the append-only, hash-chained, checksummed store of events that everything rests on.
 * Follow one event: codec → redact → append (group commit) → block → segment file → onAppended → read.
 * Policy: a segment is sealed at 64 MiB (or when a failed fdatasync makes its pages doubtful) and never written again, but by
 * `compact`, which puts tombstones where `eventsForgotten` names payloads. Nothing runs it by itself: whoever calls it has had the
 * learners rebuilt. An import leaves such events out, which speak of another journal's numbers. Learners put a snapshot when they
 * have folded enough; 5 newest and one a day for 30 days are kept of each, and heads and tags, 128 MiB at most (store/snapshots.ts).
 * Journals idle for ten minutes are closed.
 * Invariant: what was acknowledged is on disk, in one order, unaltered, and holds no secret; anything else is reported loudly.
 */

export { copyDurably, copyJournal, proveCopy, readPrefix } from './backup/copy-journal.js';
export { copyViews } from './backup/copy-views.js';
export { decodeBatch, encodeBatch, LazyBatch, splitBatch } from './batch.js';
export { decodeEvent, type EventInit, type EventInput, encodeEvent, eventTypes } from './codec.js';
export { formatEventLine, parseEventLine } from './event-line.js';
export { type ExportProgress, exportJsonl } from './export/jsonl.js';
export type { FileHandle, FileLayer } from './files/layer.js';
export { createMemoryFiles } from './files/memory-files.js';
export { nodeFiles } from './files/node-files.js';
export { type Forgotten, forgottenIn } from './forgotten.js';
export { ForgottenKeys, forgottenKey, repeatableSubject } from './forgotten-keys.js';
export { isEncrypted } from './format.js';
export { type FsckOptions, type FsckReport, fsck } from './fsck.js';
export { type ImportOptions, type ImportReport, type ImportTarget, importJsonl } from './import/jsonl.js';
export { EventIds, type KnownEvents, type LeftOut } from './import/left-out.js';
export type {
  Appended,
  AppendedListener,
  CompactReport,
  Journal,
  JournalDamage,
  JournalPrefix,
  JournalReport,
  JournalState,
  JournalStats,
} from './journal.js';
export { type ProcessView, takeLock } from './lock.js';
export { type OpenOptions, openJournal } from './open.js';
export { type ReadOnlyJournal, readJournal } from './read-only.js';
export { loadHashKey, readHashKey } from './redact/hash-key.js';
export { createRedactor, type Redactor } from './redact/redactor.js';
export { redactText } from './redact/scan.js';
export { type RepairReport, repairJournal } from './repair.js';
export { openLmdbStore } from './store/lmdb-store.js';
export { createMemoryStore } from './store/memory-store.js';
export { probeLmdb } from './store/probe.js';
export { sealFits } from './store/seal.js';
export { type Snapshot, type SnapshotInfo, type SnapshotInit, Snapshots } from './store/snapshots.js';
export type { Store, StoreEntry, StoreOperation, StoreRange } from './store/store.js';
export { createUlids } from './ulid.js';
