/**
 * The runtime room: threads and what flows between them, configuration, paths.
 * Follow a call: gateway → threads.forward → server-service.call → tool → journal-client.append → journal-service → learner-host.
 * Invariant: domain code sees Services and Workspace, never a thread.
 */
export { backupsOf, type RememberedBackup, rememberBackup } from './backups.js';
export { type Config, defaultConfig, parseConfig, readConfig } from './config.js';
export type {
  Adapter,
  AdapterHandle,
  AdapterServices,
  CatalogueEntry,
  DomainServer,
} from './domain-server.js';
export type { FoldStatus } from './fold-status.js';
export { JournalClient } from './journal-client.js';
export { LearnerHost } from './learner-host.js';
export type { JournalStatus, Progress, ServerStatus } from './messages.js';
export { cumulative, type Distribution, type Figures, quantile } from './metrics/index.js';
export {
  approvalTokenFile,
  configFile,
  daemonFile,
  dataFolder,
  keyFile,
  logFile,
  makePrivate,
  socketPath,
  tokenFile,
  workspaceFolder,
} from './paths.js';
export type { Job, JobContext } from './pool-thread.js';
export { scorecardsIn } from './scorecards-in.js';
export type { EventInit, ReceiptInit, Services, Workspace } from './services.js';
export { readSmallFile } from './small-file.js';
export { Threads, type ThreadsOptions } from './threads.js';
export type { Named, NewName } from './versions/check-version.js';
export type { Compared } from './versions/compare-versions.js';
export { digestOf } from './versions/feed.js';
export type { UnstoredRow, VersionRow, Versions } from './versions/list-versions.js';
export type { Move, Moved } from './versions/move-head.js';
export type { MovedHead } from './versions/moved-heads.js';
export type { ForgetPreview, RebuiltLearner } from './versions/preview-forget.js';

/** The pool job behind `lmcp import jsonl`: exports `importJsonlFile`. */
export const importJobModule = new URL('./import-jsonl.job.js', import.meta.url);
/** The pool job of forgetting: exports `selectEvents`. */
export const selectEventsModule = new URL('./select-events.job.js', import.meta.url);
