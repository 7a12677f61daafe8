/**
 * The plain copy: what a preview runs on where no overlay can be mounted.
 * It exists because containers and old kernels forbid overlays; a copy is slower and shows the same.
 * Invariant: nothing above the cap is copied; links are copied as links; the copy is removed.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { lstat, mkdir, opendir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LmcpError } from '../../../errors/index.js';
import type { Trees } from './diff/compare-trees.js';

export interface CopyCap {
  readonly bytes: number;
  readonly entries: number;
}

export const COPY_CAP: CopyCap = { bytes: 512 * 1024 ** 2, entries: 50_000 };

/**
 * Copies the folder to `scratch/merged`, sharing blocks where the file system can.
 * @throws LMCP_PREVIEW_SIZE
 */
export async function copyFolder(folder: string, scratch: string, cap: CopyCap = COPY_CAP): Promise<Trees> {
  await measure(folder, cap, { bytes: 0, entries: 0 });
  const after = join(scratch, 'merged');
  await mkdir(after);
  const child = spawn('cp', ['-a', '--reflink=auto', '-T', '--', folder, after], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const failure = await ended(child);
  if (failure !== undefined)
    throw new LmcpError('LMCP_PREVIEW_SIZE', `${folder} could not be copied: ${failure}`);
  const mark = join(scratch, 'mark');
  await writeFile(mark, '');
  const { ctimeMs } = await lstat(mark);
  return {
    before: folder,
    after,
    written: async () => null,
    isSameFolder: async () => true,
    // Whatever was written, linked or given other rights since the copy has a later change time (inode(7)); it cannot be set back.
    isUntouched: (_, now) => now.ctimeMs < ctimeMs,
  };
}

async function measure(folder: string, cap: CopyCap, sum: { bytes: number; entries: number }): Promise<void> {
  for await (const entry of await opendir(folder)) {
    const path = join(folder, entry.name);
    sum.entries += 1;
    if (entry.isFile()) sum.bytes += (await lstat(path)).size;
    if (sum.bytes > cap.bytes || sum.entries > cap.entries)
      throw new LmcpError(
        'LMCP_PREVIEW_SIZE',
        `${folder} is larger than ${Math.round(cap.bytes / 1024 ** 2)} MiB or ${cap.entries} entries, and no overlay can be mounted here: nothing was run.`,
      );
    if (entry.isDirectory()) await measure(path, cap, sum);
  }
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
