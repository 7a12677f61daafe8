/**
 * What a preview of this command could not show.
 * It exists because a diff that leaves something out without a word is worse than none.
 * Invariant: general limits come first and always; then what happened in this very preview.
 */
import { lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileChange } from './diff/file-change.js';
import type { Finished } from './launch.js';

export interface Happened {
  readonly folder: string;
  readonly finished: Finished;
  readonly diff: readonly FileChange[];
  readonly more: number;
  readonly network: boolean;
  readonly limitedTree: boolean;
  readonly root: boolean;
}

export async function notCovered(it: Happened): Promise<string[]> {
  const { finished, folder } = it;
  const said = [
    `Only ${folder} is shown; writes elsewhere were refused, or went to an empty /tmp that is gone.`,
    'Services, containers, other processes and the terminal were out of reach.',
  ];
  if (!it.network)
    said.push('There was no network: what a command would fetch, send or change elsewhere is not shown.');
  if (/Read-only file system|EROFS/.test(finished.stderr))
    said.push(
      'The command tried to write outside the folder and was refused; it may go on differently when it may.',
    );
  if (/Permission denied|Operation not permitted|EPERM|EACCES/.test(finished.stderr))
    said.push('Something was not permitted here; with more rights the command may do more.');
  if (finished.timedOut)
    said.push('The time was over before the command ended: what it would have done after that is not shown.');
  if (finished.truncated) said.push('The output was longer than is kept.');
  if (it.more > 0) said.push(`${it.more} further changes are not listed.`);
  if (it.root && !it.limitedTree)
    said.push(
      'No control group could be made: as root, the number of processes was bounded by the time limit only.',
    );
  if (!it.root && /Invalid cross-device link|EXDEV/.test(finished.stderr))
    said.push(
      'Without root an overlay cannot move a folder at once; mv copies it, other programs may fail here and not outside.',
    );
  for (const mount of await mountsBelow(folder))
    said.push(`${mount} is a mount of its own and was seen as empty.`);
  const linked = await secondNames(it);
  if (linked.length > 0)
    said.push(`Other names of the same file change with it, which is not shown: ${linked.join(', ')}.`);
  return said;
}

/** Mount points inside the folder (proc(5), mountinfo): an overlay does not look into them. */
export async function mountsBelow(folder: string): Promise<string[]> {
  const text = await readFile('/proc/self/mountinfo', 'utf8').catch(() => '');
  return text
    .split('\n')
    .flatMap((line) => line.split(' ')[4] ?? [])
    .map((path) =>
      path.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8))),
    )
    .filter((path) => path.startsWith(`${folder}/`))
    .slice(0, 5);
}

/** An overlay copies a file up under one name; its hard links keep the old content. */
async function secondNames({ folder, diff }: Happened): Promise<string[]> {
  const changed = diff.filter(({ change }) => change === 'changed' || change === 'mode').slice(0, 100);
  const names = await Promise.all(
    changed.map(async ({ path }) => {
      const stats = await lstat(join(folder, path)).catch(() => undefined);
      return stats?.isFile() && stats.nlink > 1 ? [path] : [];
    }),
  );
  return names.flat().slice(0, 5);
}
