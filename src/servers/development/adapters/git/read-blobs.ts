/**
 * Reads many blobs with one git process, one at a time as they arrive.
 * It exists so that a tree can be indexed in bare repositories too, and without touching the work tree.
 * Invariant: blobs come in the order asked; one that is missing or too large comes as null and is never held in memory whole.
 */
import type { Repository } from './inspect-repository.js';
import { type GitCall, streamGit } from './run-git.js';

/** Bytes of `git cat-file --batch`: header line, contents, newline. */
class Batch {
  #bytes: Buffer = Buffer.alloc(0);
  /** Bytes still to be thrown away. */
  #skip = 0;

  push(chunk: Buffer): void {
    const dropped = Math.min(this.#skip, chunk.length);
    this.#skip -= dropped;
    const rest = chunk.subarray(dropped);
    this.#bytes = this.#bytes.length === 0 ? rest : Buffer.concat([this.#bytes, rest]);
  }

  /** The next blob; undefined when more bytes are needed. */
  next(largest: number): Buffer | null | undefined {
    const end = this.#bytes.indexOf(10);
    if (this.#skip > 0 || end < 0) return undefined;
    const [, type, length] = this.#bytes.toString('latin1', 0, end).split(' ');
    if (length === undefined) {
      this.#bytes = this.#bytes.subarray(end + 1);
      return null;
    }
    const size = Number(length);
    const after = end + 1 + size + 1;
    if (size > largest || type !== 'blob') {
      this.#skip = Math.max(0, after - this.#bytes.length);
      this.#bytes = this.#bytes.subarray(Math.min(after, this.#bytes.length));
      return null;
    }
    if (this.#bytes.length < after) return undefined;
    const blob = this.#bytes.subarray(end + 1, end + 1 + size);
    this.#bytes = this.#bytes.subarray(after);
    return blob;
  }
}

/**
 * @param largest blobs of more bytes come as null
 * @throws LMCP_GIT_FAILED, LMCP_GIT_TIMEOUT, LMCP_CANCELLED
 */
export async function* readBlobs(
  repository: Repository,
  ids: readonly string[],
  { largest, call = {} }: { largest: number; call?: GitCall },
): AsyncGenerator<Buffer | null, void, undefined> {
  if (ids.length === 0) return;
  const place = { cwd: repository.root, gitDir: repository.gitDir };
  const batch = new Batch();
  const input = `${ids.join('\n')}\n`;
  for await (const chunk of streamGit(place, ['cat-file', '--batch'], { ...call, input })) {
    batch.push(chunk);
    for (let blob = batch.next(largest); blob !== undefined; blob = batch.next(largest)) yield blob;
  }
}
