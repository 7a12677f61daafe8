/**
 * The branch that is checked out in a working tree, read from git's own small file.
 * It exists because running git for each finished command costs more than the command's record.
 * Invariant: a detached head, or none to be read, is an empty name.
 *
 * `.git` is a folder, or in linked work trees a file that names one; `HEAD` in it reads "ref: refs/heads/NAME" (gitrepository-layout).
 */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export function branchOf(root: string): string {
  const head = textOf(join(root, '.git', 'HEAD')) ?? linkedHead(root);
  const name = /^ref: refs\/heads\/([^\n]{1,1000})\n?$/.exec(head ?? '')?.[1] ?? '';
  // Trees whose refs are kept as a table hold this in its place.
  return name === '.invalid' ? '' : name;
}

function linkedHead(root: string): string | undefined {
  const folder = /^gitdir: ([^\n]+)\n?$/.exec(textOf(join(root, '.git')) ?? '')?.[1];
  return folder === undefined ? undefined : textOf(join(resolve(root, folder), 'HEAD'));
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
