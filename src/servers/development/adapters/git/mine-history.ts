/**
 * Reads a repository's history, oldest commit first, as CommitLanded events in batches.
 * It exists to be the only way history enters the journal: the first import, and each later extension.
 * Invariant: parents come before children; no name, address or more than a capped message leaves this file unhashed;
 * memory stays bounded, for git waits while `onBatch` works.
 */
import { LmcpError } from '../../../../errors/index.js';
import { FileChange_Status } from '../../../../proto/index.js';
import type { EventInit } from '../../../../runtime/index.js';
import { isBot } from './bots.js';
import { isGeneratedPath } from './generated-paths.js';
import type { Repository } from './inspect-repository.js';
import { createLogParser, type LoggedCommit, logFormat, type RawStatus } from './log-parser.js';
import { streamGit } from './run-git.js';

export interface MiningLimits {
  /** Commits handed to `onBatch` at once. Default 256. */
  readonly batch?: number;
  /** Files kept of one commit; the rest is left out. Default 20,000. */
  readonly filesPerCommit?: number;
  /** Characters kept of a message. Default 16,384. */
  readonly messageLength?: number;
  /** Longest silence of git, in milliseconds. Default 120,000: a giant commit's renames take long. */
  readonly silenceMs?: number;
}

export interface MiningRequest {
  readonly repository: Repository;
  /** Mine only what is reachable from `head` and not from this SHA. */
  readonly since?: string;
  /** Where mining ends; default the repository's head at inspection. */
  readonly head?: string;
  readonly signal?: AbortSignal;
  /** Keyed hash of an identity; called with the author's lower-case address (or name). */
  readonly hash: (text: string) => string;
  readonly onBatch: (events: EventInit[]) => Promise<void> | void;
  /** `total` is null where it is not known beforehand. */
  readonly progress?: (done: number, total: number | null) => void;
  readonly limits?: MiningLimits;
}

export interface Mined {
  readonly commits: number;
  readonly head: string;
}

const statuses: Record<RawStatus, FileChange_Status> = {
  A: FileChange_Status.ADDED,
  M: FileChange_Status.MODIFIED,
  D: FileChange_Status.DELETED,
  R: FileChange_Status.RENAMED,
};

/** One logged commit as an event. Exported for the tests of its privacy. */
export function commitEvent(
  commit: LoggedCommit,
  hash: (text: string) => string,
  filesPerCommit = 20_000,
): EventInit {
  const files = commit.files.slice(0, filesPerCommit);
  const bot = isBot(commit.authorName, commit.authorEmail, commit.committerName, commit.committerEmail);
  return {
    at: { seconds: BigInt(commit.time), nanos: 0 },
    source: 'git',
    data: {
      case: 'commitLanded',
      value: {
        sha: commit.sha,
        parents: [...commit.parents],
        author: hash((commit.authorEmail || commit.authorName).toLowerCase()),
        message: commit.message,
        bot,
        files: files.map((file) => ({
          path: file.path,
          status: statuses[file.status],
          previousPath: file.previousPath ?? '',
          added: file.added,
          deleted: file.deleted,
        })),
        generatedPaths: files.map((file) => file.path).filter(isGeneratedPath),
      },
    },
  };
}

/** How git looks at the trees, most telling first: the later ones read fewer blobs, the last none. */
const looks = [['--numstat', '-M'], ['-M'], ['-M100%']] as const;

/** Whether git gave up because a blob is not here: a partial or damaged clone. */
function lacksBlob(error: unknown): boolean {
  return (
    error instanceof LmcpError &&
    error.code === 'LMCP_GIT_FAILED' &&
    /unable to read|missing blob|could not fetch|promisor/i.test(error.message)
  );
}

function logArguments(look: readonly string[], head: string, since: string | undefined): string[] {
  return [
    'log',
    '--topo-order',
    '--reverse',
    '-z',
    '--raw',
    '--no-abbrev',
    ...look,
    '--no-ext-diff',
    '--no-textconv',
    '--no-color',
    '--no-notes',
    '--encoding=UTF-8',
    `--format=${logFormat}`,
    '--end-of-options',
    head,
    ...(since === undefined ? [] : [`^${since}`]),
    '--',
  ];
}

/**
 * Streams the history of HEAD. Merges come with their parents and no files: they are neither learned nor asked.
 * Where blobs are missing, the rest is read without line counts, at last with exact renames only; nothing is fetched.
 * @throws LMCP_GIT_FAILED, LMCP_GIT_TIMEOUT, LMCP_CANCELLED
 */
export async function mineHistory(request: MiningRequest): Promise<Mined> {
  const { repository, since, head = repository.head, signal, hash, onBatch, progress, limits = {} } = request;
  const { batch = 256, filesPerCommit = 20_000, messageLength = 16_384, silenceMs = 120_000 } = limits;
  const total = since === undefined && head === repository.head ? repository.commits : null;
  const call = { silenceMs, ...(signal ? { signal } : {}) };
  const place = { cwd: repository.root, gitDir: repository.gitDir };
  let waiting: EventInit[] = [];
  let taken = 0;
  let done = 0;
  const flush = async (): Promise<void> => {
    const full = waiting;
    waiting = [];
    if (full.length > 0) await onBatch(full);
    done += full.length;
    progress?.(done, total);
  };

  async function look(how: readonly string[]): Promise<void> {
    const parser = createLogParser(messageLength);
    let skip = taken;
    const take = async (commits: readonly LoggedCommit[]): Promise<void> => {
      for (const commit of commits) {
        if (skip-- > 0) continue;
        taken += 1;
        waiting.push(commitEvent(commit, hash, filesPerCommit));
        if (waiting.length >= batch) await flush();
      }
    };
    for await (const chunk of streamGit(place, logArguments(how, head, since), call)) {
      await take(parser.push(chunk));
    }
    await take(parser.end());
  }

  for (let level = repository.partial ? looks.length - 1 : 0; ; level++) {
    try {
      await look(looks[level] ?? []);
      break;
    } catch (error) {
      if (level >= looks.length - 1 || !lacksBlob(error)) throw error;
    }
  }
  await flush();
  return { commits: done, head };
}
