/**
 * Runs a command over a folder without changing it, and says what would be different.
 * It exists so that a person or an agent sees the difference before it is real.
 * Invariant: the folder is only read; every process, mount and scratch folder is gone when the answer is there.
 */
import { rm, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Copy, copiedTrees, copyFolder } from './copy.js';
import { compareTrees } from './diff/compare-trees.js';
import type { FileChange } from './diff/file-change.js';
import { fileChanges } from './diff/file-changes.js';
import { type Enclosed, enclose } from './enclose.js';
import { overlayHolder, plainHolder } from './holder.js';
import { refuseInteractive } from './interactive.js';
import { type Finished, type Launched, launch, SetupFailure } from './launch.js';
import { scratchIn } from './leftovers.js';
import { type Limits, limitsOf } from './limits.js';
import { notCovered } from './not-covered.js';
import { overlayTrees } from './overlay.js';
import { placeOf } from './place.js';
import { NOTHING_PROTECTED } from './protected.js';

export interface PreviewOptions {
  readonly command: string;
  /** Absolute. */
  readonly cwd: string;
  /** What the preview lies over; `cwd` when not given. */
  readonly folder?: string;
  readonly timeoutMs?: number;
  readonly limits?: Partial<Limits>;
  /** Folders the command must not see. */
  readonly hidden?: readonly string[];
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
  /** What the command ran on: `reflink` is a copy that shares blocks with the folder. */
  readonly method: 'overlay' | 'reflink' | 'copy';
  readonly notCovered: readonly string[];
}

/**
 * @throws LMCP_NO_SANDBOX, LMCP_INTERACTIVE, LMCP_PATH_OUTSIDE, LMCP_PREVIEW_SIZE, LMCP_CANCELLED: nothing was changed.
 * @example await preview({ command: 'rm -r build', cwd: '/home/me/project' })
 */
export async function preview(options: PreviewOptions): Promise<Preview> {
  const { command, cwd, timeoutMs, hidden = [], most = 200, signal } = options;
  refuseInteractive(command);
  const place = await placeOf(cwd, options.folder, hidden);
  const limits = limitsOf({ ...options.limits, ...(timeoutMs === undefined ? {} : { timeoutMs }) });
  const enclosed = await enclose({ command, place, limits, network: false, hidden, kept: NOTHING_PROTECTED });
  const ground = { limits, enclosed, folder: place.folder, most, ...(signal ? { signal } : {}) };
  try {
    const seen =
      options.method === 'copy'
        ? await lookAtCopy(ground)
        : await lookAtOverlay(ground).catch((error: unknown) => {
            // Only what failed before the command began may be tried in another way.
            if (error instanceof SetupFailure) return lookAtCopy(ground);
            throw error;
          });
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
    await enclosed.group.remove();
  }
}

interface Ground {
  readonly folder: string;
  readonly limits: Limits;
  readonly enclosed: Enclosed;
  /** Entries of the diff. */
  readonly most: number;
  readonly signal?: AbortSignal;
}

interface Seen {
  readonly finished: Finished;
  readonly diff: readonly FileChange[];
  readonly more: number;
  readonly method: Preview['method'];
}

async function lookAtOverlay(ground: Ground): Promise<Seen> {
  const { folder, limits, enclosed, most } = ground;
  const scratch = await scratchIn(tmpdir());
  try {
    const command = enclosed.command(join(scratch, 'merged'));
    const options = { limits, joins: enclosed.group.joins, command };
    const root = process.getuid?.() === 0;
    return await launched(overlayHolder({ scratch, folder, root }, options), ground, async (pid) => {
      const trees = overlayTrees(folder, scratch, pid);
      return { ...(await fileChanges(await compareTrees(trees), trees, most)), method: 'overlay' };
    });
  } finally {
    // An empty folder: the mounts in it were never seen here.
    await rmdir(scratch).catch(() => rm(scratch, { recursive: true, force: true }));
  }
}

async function lookAtCopy(ground: Ground): Promise<Seen> {
  const { folder, limits, enclosed, most } = ground;
  const copy: Copy = await copyFolder(folder);
  try {
    const trees = await copiedTrees(folder, copy);
    const command = enclosed.command(join(copy.scratch, 'merged'));
    const holder = plainHolder({ limits, joins: enclosed.group.joins, command });
    return await launched(holder, ground, async () => ({
      ...(await fileChanges(await compareTrees(trees), trees, most)),
      method: copy.method,
    }));
  } finally {
    await rm(copy.scratch, { recursive: true, force: true });
  }
}

/** @param look called with the holder's process, once the command has ended and before its mounts are gone */
async function launched(
  holder: readonly [string, ...string[]],
  { limits, enclosed, signal }: Ground,
  look: (pid: number) => Promise<Omit<Seen, 'finished'>>,
): Promise<Seen> {
  const started: Launched = launch({ holder, limits, env: enclosed.env, ...(signal ? { signal } : {}) });
  try {
    const finished = await started.finished;
    return { finished, ...(await look(started.pid)) };
  } finally {
    await started.release();
  }
}
