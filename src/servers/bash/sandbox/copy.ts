/**
 * The plain copy: what a preview runs on where no overlay can be mounted.
 * It exists because containers and old kernels forbid overlays; a copy is slower and shows the same.
 * Invariant: nothing above the cap is copied; links are copied as links; whoever asked for a copy removes it.
 *
 * Where: on a file system that shares blocks with the folder's; else in memory, while it takes a small part of what is free; else on
 * disk. Memory is no luxury: ext4 keeps off the inodes that were freed within the last seconds, and looks at each of them for
 * every file it makes (fs/ext4/ialloc.c, recently_deleted). After a copy of 10,000 files was removed the next took 10 s.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { copyFile, lstat, mkdir, readdir, rm, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LmcpError } from '../../../errors/index.js';
import { at, bytePath, within } from './diff/byte-path.js';
import type { Trees } from './diff/compare-trees.js';
import { cacheFolder, MEMORY, scratchIn } from './leftovers.js';

export interface CopyCap {
  readonly bytes: number;
  readonly entries: number;
}

export const COPY_CAP: CopyCap = { bytes: 512 * 1024 ** 2, entries: 50_000 };

export interface Copy {
  /** Holds the copy as `merged`. */
  readonly scratch: string;
  readonly method: 'reflink' | 'copy';
}

/**
 * Copies the folder to `scratch/merged` of a new scratch folder.
 * @throws LMCP_PREVIEW_SIZE
 */
export async function copyFolder(folder: string, cap: CopyCap = COPY_CAP): Promise<Copy> {
  const sum: Sum = { bytes: 0, entries: 0, file: undefined };
  await measure(folder, { cap, sum });
  const shared = await placeOfClones(sum.file);
  const scratch = shared ?? (await scratchIn(await placeInMemory(sum)));
  try {
    const after = join(scratch, 'merged');
    await mkdir(after);
    const failure = await ended(
      spawn(
        'cp',
        ['-a', shared === undefined ? '--reflink=never' : '--reflink=auto', '-T', '--', folder, after],
        {
          stdio: ['ignore', 'ignore', 'pipe'],
        },
      ),
    );
    if (failure !== undefined)
      throw new LmcpError('LMCP_PREVIEW_SIZE', `${folder} could not be copied: ${failure}`);
    return { scratch, method: shared === undefined ? 'copy' : 'reflink' };
  } catch (error) {
    await rm(scratch, { recursive: true, force: true });
    throw error;
  }
}

/** The folder beside its copy, which begins to differ from now on. */
export async function copiedTrees(folder: string, { scratch }: Copy): Promise<Trees> {
  const mark = join(scratch, 'mark');
  await writeFile(mark, '');
  const { ctimeMs } = await lstat(mark);
  return {
    before: bytePath(folder),
    after: bytePath(join(scratch, 'merged')),
    written: async () => null,
    isSameFolder: async () => true,
    // Whatever was written, linked or given other rights since the copy has a later change time (inode(7)); it cannot be set back.
    isUntouched: (_, now) => now.ctimeMs < ctimeMs,
  };
}

interface Sum {
  bytes: number;
  entries: number;
  /** A regular file with content. */
  file: Buffer | undefined;
}

/** Files looked at side by side. */
const AT_ONCE = 32;

async function measure(
  folder: string,
  { cap, sum }: { readonly cap: CopyCap; readonly sum: Sum },
  path = '',
): Promise<void> {
  const root = bytePath(folder);
  const entries = await readdir(at(root, path), { encoding: 'latin1', withFileTypes: true });
  sum.entries += entries.length;
  const files = entries.filter((entry) => entry.isFile()).map(({ name }) => at(root, within(path, name)));
  for (let from = 0; from < files.length; from += AT_ONCE) {
    if (sum.bytes > cap.bytes || sum.entries > cap.entries) break;
    const group = files.slice(from, from + AT_ONCE);
    const sizes = await Promise.all(group.map(async (file) => (await lstat(file)).size));
    for (const [i, size] of sizes.entries()) {
      sum.bytes += size;
      if (size > 0) sum.file ??= group[i];
    }
  }
  if (sum.bytes > cap.bytes || sum.entries > cap.entries)
    throw new LmcpError(
      'LMCP_PREVIEW_SIZE',
      `${folder} is larger than ${Math.round(cap.bytes / 1024 ** 2)} MiB or ${cap.entries} entries, and no overlay can be mounted here: nothing was run.`,
    );
  for (const entry of entries)
    if (entry.isDirectory()) await measure(folder, { cap, sum }, within(path, entry.name));
}

/** A new folder to which a file of the tree can be cloned (ioctl_ficlonerange(2)); undefined where there is none. */
async function placeOfClones(file: Buffer | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined;
  for (const parent of [tmpdir(), cacheFolder()]) {
    const scratch = await scratchIn(parent).catch(() => undefined);
    if (scratch === undefined) continue;
    const probe = join(scratch, 'probe');
    const cloned = await copyFile(file, probe, constants.COPYFILE_FICLONE_FORCE).then(
      () => true,
      () => false,
    );
    if (cloned) return scratch;
    await rm(scratch, { recursive: true, force: true });
  }
  return undefined;
}

/** Of a file system in memory (statfs(2), TMPFS_MAGIC). */
const TMPFS = 0x01021994;
/** Each file takes whole pages, and an inode beside them. */
const FILE_BYTES = 8 * 1024;

async function placeInMemory({ bytes, entries }: Sum): Promise<string> {
  const found = await statfs(MEMORY).catch(() => undefined);
  if (found?.type !== TMPFS) return tmpdir();
  return (bytes + entries * FILE_BYTES) * 4 <= found.bavail * found.bsize ? MEMORY : tmpdir();
}

function ended(child: ChildProcess): Promise<string | undefined> {
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    if (said.length < 500) said += text;
  });
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code) => resolve(code === 0 ? undefined : said.split('\n')[0]));
  });
}
