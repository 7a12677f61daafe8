/**
 * The HEAD file: "the journal reached at least this sequence, and its last block had this hash".
 * It exists to tell a torn tail, which nobody was promised, from acknowledged events that vanished.
 * Invariant: written only for what fdatasync has confirmed; it may lag behind, it never runs ahead.
 *
 * How a tail is judged. One block is on its way to the disk at a time: block n+1 is written after the fdatasync of block n
 * returned. So when the last block of the last segment is bad, and nothing valid follows it, and no witness (HEAD, the index's own
 * state) has seen its first event, then nobody was told that it is safe: it is an unacknowledged tail and is cut off.
 * If anything valid follows, or a later segment exists, or a witness knows it, it had been acknowledged: that is corruption,
 * nothing is cut, and the journal is read-only until repaired. What remains undecidable is rot of the very last block after a
 * power cut, before any witness saw it; it is cut with the same loud report.
 */
import type { FileLayer } from './files/layer.js';
import { readJson, replaceFile } from './files/whole-file.js';

export interface Witness {
  readonly sequence: number;
  /** SHA-256 (hex) of the block that ends with `sequence`; empty when not known. */
  readonly hash: string;
  /** Who says so, for the report. */
  readonly by: string;
}

export async function readHead(files: FileLayer, directory: string): Promise<Witness | undefined> {
  const found = (await readJson(files, `${directory}/HEAD`)) as
    | { sequence?: unknown; hash?: unknown }
    | null
    | undefined;
  if (typeof found?.sequence !== 'number' || typeof found.hash !== 'string') return undefined;
  return { sequence: found.sequence, hash: found.hash, by: 'HEAD' };
}

export async function writeHead(
  files: FileLayer,
  directory: string,
  head: { readonly sequence: number; readonly hash: string },
): Promise<void> {
  const text = `${JSON.stringify({ sequence: head.sequence, hash: head.hash })}\n`;
  await replaceFile(files, `${directory}/HEAD`, Buffer.from(text));
}
