/**
 * Cuts a file back to a size, durably.
 * It exists because a torn tail, a refused block and a damaged segment are all cut in the same way.
 * Invariant: when it resolves, what lay behind the size is gone from the disk.
 */
import type { FileLayer } from './layer.js';

/** @param size bytes that stay. */
export async function cutFile(files: FileLayer, path: string, size: number): Promise<void> {
  const file = await files.open(path, 'append');
  try {
    await file.truncate(size);
    await file.datasync();
  } finally {
    await file.close();
  }
}
