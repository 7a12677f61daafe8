/**
 * Runs a command over a folder without changing it, and says what would be different.
 * It exists so that a person or an agent sees the difference before it is real.
 * Invariant: the folder is only read; every process, mount and scratch folder is gone when the answer is there.
 */
import { mkdtemp, rm, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { copyFolder } from './copy.js';
import { compareTrees, type Trees } from './diff/compare-trees.js';
import type { FileChange } from './diff/file-change.js';
import { fileChanges } from './diff/file-changes.js';
import { type Enclosed, enclose } from './enclose.js';
import { overlayHolder, plainHolder } from './holder.js';
import { refuseInteractive } from './interactive.js';
import { type Finished, type Launched, launch, SetupFailure } from './launch.js';
import { type Limits, limitsOf } from './limits.js';
import { notCovered } from './not-covered.js';
import { overlayTrees } from './overlay.js';
import { placeOf } from './place.js';

export interface PreviewOptions {
  readonly command: string;
  /** Absolute. */
  readonly cwd: string;
  /** What the preview lies over; `cwd` when not given. */
  readonly folder?: string;
  readonly timeoutMs?: number;
  readonly limits?: Partial<Limits>;
  /** Entries of the diff; 200 when not given. */
  readonly most?: number;
  /** For where overlays are not wanted; tried by itself where they cannot be mounted. */
  readonly method?: 'overlay' | 'copy';
  readonly signal?: AbortSignal;
}

export interface Preview extends Finished {
  readonly diff: readonly FileChange[];
  /** Changes beyond those listed. */
  readonly more: number;
  readonly method: 'overlay' | 'copy';
  readonly notCovered: readonly string[];
}

/**
 * @throws LMCP_NO_SANDBOX, LMCP_INTERACTIVE, LMCP_PATH_OUTSIDE, LMCP_PREVIEW_SIZE, LMCP_CANCELLED: nothing was changed.
 * @example await preview({ command: 'rm -r build', cwd: '/home/me/project' })
 */
export async function preview(options: PreviewOptions): Promise<Preview> {
  const { command, cwd, timeoutMs, most = 200, signal } = options;
  refuseInteractive(command);
  const place = await placeOf(cwd, options.folder);
  const limits = limitsOf({ ...options.limits, ...(timeoutMs === undefined ? {} : { timeoutMs }) });
  const enclosed = await enclose({ command, place, limits, network: false });
  const scratch = await mkdtemp(join(tmpdir(), 'lmcp-preview-'));
  try {
    const over = (how: How) =>
      look(how, { scratch, limits, enclosed, folder: place.folder, ...(signal ? { signal } : {}) }, most);
    const seen =
      options.method === 'copy' ? await over('copy') : await over('overlay').catch(retryAsCopy(over));
    const root = process.getuid?.() === 0;
    const happened = {
      ...seen,
      folder: place.folder,
      network: false,
      root,
      limitedTree: enclosed.group.limits.processes,
    };
    return {
      ...seen.finished,
      diff: seen.diff,
      more: seen.more,
      method: seen.method,
      notCovered: await notCovered(happened),
    };
  } finally {
    await Promise.all([enclosed.group.remove(), removeScratch(scratch)]);
  }
}

type How = Preview['method'];

/** Only what failed before the command began may be tried in another way. */
const retryAsCopy = (over: (how: How) => Promise<Seen>) => (error: unknown) => {
  if (error instanceof SetupFailure) return over('copy');
  throw error;
};

interface Ground {
  readonly scratch: string;
  readonly folder: string;
  readonly limits: Limits;
  readonly enclosed: Enclosed;
  readonly signal?: AbortSignal;
}

interface Seen {
  readonly finished: Finished;
  readonly diff: readonly FileChange[];
  readonly more: number;
  readonly method: How;
}

async function look(method: How, ground: Ground, most: number): Promise<Seen> {
  const { scratch, folder, limits, enclosed, signal } = ground;
  const command = enclosed.command(join(scratch, 'merged'));
  const options = { limits, joins: enclosed.group.joins, command };
  const copied = method === 'copy' ? await copyFolder(folder, scratch) : undefined;
  const root = process.getuid?.() === 0;
  const holder = copied ? plainHolder(options) : overlayHolder({ scratch, folder, root }, options);
  const launched: Launched = launch({ holder, limits, env: enclosed.env, ...(signal ? { signal } : {}) });
  try {
    const finished = await launched.finished;
    const trees: Trees = copied ?? overlayTrees(folder, scratch, launched.pid);
    const { diff, more } = await fileChanges(await compareTrees(trees), trees, most);
    return { finished, diff, more, method };
  } finally {
    await launched.release();
  }
}

/** After an overlay it is an empty folder: its mounts were never seen here. */
async function removeScratch(scratch: string): Promise<void> {
  await rmdir(scratch).catch(() => rm(scratch, { recursive: true, force: true }));
}
