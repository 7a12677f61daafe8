/**
 * Reads where HEAD points from git's own files, without a process: well under a millisecond.
 * It exists so that a daemon can look for new commits every second at no cost.
 * Invariant: answers null when in doubt (reftable, broken files); the caller then asks git.
 */
import { readFile } from 'node:fs/promises';
import { join, normalize } from 'node:path';

const sha = /^[0-9a-f]{40}([0-9a-f]{24})?$/;

async function text(path: string): Promise<string | null> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch {
    return null;
  }
}

/** Longest chain of symbolic references that is followed; git's own limit. */
const depth = 5;

/** SHA that HEAD of this work tree points to, or null. Shared refs lie in `commonDir`. */
export async function readHead(place: { gitDir: string; commonDir: string }): Promise<string | null> {
  let name = 'HEAD';
  for (let step = 0; step < depth; step += 1) {
    const content =
      (await text(join(place.gitDir, name))) ??
      (place.commonDir === place.gitDir ? null : await text(join(place.commonDir, name)));
    if (content === null) return packed(place.commonDir, name);
    if (sha.test(content)) return content;
    const target = /^ref: (refs\/.+)$/.exec(content)?.[1];
    if (!target || normalize(target) !== target) return null;
    name = target;
  }
  return null;
}

async function packed(commonDir: string, name: string): Promise<string | null> {
  const lines = (await text(join(commonDir, 'packed-refs')))?.split('\n') ?? [];
  const line = lines.find((each) => each.endsWith(` ${name}`));
  const value = line?.slice(0, line.indexOf(' '));
  return value !== undefined && sha.test(value) ? value : null;
}
