/**
 * Copies a sealed store beside a journal's copy, where there is one.
 * It exists because indexes and snapshots can be made again, but for a large journal that takes minutes.
 * Invariant: a store that is in use, unclean or damaged is left out, never copied half: its seal must fit the copy.
 */
import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { sealFits } from '../store/seal.js';
import { copyDurably } from './copy-journal.js';

/** Whether the store was copied (else it is rebuilt at the first opening). */
export async function copyViews(from: string, to: string): Promise<boolean> {
  if (!existsSync(join(from, 'sealed'))) return false;
  await mkdir(to, { recursive: true, mode: 0o700 });
  try {
    await copyDurably(join(from, 'data.mdb'), join(to, 'data.mdb'));
    await copyDurably(join(from, 'sealed'), join(to, 'sealed'));
  } catch (error) {
    // A daemon may have opened it at this moment: then it is unsealed, and not ours to copy.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  if (sealFits(to)) return true;
  await rm(to, { recursive: true });
  return false;
}
