/**
 * Reads a repository's history, oldest commit first, as CommitLanded events in batches.
 * It exists to be the only way history enters the journal: the first import, and each later extension.
 * Invariant: parents come before children; no name, address or more than a capped message leaves this file unhashed;
 * memory stays bounded, for git waits while `onBatch` works and a batch ends at about a mebibyte.
 */
import { LmcpError } from '../../../../errors/index.js';
import type { EventInit } from '../../../../runtime/index.js';
import { isBot } from './bots.js';
import type { Repository } from './inspect-repository.js';
import { keptFiles, statusOf } from './kept-files.js';
import { createLogParser, type LoggedCommit, logFormat } from './log-parser.js';
import { streamGit } from './run-git.js';

export interface MiningLimits {
  /** Commits handed to `onBatch` at once. Default 256. */
  readonly batch?: number;
  /** Bytes, about as encoded, after which a batch takes no further commit. Default 1 MiB. */
  readonly batchBytes?: number;
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
  /** Mine exactly these commits, in this order; `since` and `head` then say nothing. */
  readonly only?: readonly string[];
  /** What the events name as their source. Default `git`. */
  readonly source?: string;
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

/** One logged commit as an event, and about how many bytes it takes encoded. Exported for the tests of its privacy. */
export function commitEvent(
  commit: LoggedCommit,
  hash: (text: string) => string,
  source = 'git',
): { readonly event: EventInit; readonly bytes: number } {
  const { files, generated, bytes } = keptFiles(commit.files);
  const bot = isBot(commit.authorName, commit.authorEmail, commit.committerName, commit.committerEmail);
  const event: EventInit = {
    at: { seconds: BigInt(commit.time), nanos: 0 },
    source,
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
          status: statusOf[file.status],
          previousPath: file.previousPath ?? '',
          added: file.added,
          deleted: file.deleted,
        })),
        generatedPaths: [...generated],
      },
    },
  };
  return { event, bytes: bytes + Buffer.byteLength(commit.message) + eventOverhead };
}

/** Ids, times, authors and parents of one commit, in bytes. */
const eventOverhead = 256;

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

/** Which commits, and in what order: a span of history with parents first, or a list on standard input as it stands. */
function chosenCommits({ only, head, since }: Pick<MiningRequest, 'only' | 'head' | 'since'>): string[] {
  if (only) return ['--no-walk=unsorted', '--stdin', '--'];
  const span = ['--topo-order', '--reverse', '--end-of-options', head ?? 'HEAD'];
  return [...span, ...(since === undefined ? [] : [`^${since}`]), '--'];
}

function logArguments(look: readonly string[], chosen: readonly string[]): string[] {
  return [
    'log',
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
    ...chosen,
  ];
}

/**
 * Streams the history of HEAD. Merges come with their parents and no files: they are neither learned nor asked.
 * Where blobs are missing, the rest is read without line counts, at last with exact renames only; nothing is fetched.
 * @throws LMCP_GIT_FAILED, LMCP_GIT_TIMEOUT, LMCP_CANCELLED
 */
export async function mineHistory(request: MiningRequest): Promise<Mined> {
  const { repository, since, only, head = repository.head, signal, hash, source } = request;
  const { onBatch, progress, limits = {} } = request;
  const { batch = 256, batchBytes = 1_048_576, messageLength = 16_384, silenceMs = 120_000 } = limits;
  const whole = since === undefined && head === repository.head ? repository.commits : null;
  const total = only ? only.length : whole;
  const input = only ? { input: `${only.join('\n')}\n` } : {};
  const call = { silenceMs, ...input, ...(signal ? { signal } : {}) };
  const chosen = chosenCommits({
    head,
    ...(only ? { only } : {}),
    ...(since === undefined ? {} : { since }),
  });
  if (only?.length === 0) return { commits: 0, head };
  const place = { cwd: repository.root, gitDir: repository.gitDir };
  let waiting: EventInit[] = [];
  let waitingBytes = 0;
  let taken = 0;
  let done = 0;
  const flush = async (): Promise<void> => {
    const full = waiting;
    waiting = [];
    waitingBytes = 0;
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
        const { event, bytes } = commitEvent(commit, hash, source);
        waiting.push(event);
        waitingBytes += bytes;
        if (waiting.length >= batch || waitingBytes >= batchBytes) await flush();
      }
    };
    for await (const chunk of streamGit(place, logArguments(how, chosen), call)) {
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
