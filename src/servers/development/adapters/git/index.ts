/**
 * Git as a source of events: inspect a repository, mine its history, follow its head.
 * It exists so that the rest of the system never runs git or reads its files.
 * Invariant: reads only; a repository is never changed, fetched into or trusted to run anything.
 */
export { isBot } from './bots.js';
export { listChanges, listFiles, type TreeFile } from './changed-files.js';
export { type FollowRequest, followHistory, type HistoryStep } from './follow-history.js';
export { isGeneratedPath } from './generated-paths.js';
export { inspectRepository, type Repository } from './inspect-repository.js';
export { type KeepingLimits, type KeptFiles, keptFiles } from './kept-files.js';
export {
  type Mined,
  type MiningLimits,
  type MiningRequest,
  mineHistory,
} from './mine-history.js';
export { readBlobs } from './read-blobs.js';
export { readHead } from './read-head.js';
export { type GitCall, type GitPlace, runGit, streamGit } from './run-git.js';
